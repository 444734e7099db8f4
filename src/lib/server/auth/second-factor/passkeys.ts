import {
	generateAuthenticationOptions,
	generateRegistrationOptions,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
	type AuthenticationResponseJSON,
	type PublicKeyCredentialCreationOptionsJSON,
	type PublicKeyCredentialRequestOptionsJSON,
	type RegistrationResponseJSON
} from '@simplewebauthn/server';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import * as challenges from './challenges.ts';
import type { RelyingParty } from './relying-party.ts';

/**
 * Passkeys (WebAuthn). They are asked to verify their user (a finger, a face, a PIN), and to be found without a name
 * being typed, so that one passkey is two factors and may sign in alone.
 */
export const PASSKEYS_KEPT = 10;
export const LONGEST_NAME = 60;
const LONGEST_RESPONSE = 20_000;
/** Ed25519, ES256 and RS256, which every device has one of (COSE algorithms). */
const supportedAlgorithmIDs = [-8, -7, -257];

export type Passkey = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null };

const scope: Scope = { kind: 'system', purpose: 'second-factor' };

/** A person's passkeys, the oldest first. Needs a scope that sees them. */
export async function list(trx: Trx, person: string): Promise<Passkey[]> {
	const rows = await trx
		.selectFrom('second_factor_passkey')
		.select(['id', 'name', 'created_at', 'last_used_at'])
		.where('person', '=', person)
		.orderBy('id')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		name: row.name,
		createdAt: row.created_at,
		lastUsedAt: row.last_used_at
	}));
}

/** What a browser needs to make a passkey for a person. `login` and `name` are shown by the device alone. */
export async function askToRegister(
	db: Db,
	{ person, login, name }: { person: string; login: string; name: string },
	party: RelyingParty,
	now: Date
): Promise<PublicKeyCredentialCreationOptionsJSON> {
	return within(db, scope, async (trx) => {
		const options = await generateRegistrationOptions({
			rpID: party.id,
			rpName: party.name,
			userID: handleOf(person),
			userName: login,
			userDisplayName: name,
			attestationType: 'none',
			supportedAlgorithmIDs,
			excludeCredentials: await credentialsOf(trx, person),
			authenticatorSelection: { residentKey: 'required', userVerification: 'required' }
		});
		await challenges.keep(trx, options.challenge, 'register', person, now);
		return options;
	});
}

/**
 * Keeps the passkey that a browser made, in the caller's transaction, whose scope sees the person's factors. `response`
 * is the browser's answer as text.
 */
export async function register(
	trx: Trx,
	person: string,
	{ response, name }: { response: string; name: string },
	party: RelyingParty,
	now: Date
): Promise<{ ok: true; id: string } | { ok: false; reason: 'not-made' | 'too-many' }> {
	const answer = readAnswer<RegistrationResponseJSON>(response);
	if (!answer) return { ok: false, reason: 'not-made' };
	const made = await verifyRegistrationResponse({
		response: answer,
		expectedChallenge: (challenge) => challenges.take(trx, challenge, 'register', person, now),
		expectedOrigin: party.origin,
		expectedRPID: party.id,
		requireUserVerification: true,
		supportedAlgorithmIDs
	}).catch(isNoAnswer);
	if (!made?.verified) return { ok: false, reason: 'not-made' };
	const { length } = await list(trx, person);
	if (length >= PASSKEYS_KEPT) return { ok: false, reason: 'too-many' };
	const { id, publicKey, counter, transports = [] } = made.registrationInfo.credential;
	const kept = await trx
		.insertInto('second_factor_passkey')
		.values({
			person,
			credential_id: id,
			public_key: Buffer.from(publicKey),
			counter,
			transports,
			name,
			created_at: now
		})
		// The same passkey is nobody else's as well.
		.onConflict((conflict) => conflict.column('credential_id').doNothing())
		.returning('id')
		.executeTakeFirst();
	return kept ? { ok: true, id: kept.id } : { ok: false, reason: 'not-made' };
}

