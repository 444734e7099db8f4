import type { Db } from '#lib/server/db/database.ts';
import type { Who } from '../lessons.ts';

/** Somebody who has learnt nothing yet, and is nobody's record: for tests of what a learner earns. */
export async function newLearner(app: Db): Promise<Who> {
	const { id } = await app
		.insertInto('learner')
		.values({ kind: 'person' })
		.returning('id')
		.executeTakeFirstOrThrow();
	return { learner: id, assurance: 'password', language: 'en' };
}
