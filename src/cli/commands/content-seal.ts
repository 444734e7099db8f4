import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkContent } from '#lib/server/catalogue/check-content.ts';
import { seal, writeEditions } from '#lib/server/catalogue/editions.ts';
import { findingsText } from '#lib/server/catalogue/findings-text.ts';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { inProject } from '../project.mjs';

/**
 * `waypost content seal [folder] [--again <course>]…`: notes the hash of each course's present version in
 * `editions.yaml`. With `--again` only those courses are sealed, over what was there.
 */
export async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		options: { again: { type: 'string', multiple: true, default: [] } },
		allowPositionals: true
	});
	const folder = positionals[0] ?? process.env.WAYPOST_CONTENT;
	const root = folder ? path.resolve(folder) : inProject('content');
	const catalogue = readCatalogue(root);
	const { again } = values;
	const unknown = again.find((slug) => !Object.hasOwn(catalogue.courses, slug));
	if (unknown !== undefined)
		return refuse(
			`There is no course “${unknown}”. Name one of: ${Object.keys(catalogue.courses).join(', ')}.`
		);
	// Whether an edition has changed is asked below; every other fault would be sealed for good.
	const findings = await checkContent({ ...catalogue, editions: {} }, root);
	const errors = findings.filter(({ severity }) => severity === 'error');
	if (errors.length > 0)
		return refuse(
			`Nothing was sealed: put these faults right first.\n\n${findingsText(errors, path.relative(process.cwd(), root) || '.')}`
		);

	const courses = Object.values(catalogue.courses).filter(
		({ slug }) => again.length === 0 || again.includes(slug)
	);
	const sealing = seal(catalogue.editions, courses, again);
	if (!sealing.ok)
		return refuse(
			[
				'Nothing was sealed. These courses have changed since their version was sealed:',
				...sealing.changed.map(({ slug, version }) => `  ${slug} ${version}`),
				'Raise the version in course.yaml and say in “changes” what changed. If that edition was never published, run',
				`  npm run waypost -- content seal${sealing.changed.map(({ slug }) => ` --again ${slug}`).join('')}`
			].join('\n')
		);
	if (sealing.sealed.length === 0) {
		console.log('Every edition is sealed already.');
		return 0;
	}
	writeEditions(root, sealing.editions);
	console.log(`Sealed: ${sealing.sealed.join(', ')}`);
	return 0;
}

function refuse(message: string): number {
	console.error(message);
	return 1;
}
