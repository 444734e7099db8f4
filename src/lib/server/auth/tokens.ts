import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { now } from '#lib/server/db/clock.ts';
import { append } from '#lib/server/db/ledger.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';

/** Bearer tokens of other systems. Shown once, stored as SHA-256, bound to scopes and gates, and never without an end. */
const PREFIX = 'wp_';
const LONGEST_DAYS = 366;

export type NewToken = {
	/** What the district calls the system that holds it. */
	name: string;
	/** What it may do, such as `gate:check`. */
	scopes: string[];
	/** The gates it may ask about; null for all. */
	gates: string[] | null;
	expiresAt: Date;
};

export type ApiToken = { id: string; name: string; scopes: string[]; gates: string[] | null };

export type ListedToken = ApiToken & {
	createdAt: Date;
	expiresAt: Date;
	revokedAt: Date | null;
	lastUsedAt: Date | null;
};

/**
 * Makes a token. `token` is shown now and never again. `by` is the person who made it, for the ledger; null on the
 * command line.
 */
export async function create(
	db: Db,
	{ name, scopes, gates, expiresAt }: NewToken,
	by: string | null = null
): Promise<
	| { ok: true; id: string; token: string }
	| { ok: false; reason: 'no-name' | 'no-scope' | 'no-gate' | 'already-over' | 'too-long' }
> {
	if (name.trim() === '') return { ok: false, reason: 'no-name' };
	if (scopes.length === 0) return { ok: false, reason: 'no-scope' };
	if (gates?.length === 0) return { ok: false, reason: 'no-gate' };
	const at = await now(db);
	if (expiresAt <= at) return { ok: false, reason: 'already-over' };
	if (expiresAt.getTime() - at.getTime() > LONGEST_DAYS * 86_400_000)
		return { ok: false, reason: 'too-long' };

	const token = PREFIX + newSecret();
	return db.transaction().execute(async (trx) => {
		const { id } = await trx
			.insertInto('api_token')
			.values({ token_hash: hashSecret(token), name: name.trim(), scopes, gates, expires_at: expiresAt })
			.returning('id')
			.executeTakeFirstOrThrow();
		await append(trx, {
			kind: 'api-token-created',
			actor: by,
			subject: id,
			detail: { scopes, gates: gates ?? ['*'] }
		});
		return { ok: true, id, token };
	});
}

/**
 * Whose request this is, by its Authorization header, in one query. `unknown` covers revoked and expired as well: a
 * finder of an old token learns nothing.
 */
export async function verify(
	db: Db,
	header: string | null
): Promise<{ ok: true; token: ApiToken } | { ok: false; reason: 'missing' | 'unknown' }> {
	if (!header) return { ok: false, reason: 'missing' };
	const token = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
	if (!token.startsWith(PREFIX) || !looksLikeSecret(token.slice(PREFIX.length)))
		return { ok: false, reason: 'unknown' };
	const { rows } = await sql<ApiToken>`
		with held as (
			select id, name, scopes, gates, last_used_at from api_token
			where token_hash = ${hashSecret(token)} and revoked_at is null and expires_at > waypost_now()
		), used as (
			-- To the minute: one write a request would cost more than the answer.
			update api_token set last_used_at = waypost_now()
			where id in (select id from held where last_used_at is null or last_used_at < waypost_now() - interval '1 minute')
		)
		select id, name, scopes, gates from held`.execute(db);
	return rows[0] ? { ok: true, token: rows[0] } : { ok: false, reason: 'unknown' };
}

/** Whether a token may do this, and ask about this gate. */
export function allows(token: ApiToken, scope: string, gate?: string): boolean {
	return (
		token.scopes.includes(scope) && (gate === undefined || token.gates === null || token.gates.includes(gate))
	);
}

/** Revokes a token at once; false when there is none of that id that still holds. */
export async function revoke(db: Db, id: string, by: string | null = null): Promise<boolean> {
	return db.transaction().execute(async (trx) => {
		const { numUpdatedRows } = await trx
			.updateTable('api_token')
			.set({ revoked_at: sql<Date>`waypost_now()` })
			.where('id', '=', id)
			.where('revoked_at', 'is', null)
			.executeTakeFirst();
		if (numUpdatedRows === 0n) return false;
		await append(trx, { kind: 'api-token-revoked', actor: by, subject: id });
		return true;
	});
}

/** All tokens, the newest first; never their secrets. */
export async function list(db: Db): Promise<ListedToken[]> {
	const rows = await db
		.selectFrom('api_token')
		.select(['id', 'name', 'scopes', 'gates', 'created_at', 'expires_at', 'revoked_at', 'last_used_at'])
		.orderBy('created_at', 'desc')
		.execute();
	return rows.map(({ created_at, expires_at, revoked_at, last_used_at, ...row }) => ({
		...row,
		createdAt: created_at,
		expiresAt: expires_at,
		revokedAt: revoked_at,
		lastUsedAt: last_used_at
	}));
}
