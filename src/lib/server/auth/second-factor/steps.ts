import type { Db, Trx } from '#lib/server/db/database.ts';
import { hashSecret, looksLikeSecret, newSecret } from '../secret.ts';

/**
 * Somebody whose password was right and whose second factor is still to come. A step is no session: its cookie opens
 * nothing but the page that asks for the factor.
 */
const MINUTES = 10;

export type NewStep = { token: string; expiresAt: Date };
export type Step = { person: string; shared: boolean };

/** Begins a step. `shared`: what was said of the device with the password. */
export async function begin(
	trx: Db | Trx,
	person: string,
	{ shared }: { shared: boolean },
	now: Date
): Promise<NewStep> {
	const token = newSecret();
	const expiresAt = new Date(now.getTime() + MINUTES * 60_000);
	await trx
		.insertInto('second_factor_step')
		.values({ token_hash: hashSecret(token), person, shared, expires_at: expiresAt })
		.execute();
	return { token, expiresAt };
}

/** Whose step this is; null when it is unknown, over, or was gone already. */
export async function find(db: Db | Trx, token: string | null | undefined, now: Date): Promise<Step | null> {
	if (!looksLikeSecret(token)) return null;
	const row = await db
		.selectFrom('second_factor_step')
		.select(['person', 'shared'])
		.where('token_hash', '=', hashSecret(token))
		.where('expires_at', '>', now)
		.executeTakeFirst();
	return row ?? null;
}

/** Uses a step up; null when somebody else did. */
export async function take(trx: Trx, token: string, now: Date): Promise<Step | null> {
	if (!looksLikeSecret(token)) return null;
	const row = await trx
		.deleteFrom('second_factor_step')
		.where('token_hash', '=', hashSecret(token))
		.returning(['person', 'shared', 'expires_at'])
		.executeTakeFirst();
	return row && row.expires_at > now ? { person: row.person, shared: row.shared } : null;
}

/** Takes away steps that were never gone. */
export async function deleteExpired(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('second_factor_step').where('expires_at', '<=', now).execute();
}
