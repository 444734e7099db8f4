import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
	audiences,
	newCourse,
	slugFault,
	titleOf,
	withCertification
} from '#lib/server/catalogue/new-course.ts';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { inProject } from '../project.mjs';

/** `waypost course new <name> [--title …] [--audience …]`: lays out a course that its author writes over. */
export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		options: { title: { type: 'string' }, audience: { type: 'string', default: 'staff' } },
		allowPositionals: true
	});
	const [slug, ...more] = positionals;
	if (slug === undefined)
		return refuse('Give the course a name, such as: npm run waypost -- course new bus-drivers');
	if (more.length > 0)
		return refuse(
			`A course has one name, but there are ${positionals.length}. A title goes in quotes after --title.`
		);
	const audience = audiences.find((known) => known === values.audience);
	if (!audience)
		return refuse(`There is no audience “${values.audience}”. Choose one of: ${audiences.join(', ')}.`);
	const title = (values.title ?? titleOf(slug)).trim();
	if (title === '') return refuse('Give --title some words, or leave it out.');

	const root = process.env.WAYPOST_CONTENT ?? inProject('content');
	const catalogue = readCatalogue(root);
	const fault = slugFault(catalogue, slug);
	if (fault) return refuse(fault);
	const folder = path.join(root, 'courses', slug);
	if (existsSync(folder))
		return refuse(`The folder ${shown(folder)} is there already. Move it away, or choose another name.`);

	const course = { slug, title, audience };
	const files = newCourse(catalogue, course);
	const gates = path.join(root, 'gates.yaml');
	const before = readFileSync(gates, 'utf8');
	const after = withCertification(before, course);
	mkdirSync(folder);
	for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, file), text);
	if (after !== before) writeFileSync(gates, after);
	console.log(
		[
			'Laid out:',
			...Object.keys(files).map((file) => `  ${shown(path.join(root, file))}`),
			...(after === before ? [] : [`  its certification in ${shown(gates)}`]),
			'Write over what is in them, look at it with npm run dev at',
			`  /preview/${slug}/first-lesson/1`,
			'and run npm run content:check.'
		].join('\n')
	);
	return 0;
}

function shown(file: string): string {
	return path.relative(process.cwd(), file);
}

function refuse(message: string): number {
	console.error(message);
	return 1;
}
