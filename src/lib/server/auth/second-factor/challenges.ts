import { createHash } from 'node:crypto';
import type { Db, Trx } from '#lib/server/db/database.ts';

/** What a passkey is asked for: to be made, to say who somebody is, or to prove that it is still them. */
export type ChallengePurpose = 'register' | 'sign-in' | 'prove';

const MINUTES = 5;

/** Notes a question that a passkey may answer once, within minutes. `person`: null only where nobody is known yet. */
export async function keep(
	db: Db | Trx,
	challenge: string,
	purpose: ChallengePurpose,
	person: string | null,
	now: Date
): Promise<void> {
	await db
		.insertInto('second_factor_challenge')
		.values({
			challenge_hash: hashed(challenge),
			purpose,
			person,
			expires_at: new Date(now.getTime() + MINUTES * 60_000)
		})
		.execute();
}

/** Uses a question up. False when it was not asked, asked of somebody else or for something else, or too long ago. */
export async function take(
	db: Db | Trx,
	challenge: string,
	purpose: ChallengePurpose,
	person: string | null,
	now: Date
): Promise<boolean> {
	const taken = await db
		.deleteFrom('second_factor_challenge')
		.where('challenge_hash', '=', hashed(challenge))
		.returning(['purpose', 'person', 'expires_at'])
		.executeTakeFirst();
	return taken?.purpose === purpose && taken.person === person && taken.expires_at > now;
}

/** Takes away questions that nobody answered. */
export async function deleteExpired(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('second_factor_challenge').where('expires_at', '<=', now).execute();
}

function hashed(challenge: string): Buffer {
	return createHash('sha256').update(challenge).digest();
}
