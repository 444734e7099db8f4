import { sql } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';

/**
 * The learner on which what a person signs hangs: their own before that of a former visitor; made where there is none,
 * as for a guardian whom only the roster knows.
 */
export async function learnerOf(trx: Trx, person: string): Promise<string> {
	const own = await trx
		.selectFrom('learner_person as lp')
		.innerJoin('learner as l', 'l.id', 'lp.learner')
		.select('lp.learner')
		.where('lp.person', '=', person)
		.orderBy(sql`(l.kind = 'person') desc, lp.linked_at, lp.learner`)
		.limit(1)
		.executeTakeFirst();
	if (own) return own.learner;
	const made = await trx
		.insertInto('learner')
		.values({ kind: 'person' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx.insertInto('learner_person').values({ learner: made.id, person }).execute();
	return made.id;
}
