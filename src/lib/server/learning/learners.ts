import { sql } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';

/** From here to the end of the transaction nobody else decides in this course on what is recorded of this learner. */
export async function oneAtATime(trx: Trx, learner: string, course: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${`${learner}:${course}`}, 0))`.execute(trx);
}

/**
 * SQL of a learner and those that belong to the same person, as an array; `learner` is a placeholder like `$1`. Whose
 * two records were merged has two learners, and what was learned as either is theirs.
 */
export function learnersWith(learner: string): string {
	return `(array[${learner}::uuid] || array(
		select other.learner from learner_person own join learner_person other using (person)
		where own.learner = ${learner}::uuid and other.learner <> own.learner
	))`;
}
