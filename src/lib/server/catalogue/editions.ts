import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { versionOrdinal, type Course, type Editions } from './read-catalogue.ts';

export type Sealing =
	| { ok: true; editions: Editions; sealed: string[] }
	/** Editions that were sealed with another text, as `course version`. */
	| { ok: false; changed: Course[] };

/**
 * Adds the present version of each course with its hash. Where that version is there with another hash nothing is
 * sealed at all, unless the course is among `again`: an edition that was sealed but never published.
 */
export function seal(editions: Editions, courses: readonly Course[], again: readonly string[] = []): Sealing {
	const changed = courses.filter(({ slug, version, hash }) => {
		const known = editions[slug]?.[version];
		return known !== undefined && known !== hash && !again.includes(slug);
	});
	if (changed.length > 0) return { ok: false, changed };
	const news = courses.filter(({ slug, version, hash }) => editions[slug]?.[version] !== hash);
	const added = Object.fromEntries(
		news.map(({ slug, version, hash }) => [slug, { ...editions[slug], [version]: hash }])
	);
	return {
		ok: true,
		editions: { ...editions, ...added },
		sealed: news.map(({ slug, version }) => `${slug} ${version}`)
	};
}

/** The text of `editions.yaml`: courses by name, their versions from the oldest on. */
export function editionsText(editions: Editions): string {
	const sorted = Object.entries(editions)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([slug, versions]) => [
			slug,
			Object.fromEntries(Object.entries(versions).sort(([a], [b]) => versionOrdinal(a) - versionOrdinal(b)))
		]);
	return [
		'# The hash of every published edition: course, version, hash. “npm run waypost -- content seal” writes it;',
		'# the content check compares, so that what somebody was taught never changes under its number.',
		stringify(Object.fromEntries(sorted))
	].join('\n');
}

/** Writes `editions.yaml` into a content folder. */
export function writeEditions(root: string, editions: Editions): void {
	writeFileSync(join(root, 'editions.yaml'), editionsText(editions));
}