/** What a browser needs to use a passkey: one of this person's, or with null whichever its user chooses. */
export async function askToUse(
	db: Db,
	person: string | null,
	party: RelyingParty,
	now: Date
): Promise<PublicKeyCredentialRequestOptionsJSON> {
	return within(db, scope, async (trx) => {
		const options = await generateAuthenticationOptions({
			rpID: party.id,
			userVerification: 'required',
			...(person === null ? {} : { allowCredentials: await credentialsOf(trx, person) })
		});
		await challenges.keep(trx, options.challenge, person === null ? 'sign-in' : 'prove', person, now);
		return options;
	});
}

/**
 * Whose passkey answered; null when the answer is wrong, old, used up, or of somebody else than `person` (null: whoever
 * it is). In the caller's transaction, whose scope sees the factors of all.
 */
export async function verify(
	trx: Trx,
	person: string | null,
	response: string,
	party: RelyingParty,
	now: Date
): Promise<string | null> {
	const answer = readAnswer<AuthenticationResponseJSON>(response);
	if (!answer) return null;
	// Locked: the counter must not be compared by two at once.
	const held = await trx
		.selectFrom('second_factor_passkey')
		.selectAll()
		.where('credential_id', '=', answer.id)
		.forUpdate()
		.executeTakeFirst();
	if (!held || (person !== null && held.person !== person)) return null;
	const { userHandle } = answer.response;
	const handle = handleOf(held.made_for ?? held.person);
	if (userHandle && userHandle !== handle.toString('base64url')) return null;
	const proved = await verifyAuthenticationResponse({
		response: answer,
		expectedChallenge: (challenge) =>
			challenges.take(trx, challenge, person === null ? 'sign-in' : 'prove', person, now),
		expectedOrigin: party.origin,
		expectedRPID: party.id,
		requireUserVerification: true,
		credential: {
			id: held.credential_id,
			publicKey: new Uint8Array(held.public_key),
			counter: Number(held.counter)
		}
	}).catch(isNoAnswer);
	if (!proved?.verified) return null;
	await trx
		.updateTable('second_factor_passkey')
		.set({ counter: proved.authenticationInfo.newCounter, last_used_at: now })
		.where('id', '=', held.id)
		.execute();
	return held.person;
}

/** Gives one of a person's passkeys another name; false when there is none. */
export async function rename(trx: Trx, person: string, id: string, name: string): Promise<boolean> {
	const { numUpdatedRows } = await trx
		.updateTable('second_factor_passkey')
		.set({ name })
		.where('person', '=', person)
		.where('id', '=', id)
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** Forgets one of a person's passkeys; false when there is none. */
export async function remove(trx: Trx, person: string, id: string): Promise<boolean> {
	const { numDeletedRows } = await trx
		.deleteFrom('second_factor_passkey')
		.where('person', '=', person)
		.where('id', '=', id)
		.executeTakeFirst();
	return numDeletedRows > 0n;
}

async function credentialsOf(trx: Trx, person: string): Promise<{ id: string; transports: string[] }[]> {
	return trx
		.selectFrom('second_factor_passkey')
		.select(['credential_id as id', 'transports'])
		.where('person', '=', person)
		.execute();
}

/** What a passkey knows its person by: an opaque id. */
function handleOf(person: string): Buffer<ArrayBuffer> {
	return Buffer.from(person);
}

/** A browser's answer as far as it has to be one to be looked at. */
function readAnswer<Answer extends { id: string }>(text: string): Answer | null {
	if (text.length > LONGEST_RESPONSE) return null;
	try {
		const read: unknown = JSON.parse(text);
		const id = read !== null && typeof read === 'object' && 'id' in read ? read.id : undefined;
		const answered = read !== null && typeof read === 'object' && 'response' in read ? read.response : null;
		return typeof id === 'string' && answered !== null && typeof answered === 'object'
			? (read as Answer)
			: null;
	} catch {
		return null;
	}
}

/** The library throws for whatever is not as it should be; an error of the database is something else. */
function isNoAnswer(error: unknown): null {
	if (error instanceof Error && 'severity' in error) throw error;
	return null;
}
