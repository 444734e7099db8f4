import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';

/** How long a visitor's evidence waits for them, in days. */
export const VISITOR_DAYS = 30;

/**
 * Begins the evidence of somebody without a sign-in: a learner without a person. Gives the token for the cookie,
 * which is stored as its hash only.
 */
export async function begin(db: Db): Promise<{ token: string; learner: string; expiresAt: Date }> {
	const token = newSecret();
	return db.transaction().execute(async (trx) => {
		const learner = await trx
			.insertInto('learner')
			.values({ kind: 'visitor' })
			.returning('id')
			.executeTakeFirstOrThrow();
		const { rows } = await sql<{ expires_at: Date }>`
			insert into visitor (token_hash, learner, expires_at)
			values (${hashSecret(token)}, ${learner.id}, waypost_now() + make_interval(days => ${VISITOR_DAYS}))
			returning expires_at`.execute(trx);
		const row = rows[0];
		if (!row) throw new Error('a visitor was not recorded');
		return { token, learner: learner.id, expiresAt: row.expires_at };
	});
}

/**
 * The learner of a visitor's cookie; null when it is unknown, has expired, or its evidence belongs to a person by
 * now: a shared browser must not go on writing into somebody's record (attack 12).
 */
export async function read(db: Db, token: string): Promise<{ learner: string } | null> {
	if (!looksLikeSecret(token)) return null;
	const row = await db
		.selectFrom('visitor')
		.select('learner')
		.where('token_hash', '=', hashSecret(token))
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom('learner_person')
						.select('learner_person.learner')
						.whereRef('learner_person.learner', '=', 'visitor.learner')
				)
			)
		)
		.executeTakeFirst();
	return row ?? null;
}

/**
 * Whether somebody can still make a visitor's evidence theirs: `taken`, when it is somebody's, `over`, when it has
 * waited for more than thirty days or was let go. Holds others off until the transaction ends.
 */
export async function standing(trx: Trx, learner: string): Promise<'open' | 'taken' | 'over'> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${learner}, 1))`.execute(trx);
	const { rows } = await sql<{ taken: boolean; open: boolean }>`
		select exists (select from learner_person where learner = ${learner}) as taken,
			exists (select from visitor where learner = ${learner} and expires_at > waypost_now()) as open`.execute(trx);
	const row = rows[0];
	return row?.taken ? 'taken' : row?.open ? 'open' : 'over';
}

/** Makes a visitor's evidence a person's, in the transaction that found it open; its token is worth nothing from here on. */
export async function take(trx: Trx, learner: string, person: string): Promise<void> {
	await trx.insertInto('learner_person').values({ learner, person }).execute();
	await trx.deleteFrom('visitor').where('learner', '=', learner).execute();
}

/** Lets a visit go: from here on nobody finds its evidence by this device, and nobody can make it theirs. */
export async function drop(db: Db, learner: string): Promise<void> {
	await db.deleteFrom('visitor').where('learner', '=', learner).execute();
}

/** Takes away the tokens of visits that are over; their evidence stays until retention removes it. */
export async function deleteExpired(db: Db): Promise<void> {
	await db
		.deleteFrom('visitor')
		.where('expires_at', '<=', sql<Date>`waypost_now()`)
		.execute();
}
