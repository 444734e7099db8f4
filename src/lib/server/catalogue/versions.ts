import type { Kysely } from 'kysely';
import type { Database } from '#lib/server/db/schema.ts';
import { majorOf, type Course } from './read-catalogue.ts';

export type CourseVersion = {
	id: string;
	course: string;
	version: string;
	ordinal: number;
	hash: string;
	body: Course;
	publishedAt: Date;
};

// Published versions never change, so a process may remember them; memory is bounded by the number of editions.
const remembered = new Map<string, CourseVersion>();
const newest = new Map<string, { id: string; hash: string }>();

/** A published course version by id, from the database (grading and replay read this, not the disk). */
export async function byId(db: Kysely<Database>, id: string): Promise<CourseVersion> {
	const known = remembered.get(id);
	if (known) return known;
	const row = await db
		.selectFrom('course_version')
		.select(['id', 'course', 'version', 'ordinal', 'hash', 'body', 'published_at as publishedAt'])
		.where('id', '=', id)
		.executeTakeFirstOrThrow();
	const version = { ...row, body: row.body as Course };
	remembered.set(id, version);
	return version;
}

/** The published version of the course as this process carries it. Throws when it was never published. */
export async function carried(db: Kysely<Database>, course: Course): Promise<CourseVersion> {
	const known = newest.get(course.slug);
	if (known?.hash === course.hash) return byId(db, known.id);
	const row = await db
		.selectFrom('course_version')
		.select('id')
		.where('course', '=', course.slug)
		.where('hash', '=', course.hash)
		.executeTakeFirst();
	if (!row)
		throw new Error(
			`course ${course.slug} ${course.version} is not published; run the migrations and publish first`
		);
	newest.set(course.slug, { id: row.id, hash: course.hash });
	return byId(db, row.id);
}

/**
 * Whether a lesson finished in one version counts in another: its text is the same, or no major version lies
 * between them. Nobody loses a finished lesson to a typo (invariant 4).
 */
export function lessonCarriesOver(
	done: { ordinal: number; lessonHash: string },
	current: { ordinal: number; lessonHash: string }
): boolean {
	return done.lessonHash === current.lessonHash || majorOf(done.ordinal) === majorOf(current.ordinal);
}
