import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { hashSecret, looksLikeSecret, newSecret } from '../secret.ts';

/**
 * People who were sent to a provider and are not back yet. A request is bound to their browser by a cookie, so that
 * nobody can be signed in by an address that somebody else sent them, and is good once. The state, the nonce and the
 * verifier are ours; only hashes of the first and of the cookie are stored.
 */
const MINUTES = 10;

export type NewRequest = { state: string; nonce: string; codeVerifier: string; browser: string };

/** What was kept of a request that has come back. */
export type Returned = { nonce: string; codeVerifier: string; next: string };

/** Keeps a request to `provider`; `browser` is the cookie so far, `next` where the person is going on this site. */
export async function begin(
	db: Db,
	{ provider, browser, next }: { provider: string; browser: string | null | undefined; next: string }
): Promise<NewRequest> {
	const request = {
		state: newSecret(),
		nonce: newSecret(),
		codeVerifier: newSecret(),
		browser: looksLikeSecret(browser) ? browser : newSecret()
	};
	await db
		.insertInto('single_sign_on_request')
		.values({
			state_hash: hashSecret(request.state),
			browser_hash: hashSecret(request.browser),
			provider,
			nonce: request.nonce,
			code_verifier: request.codeVerifier,
			next,
			expires_at: sql<Date>`waypost_now() + make_interval(mins => ${MINUTES})`
		})
		.execute();
	return request;
}

/** Uses a request up; null when it is unknown, over, gone already, or of another browser or provider. */
export async function take(
	db: Db,
	{ provider, browser, state }: { provider: string; browser: string | null | undefined; state: string | null }
): Promise<Returned | null> {
	if (!looksLikeSecret(browser) || !looksLikeSecret(state)) return null;
	const row = await db
		.deleteFrom('single_sign_on_request')
		.where('state_hash', '=', hashSecret(state))
		.where('browser_hash', '=', hashSecret(browser))
		.where('provider', '=', provider)
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.returning(['nonce', 'code_verifier', 'next'])
		.executeTakeFirst();
	return row ? { nonce: row.nonce, codeVerifier: row.code_verifier, next: row.next } : null;
}

/** How many requests of this browser are still out. */
export async function countOut(db: Db, browser: string | null | undefined): Promise<number> {
	if (!looksLikeSecret(browser)) return 0;
	const { count } = await db
		.selectFrom('single_sign_on_request')
		.select((eb) => eb.fn.countAll<string>().as('count'))
		.where('browser_hash', '=', hashSecret(browser))
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** Takes away requests that never came back. */
export async function deleteExpired(db: Db): Promise<void> {
	await db
		.deleteFrom('single_sign_on_request')
		.where('expires_at', '<=', sql<Date>`waypost_now()`)
		.execute();
}
