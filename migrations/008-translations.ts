import { sql, type Kysely } from 'kysely';

/**
 * Courses in other languages. A translation is published beside a course version and kept, whole, with its own hash:
 * a new translation makes no new version. Evidence says which one was read; none where that was the English text.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table course_translation (
			id uuid primary key default uuidv7(),
			course_version uuid not null references course_version,
			language text not null,
			hash text not null,
			body jsonb not null,
			published_at timestamptz(3) not null default waypost_now(),
			unique (course_version, language, hash),
			unique (id, course_version, language)
		);
		alter table lesson_done add column translation uuid,
			add foreign key (translation, course_version, language)
				references course_translation (id, course_version, language);
		alter table attempt add column translation uuid,
			add foreign key (translation, course_version, language)
				references course_translation (id, course_version, language);
		call keep_append_only('course_translation');
		call allow_app('course_translation', 'select, insert');
	`.execute(db);
}
