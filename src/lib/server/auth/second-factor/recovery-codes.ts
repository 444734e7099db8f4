import { createHash, randomBytes } from 'node:crypto';
import type { Trx } from '#lib/server/db/database.ts';

/** Codes for the day on which a phone is lost: ten, each good once, stored as hashes, shown when they are made. */
export const RECOVERY_CODES = 10;
/** Crockford's base 32, as on certificates: no I, L, O and no U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 80 bits, so that a plain hash keeps them. */
const LENGTH = 16;

/** Makes new codes, in place of any that the person had. Needs a scope that sees their factors. */
export async function make(trx: Trx, person: string, now: Date): Promise<string[]> {
	const codes = Array.from({ length: RECOVERY_CODES }, newCode);
	await forget(trx, person);
	await trx
		.insertInto('second_factor_recovery_code')
		.values(codes.map((code) => ({ person, code_hash: hashOf(person, code), made_at: now })))
		.execute();
	return codes.map((code) => (code.match(/.{4}/g) ?? []).join('-'));
}

/** Uses a code up; false when it is none of theirs, or was used before. */
export async function use(trx: Trx, person: string, typed: string, now: Date): Promise<boolean> {
	const code = typed
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}]/gu, '')
		.replace(/[IL]/g, '1')
		.replace(/O/g, '0');
	if (code.length !== LENGTH) return false;
	const hashes = (await madeFor(trx, person)).map((record) => hashOf(record, code));
	if (hashes.length === 0) return false;
	const { numUpdatedRows } = await trx
		.updateTable('second_factor_recovery_code')
		.set({ used_at: now })
		.where('person', '=', person)
		.where('code_hash', 'in', hashes)
		.where('used_at', 'is', null)
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** How many are left, and when they were made; null when the person has none at all. */
export async function left(trx: Trx, person: string): Promise<{ left: number; madeAt: Date } | null> {
	const rows = await trx
		.selectFrom('second_factor_recovery_code')
		.select(['made_at', 'used_at'])
		.where('person', '=', person)
		.execute();
	const [first] = rows;
	return first
		? { left: rows.filter(({ used_at }) => used_at === null).length, madeAt: first.made_at }
		: null;
}

/** Takes all of a person's codes away. */
export async function forget(trx: Trx, person: string): Promise<void> {
	await trx.deleteFrom('second_factor_recovery_code').where('person', '=', person).execute();
}

/** The records that a person's codes were made for: their own, and ones that were merged into it. */
export async function madeFor(trx: Trx, person: string): Promise<string[]> {
	const rows = await trx
		.selectFrom('second_factor_recovery_code')
		.select('made_for')
		.distinct()
		.where('person', '=', person)
		.execute();
	return rows.map(({ made_for }) => made_for ?? person);
}

function newCode(): string {
	// 256 is a multiple of 32: the low five bits of a random byte are fair.
	return [...randomBytes(LENGTH)].map((byte) => alphabet.charAt(byte % 32)).join('');
}

function hashOf(person: string, code: string): Buffer {
	return createHash('sha256').update(`${person} ${code}`).digest();
}
