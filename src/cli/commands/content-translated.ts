import path from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { contentLanguages, translated } from '#lib/server/catalogue/read-translations.ts';
import { inProject } from '../project.mjs';

/**
 * `waypost content translated <course> <language>`: notes in the translation that it follows the course's present
 * text. Said by whoever has translated or read it through; the content check reports what has changed since.
 */
export async function run(args: string[]): Promise<number> {
	const [slug = '', language = ''] = args;
	const root = path.resolve(process.env.WAYPOST_CONTENT ?? inProject('content'));
	if (!(contentLanguages as readonly string[]).includes(language)) {
		console.error(`“${language}” is no language of the content. Use one of ${contentLanguages.join(', ')}.`);
		return 2;
	}
	const course = readCatalogue(root, { translations: false }).courses[slug];
	if (!course) {
		console.error(`There is no course “${slug}”. Use the name of a folder in content/courses.`);
		return 2;
	}
	const file = path.join(root, 'courses', slug, language, 'course.yaml');
	const document = parseDocument(readFileSync(file, 'utf8'));
	document.set('translates', translated(course));
	writeFileSync(file, document.toString({ lineWidth: 0 }));
	console.log(`${slug} in ${language} follows version ${course.version}.`);
	return 0;
}
