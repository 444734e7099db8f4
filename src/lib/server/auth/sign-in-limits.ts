import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { hashSecret, looksLikeSecret } from './secret.ts';

/**
 * How often passwords may be tried. An account has one count for all devices that never signed in to it, and one
 * for each device that did: whoever types wrong passwords at it from outside shuts out themselves, and not the
 * person at their own computer. An address is limited only when it fails at very many accounts, so that a school
 * behind one address is not locked out by its own slips of the finger (attack 17).
 */
export const FAILURES_PER_ACCOUNT = 10;
const ACCOUNT_WINDOW_MINUTES = 15;
export const FAILED_ACCOUNTS_PER_ADDRESS = 100;
const ADDRESS_WINDOW_MINUTES = 5;
const KEPT_DAYS = 1;

/** One try at a password, as the table of failures knows it: typed logins may be anything, so only their hash is kept. */
export type Try = { login: string; loginHash: Buffer; deviceHash: Buffer | null; address: string | null };

export type Standing =
	{ limited: false; knownDevice: boolean } | { limited: true; retryAfterSeconds: number };

/** `login` as `loginOf` gives it. */
export function tryOf(
	login: string,
	{ device, address }: { device: string | null; address: string | null }
): Try {
	return {
		login,
		loginHash: createHash('sha256').update(login).digest(),
		deviceHash: looksLikeSecret(device) ? hashSecret(device) : null,
		address: counted(address)
	};
}

/** Whether this try may be made now, and if not, in how many seconds. */
export async function standing(
	db: Db | Trx,
	{ login, loginHash, deviceHash, address }: Try,
	now: Date
): Promise<Standing> {
	const accountSince = minutesBefore(now, ACCOUNT_WINDOW_MINUTES);
	const addressSince = minutesBefore(now, ADDRESS_WINDOW_MINUTES);
	const { rows } = await sql<{ known: boolean; account_full: Date | null; address_full: Date | null }>`
		with device as (
			select exists (
				select from sign_in_device d join sign_in s on s.person = d.person
				where s.login = ${login} and d.device_hash = ${deviceHash}::bytea
			) as known
		)
		select known,
			(select at from sign_in_failure
				where login_hash = ${loginHash} and at > ${accountSince}::timestamptz
					and device_hash is not distinct from case when known then ${deviceHash}::bytea end
				order by at desc offset ${FAILURES_PER_ACCOUNT - 1} limit 1) as account_full,
			case when not known then (
				select max(at) from sign_in_failure
				where address = ${address}::inet and at > ${addressSince}::timestamptz and device_hash is null
				group by login_hash order by max(at) desc offset ${FAILED_ACCOUNTS_PER_ADDRESS - 1} limit 1
			) end as address_full
		from device`.execute(db);
	const row = rows[0];
	if (!row) throw new Error('the limits of signing in could not be read');
	// Each window opens again when the failure that filled it has left it.
	const wait = Math.max(
		row.account_full ? secondsUntil(row.account_full, ACCOUNT_WINDOW_MINUTES, now) : 0,
		row.address_full ? secondsUntil(row.address_full, ADDRESS_WINDOW_MINUTES, now) : 0
	);
	return wait > 0 ? { limited: true, retryAfterSeconds: wait } : { limited: false, knownDevice: row.known };
}

/** Notes a failed try. */
export async function note(
	db: Db | Trx,
	failed: Try,
	{ knownDevice }: { knownDevice: boolean },
	now: Date
): Promise<void> {
	await db
		.insertInto('sign_in_failure')
		.values({
			login_hash: failed.loginHash,
			// Only a device that this account knows has a count of its own.
			device_hash: knownDevice ? failed.deviceHash : null,
			address: failed.address,
			at: now
		})
		.execute();
}

/** Who got in at last takes back their own slips, those of this account at this address or on this device. */
export async function forgive(db: Db | Trx, { loginHash, deviceHash, address }: Try): Promise<void> {
	await db
		.deleteFrom('sign_in_failure')
		.where('login_hash', '=', loginHash)
		.where((eb) =>
			eb.or([
				...(deviceHash ? [eb('device_hash', '=', deviceHash)] : []),
				...(address ? [eb('address', '=', sql<string>`${address}::inet`)] : []),
				sql<boolean>`false`
			])
		)
		.execute();
}

/** Takes back all failures of this login, where it is no account's that others can fail at. */
export async function forgiveAll(db: Db | Trx, { loginHash }: Try): Promise<void> {
	await db.deleteFrom('sign_in_failure').where('login_hash', '=', loginHash).execute();
}

/** Takes away failures that count for nothing any more. */
export async function deleteOld(db: Db, now: Date): Promise<void> {
	await db
		.deleteFrom('sign_in_failure')
		.where('at', '<', minutesBefore(now, KEPT_DAYS * 24 * 60))
		.execute();
}

/**
 * The address that is counted: an IPv6 customer holds at least a /64 and would otherwise have a new address for
 * every try; IPv4 inside IPv6 counts as what it is. null when there is none.
 */
export function counted(address: string | null): string | null {
	const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
	if (isIP(plain) === 4) return plain;
	if (isIP(plain) !== 6) return null;
	const [head = [], tail = []] = plain.split('::').map((half) => (half ? half.split(':') : []));
	const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
	return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

function minutesBefore(now: Date, minutes: number): Date {
	return new Date(now.getTime() - minutes * 60_000);
}

function secondsUntil(at: Date, windowMinutes: number, now: Date): number {
	return Math.ceil((at.getTime() + windowMinutes * 60_000 - now.getTime()) / 1000);
}
