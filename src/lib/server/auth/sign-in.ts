import { sql } from 'kysely';
import { plainUserName } from '#lib/sign-in/user-name.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { SessionAssurance } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { hashing } from './hashing-queue.ts';
import { argon2id, DEMO_PASSWORD, MAX_LENGTH, type Hasher } from './passwords.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';
import * as steps from './second-factor/steps.ts';
import * as limits from './sign-in-limits.ts';
import * as sessions from './sessions.ts';

/** What came with the form: `device` is the device cookie, `deviceLabel` what its owner is shown of the browser. */
export type SignInInput = {
	login: string;
	password: string;
	address: string | null;
	device: string | null;
	deviceLabel?: string;
	/** Others use this device afterwards. */
	shared?: boolean;
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

/** The password was right, and there is no session before a second factor. */
export type SecondFactorNext = { ok: false; reason: 'second-factor'; step: steps.NewStep };

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
 * the answer is the same and takes as long (attacks 15 and 17). Who has a second factor gets a step and no session.
 * `now` is the machine's clock, as sessions use it.
 */
export async function signIn(
	db: Db,
	input: SignInInput,
	now: Date,
	options: SignInOptions = {}
): Promise<SignedIn | SecondFactorNext | Refusal> {
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
		const { device, deviceLabel: label = '', shared = false } = input;
		return beginSessionIn(trx, row.person, { device, label, shared }, now);
	});
}

/** Where a session begins: `device` is the device cookie, `label` what its owner is shown of the browser. */
export type SessionPlace = { device: string | null | undefined; label: string; shared?: boolean };

/**
 * Begins a session of somebody who has just proved who they are in one way, such as by signing up. Remembers the
 * device, and gives what its cookie is to hold. Who has a second factor gets a step and no session.
 */
export async function beginSession(
	db: Db,
	person: string,
	place: SessionPlace,
	now: Date
): Promise<SignedIn | SecondFactorNext> {
	return within(db, { kind: 'system', purpose: 'sign-in' }, (trx) => beginSessionIn(trx, person, place, now));
}

/** The same in the caller's transaction, whose scope sees everybody's factors. */
export async function beginSessionIn(
	trx: Trx,
	person: string,
	place: SessionPlace,
	now: Date
): Promise<SignedIn | SecondFactorNext> {
	if (await hasSecondFactor(trx, person)) {
		const step = await steps.begin(trx, person, { shared: place.shared ?? false }, now);
		return { ok: false, reason: 'second-factor', step };
	}
	return beginSessionOf(trx, person, 'password', place, now);
}

/** Begins a session of somebody whose passkey or second factor was right, in the caller's transaction. */
export async function beginStrongSession(
	trx: Trx,
	person: string,
	place: SessionPlace,
	now: Date
): Promise<SignedIn> {
	return beginSessionOf(trx, person, 'strong', place, now);
}

async function beginSessionOf(
	trx: Trx,
	person: string,
	assurance: SessionAssurance,
	{ device, label, shared = false }: SessionPlace,
	now: Date
): Promise<SignedIn> {
	const known = looksLikeSecret(device) ? device : newSecret();
	await ensureLearner(trx, person);
	await rememberDevice(trx, person, known, now);
	const session = await sessions.create(trx, person, { device: label, assurance, shared });
	return { ok: true, person, session, device: known };
}

/** Whether a person has a passkey or an authenticator app. Needs a scope that sees their factors. */
export async function hasSecondFactor(trx: Trx, person: string): Promise<boolean> {
	const { rows } = await sql<{ has: boolean }>`select waypost_has_second_factor(${person}) as has`.execute(
		trx
	);
	return rows[0]?.has ?? false;
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

/** Whether somebody has a login with a password. Needs a scope that sees people. */
export async function hasSignIn(trx: Trx, person: string): Promise<boolean> {
	const row = await trx
		.selectFrom('sign_in')
		.select('person')
		.where('person', '=', person)
		.executeTakeFirst();
	return row !== undefined;
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

const isHere = sql<boolean>`person.kind = 'human' and person.merged_into is null
	and (person.ended_at is null or person.ended_at > waypost_now())
	and waypost_may_come_in(person.id, waypost_now())`;

/** Whether a person may sign in at all: is here, and their sign-in is not disabled. Needs a scope that sees people. */
export async function isUsable(trx: Trx, person: string): Promise<boolean> {
	const row = await trx
		.selectFrom('person')
		.leftJoin('sign_in', 'sign_in.person', 'person.id')
		.select('person.id')
		.where('person.id', '=', person)
		.where('sign_in.disabled_at', 'is', null)
		.where(isHere)
		.executeTakeFirst();
	return row !== undefined;
}

/** The sign-in of a login, when it is not disabled and its person is still here. Needs a scope that sees people. */
async function usableSignIn(trx: Trx, login: string, { lock = false } = {}) {
	const query = trx
		.selectFrom('sign_in')
		.innerJoin('person', 'person.id', 'sign_in.person')
		.select(['sign_in.person', 'sign_in.password_hash'])
		.where('sign_in.login', '=', login)
		.where('sign_in.disabled_at', 'is', null)
		.where(isHere);
	return (lock ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** Somebody from an imported roster may have no evidence yet, and so no learner to hang it on. */
export async function ensureLearner(trx: Db, person: string): Promise<void> {
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
