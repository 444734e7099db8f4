import type { Kysely } from 'kysely';
import type { Database } from '#lib/server/db/schema.ts';
import { translation } from './catalogue.ts';
import { majorOf, type Course } from './read-catalogue.ts';
import type { Translation } from './read-translations.ts';

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

/** Forgets what is remembered: for a process that goes on with another database. */
export function forget(): void {
	newest.clear();
}

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

/** A published translation: the words that somebody read, whatever has been translated anew since. */
export type PublishedTranslation = { id: string; language: string; body: Translation };

const translations = new Map<string, PublishedTranslation>();

/** A published translation by id. */
export async function translationById(db: Kysely<Database>, id: string): Promise<PublishedTranslation> {
	const known = translations.get(id);
	if (known) return known;
	const row = await db
		.selectFrom('course_translation')
		.select(['id', 'language', 'body'])
		.where('id', '=', id)
		.executeTakeFirstOrThrow();
	const found = { ...row, body: row.body as Translation };
	translations.set(id, found);
	return found;
}

/**
 * The published translation that this process carries for a course version; null for English.
 * @throws when the language is none that the course is offered in
 */
export async function carriedTranslation(
	db: Kysely<Database>,
	version: CourseVersion,
	language: string
): Promise<string | null> {
	if (language === 'en') return null;
	const said = translation(version.course, language);
	if (!said) throw new Error(`course ${version.course} is not offered in ${language}`);
	const row = await db
		.selectFrom('course_translation')
		.select('id')
		.where('course_version', '=', version.id)
		.where('language', '=', language)
		.where('hash', '=', said.hash)
		.executeTakeFirst();
	if (!row) throw new Error(`the translation of ${version.course} into ${language} is not published`);
	return row.id;
}

/**
 * Since when each course has been asked of people: when it was first published. What is due is never counted from
 * before that.
 */
export async function askedSince(db: Kysely<Database>): Promise<ReadonlyMap<string, Date>> {
	const rows = await db.selectFrom('requirement_rule').select(['course', 'asked_since']).execute();
	return new Map(rows.map((row) => [row.course, row.asked_since]));
}
