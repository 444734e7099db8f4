import { Secret, TOTP } from 'otpauth';
import type { Trx } from '#lib/server/db/database.ts';
import { seal, unseal } from '../sealing.ts';

/**
 * Codes of an authenticator app (RFC 6238): six digits, half a minute each, that of before and after count too. SHA-1
 * because common apps know nothing else; its weakness is none here.
 */
const PERIOD_SECONDS = 30;
const WINDOW = 1;

export type Authenticator = { createdAt: Date; lastUsedAt: Date | null };
/** An app that is being set up: `uri` for its camera, `secret` for who types it. */
export type BegunAuthenticator = { uri: string; secret: string };

/** A person's app; null when there is none, or it was never confirmed. Needs a scope that sees it. */
export async function find(trx: Trx, person: string): Promise<Authenticator | null> {
	const row = await trx
		.selectFrom('second_factor_authenticator')
		.select(['confirmed_at', 'last_used_at'])
		.where('person', '=', person)
		.where('confirmed_at', 'is not', null)
		.executeTakeFirst();
	return row?.confirmed_at ? { createdAt: row.confirmed_at, lastUsedAt: row.last_used_at } : null;
}

/** Begins to set up an app, anew each time. It is no factor before `confirm`. */
export async function begin(trx: Trx, person: string, key: Buffer, now: Date): Promise<void> {
	await trx
		.deleteFrom('second_factor_authenticator')
		.where('person', '=', person)
		.where('confirmed_at', 'is', null)
		.execute();
	await trx
		.insertInto('second_factor_authenticator')
		.values({
			person,
			sealed_secret: seal(key, purposeOf(person), new Secret({ size: 20 }).bytes),
			created_at: now
		})
		.execute();
}

/** The app that is being set up, to show it once more; null when none is. */
export async function begun(
	trx: Trx,
	person: string,
	key: Buffer,
	{ issuer, login }: { issuer: string; login: string }
): Promise<BegunAuthenticator | null> {
	const held = await rowOf(trx, person, { confirmed: false });
	const secret = held && open(held.sealed_secret, person, key);
	if (!secret) return null;
	return { uri: totp(secret, { issuer, login }).toString(), secret: secret.base32 };
}

/** Lets go of an app that was being set up. */
export async function forgetBegun(trx: Trx, person: string): Promise<void> {
	await trx
		.deleteFrom('second_factor_authenticator')
		.where('person', '=', person)
		.where('confirmed_at', 'is', null)
		.execute();
}

/** The first right code makes the app that was begun the person's own, in place of one that they had before. */
export async function confirm(
	trx: Trx,
	person: string,
	code: string,
	key: Buffer,
	now: Date
): Promise<{ ok: true } | { ok: false; reason: 'wrong' | 'not-begun' }> {
	const held = await rowOf(trx, person, { confirmed: false });
	const secret = held && open(held.sealed_secret, person, key);
	if (!secret) return { ok: false, reason: 'not-begun' };
	const step = stepOf(secret, code, now);
	if (step === null) return { ok: false, reason: 'wrong' };
	await remove(trx, person);
	await trx
		.updateTable('second_factor_authenticator')
		.set({ confirmed_at: now, last_step: step, last_used_at: now })
		.where('id', '=', held.id)
		.execute();
	return { ok: true };
}

/** Whether a code is right and was not used before; `unreadable` when its secret was sealed with another key. */
export async function use(
	trx: Trx,
	person: string,
	code: string,
	key: Buffer | null,
	now: Date
): Promise<'right' | 'wrong' | 'unreadable'> {
	const held = await rowOf(trx, person, { confirmed: true });
	if (!held) return 'wrong';
	const secret = key && open(held.sealed_secret, person, key);
	if (!secret) return 'unreadable';
	const step = stepOf(secret, code, now);
	if (step === null || step <= Number(held.last_step)) return 'wrong';
	await trx
		.updateTable('second_factor_authenticator')
		.set({ last_step: step, last_used_at: now })
		.where('id', '=', held.id)
		.execute();
	return 'right';
}

/** Forgets a person's app; false when there is none. */
export async function remove(trx: Trx, person: string): Promise<boolean> {
	const { numDeletedRows } = await trx
		.deleteFrom('second_factor_authenticator')
		.where('person', '=', person)
		.where('confirmed_at', 'is not', null)
		.executeTakeFirst();
	return numDeletedRows > 0n;
}

/**
 * Gives an app to another record of the same person, sealed anew for it; one that is there already stands. What this
 * server can't read moves as it is: it is asked for all the same, and reads again where it came from.
 */
export async function move(
	trx: Trx,
	id: string,
	{ from, to }: { from: string; to: string },
	key: Buffer | null
): Promise<void> {
	const held = await rowOf(trx, from, { confirmed: true });
	if (held?.id !== id || (await find(trx, to))) return;
	const secret = key && unseal(key, purposeOf(from), held.sealed_secret);
	await trx
		.updateTable('second_factor_authenticator')
		.set({
			person: to,
			...(key && secret ? { sealed_secret: seal(key, purposeOf(to), secret) } : {})
		})
		.where('id', '=', id)
		.execute();
}

/** The row, locked until the transaction ends: two requests must not use one code. */
async function rowOf(trx: Trx, person: string, { confirmed }: { confirmed: boolean }) {
	return trx
		.selectFrom('second_factor_authenticator')
		.selectAll()
		.where('person', '=', person)
		.where('confirmed_at', confirmed ? 'is not' : 'is', null)
		.forUpdate()
		.executeTakeFirst();
}

/** The step of time that a code belongs to; null when it belongs to none near `now`. */
function stepOf(secret: Secret, code: string, now: Date): number | null {
	const token = code.replace(/[\s-]/g, '');
	if (!/^\d{6}$/.test(token)) return null;
	const delta = totp(secret).validate({ token, timestamp: now.getTime(), window: WINDOW });
	return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
}

function totp(
	secret: Secret,
	{ issuer, login }: { issuer: string; login: string } = { issuer: '', login: '' }
) {
	return new TOTP({
		issuer,
		label: login,
		secret,
		algorithm: 'SHA1',
		digits: 6,
		period: PERIOD_SECONDS
	});
}

function open(sealed: Buffer, person: string, key: Buffer): Secret | null {
	const bytes = unseal(key, purposeOf(person), sealed);
	return bytes && new Secret({ buffer: new Uint8Array(bytes).buffer });
}

function purposeOf(person: string): string {
	return `authenticator:${person}`;
}
