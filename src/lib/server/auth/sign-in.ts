import { sql } from 'kysely';
import { plainUserName } from '#lib/sign-in/user-name.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import { hashing } from './hashing-queue.ts';
import { argon2id, DEMO_PASSWORD, MAX_LENGTH, type Hasher } from './passwords.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';
import * as limits from './sign-in-limits.ts';
import * as sessions from './sessions.ts';

/** What came with the form: `device` is the device cookie, `deviceLabel` what its owner is shown of the browser. */
export type SignInInput = {
	login: string;
	password: string;
	address: string | null;
	device: string | null;
	deviceLabel?: string;
};

/** `hasher`: a cheap one in tests of many. `demo`: whether the demo's password counts (default WAYPOST_DEMO). */
export type SignInOptions = { hasher?: Hasher; demo?: boolean };

export type Refusal =
	{ ok: false; reason: 'wrong' } | { ok: false; reason: 'limited'; retryAfterSeconds: number };

export type SignedIn = {
	ok: true;
	person: string;
	session: sessions.NewSession;
	/** What the device cookie is to hold from now on. */
	device: string;
};

/** Too many wait for their password to be checked; the line is short again in a moment. */
const BUSY_SECONDS = 10;
const DEVICES_KEPT = 20;

/**
 * A login as it is stored: e-mail addresses and user names are compared in small letters, user names without accents
 * as well, since not every keyboard has them.
 */
export function loginOf(text: string): string {
	const small = text.normalize('NFC').trim().toLowerCase();
	return small.includes('@') ? small : plainUserName(small);
}

/**
 * Signs a person in and begins a session. Whether the login is unknown, the password is wrong, or the person has left:
 * the answer is the same and takes as long (attacks 15 and 17). `now` is the machine's clock, as sessions use it.
 */
export async function signIn(
	db: Db,
	input: SignInInput,
	now: Date,
	options: SignInOptions = {}
): Promise<SignedIn | Refusal> {
	const answer = await confirmPassword(db, input, now, options);
	if (!answer.ok) return answer;
	const { hasher = argon2id } = options;
	const rehashed = hasher.isOutdated(answer.passwordHash) ? await hasher.hash(input.password) : null;
	return within(db, { kind: 'system', purpose: 'sign-in' }, async (trx) => {
		// Once more under a lock: the person may have left, or changed the password, while it was being checked.
		const row = await usableSignIn(trx, loginOf(input.login), { lock: true });
		if (row?.password_hash !== answer.passwordHash) return { ok: false, reason: 'wrong' };
		if (rehashed) {
			await trx
				.updateTable('sign_in')
				.set({ password_hash: rehashed })
				.where('person', '=', row.person)
				.execute();
		}
		await limits.forgive(trx, limits.tryOf(loginOf(input.login), input));
		const begun = await beginSession(
			trx,
			row.person,
			{ device: input.device, label: input.deviceLabel ?? '' },
			now
		);
		return { ok: true, person: row.person, ...begun };
	});
}

/**
 * Begins a session of somebody who has just proved who they are, by a password or by signing up: in the caller's
 * transaction or its own. Remembers the device, and gives what its cookie is to hold.
 */
export async function beginSession(
	db: Db,
	person: string,
	{ device, label }: { device: string | null | undefined; label: string },
	now: Date
): Promise<{ session: sessions.NewSession; device: string }> {
	const known = looksLikeSecret(device) ? device : newSecret();
	await ensureLearner(db, person);
	await rememberDevice(db, person, known, now);
	return { session: await sessions.create(db, person, { device: label }), device: known };
}

/**
 * Checks a password under the limits, without signing in: what signing in begins with, and what changing the
 * password asks for again.
 */
export async function confirmPassword(
	db: Db,
	input: Omit<SignInInput, 'deviceLabel'>,
	now: Date,
	{ hasher = argon2id, demo = process.env.WAYPOST_DEMO === '1' }: SignInOptions = {}
): Promise<{ ok: true; person: string; passwordHash: string } | Refusal> {
	const login = loginOf(input.login);
	const attempt = limits.tryOf(login, input);
	const early = await limits.standing(db, attempt, now);
	if (early.limited) return limited(early.retryAfterSeconds);

	const row = await within(db, { kind: 'system', purpose: 'sign-in' }, (trx) => usableSignIn(trx, login));
	const decoy = await hasher.decoy();
	const answer = await hashing.run(async () => {
		// Counted again in here, where only a few are at a time: hundreds sent at once must not all pass the check above.
		const standing = await limits.standing(db, attempt, now);
		if (standing.limited) return limited(standing.retryAfterSeconds);
		const usable = input.password.length <= MAX_LENGTH * 2 && (demo || input.password !== DEMO_PASSWORD);
		const right = await hasher.verify(row?.password_hash ?? decoy, usable ? input.password : '');
		if (row && right) return { ok: true as const, person: row.person, passwordHash: row.password_hash };
		await limits.note(db, attempt, standing, now);
		return { ok: false as const, reason: 'wrong' as const };
	});
	return answer ? answer.value : limited(BUSY_SECONDS);
}

/**
 * Makes a person's sign-in in the caller's transaction. `passwordHash` comes from `hashPassword` of a checked
 * password. False when the login is taken.
 */
export async function addSignIn(
	trx: Trx,
	{ person, login, passwordHash }: { person: string; login: string; passwordHash: string }
): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await trx
		.insertInto('sign_in')
		.values({ person, login: loginOf(login), password_hash: passwordHash })
		.onConflict((conflict) => conflict.column('login').doNothing())
		.executeTakeFirst();
	return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

function limited(retryAfterSeconds: number): Refusal {
	return { ok: false, reason: 'limited', retryAfterSeconds };
}

/** The sign-in of a login, when it is not disabled and its person is still here. Needs a scope that sees people. */
async function usableSignIn(trx: Trx, login: string, { lock = false } = {}) {
	const query = trx
		.selectFrom('sign_in')
		.innerJoin('person', 'person.id', 'sign_in.person')
		.select(['sign_in.person', 'sign_in.password_hash'])
		.where('sign_in.login', '=', login)
		.where('sign_in.disabled_at', 'is', null)
		.where('person.kind', '=', 'human')
		.where('person.merged_into', 'is', null)
		.where((eb) =>
			eb.or([eb('person.ended_at', 'is', null), eb('person.ended_at', '>', sql<Date>`waypost_now()`)])
		);
	return (lock ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** Somebody from an imported roster may have no evidence yet, and so no learner to hang it on. */
async function ensureLearner(trx: Db, person: string): Promise<void> {
	const held = await trx
		.selectFrom('learner_person')
		.select('learner')
		.where('person', '=', person)
		.executeTakeFirst();
	if (held) return;
	const { id } = await trx
		.insertInto('learner')
		.values({ kind: 'person' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx.insertInto('learner_person').values({ learner: id, person }).execute();
}

async function rememberDevice(trx: Db, person: string, device: string, now: Date): Promise<void> {
	await trx
		.insertInto('sign_in_device')
		.values({ person, device_hash: hashSecret(device), last_signed_in_at: now })
		.onConflict((conflict) =>
			conflict.columns(['person', 'device_hash']).doUpdateSet({ last_signed_in_at: now })
		)
		.execute();
	await trx
		.deleteFrom('sign_in_device')
		.where('person', '=', person)
		.where('device_hash', 'not in', (eb) =>
			eb
				.selectFrom('sign_in_device')
				.select('device_hash')
				.where('person', '=', person)
				.orderBy('last_signed_in_at', 'desc')
				.limit(DEVICES_KEPT)
		)
		.execute();
}
