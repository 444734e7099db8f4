import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';

/** What was begun on a device without a sign-in, as far as somebody needs it to say whether it is theirs. */
export type VisitorLessons = { lessonsDone: number; lastAt: Date };

/** What a visitor has begun; null when there is nothing yet that could be anybody's. */
export async function begunBy(db: Db, learner: string): Promise<VisitorLessons | null> {
	const { rows } = await sql<{ done: string; last: Date | null }>`
		select (select count(*) from lesson_done where learner = ${learner}) as done,
			greatest(
				(select max(at) from lesson_place where learner = ${learner}),
				(select max(recorded_at) from lesson_done where learner = ${learner}),
				(select max(recorded_at) from attempt where learner = ${learner})
			) as last`.execute(db);
	const row = rows[0];
	return row?.last ? { lessonsDone: Number(row.done), lastAt: row.last } : null;
}
