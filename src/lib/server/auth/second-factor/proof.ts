import { sql } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { sealingKey } from '../sealing.ts';
import * as limits from '../sign-in-limits.ts';
import * as authenticator from './authenticator.ts';
import * as passkeys from './passkeys.ts';
import * as recoveryCodes from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';

/** A second factor as somebody gives it. `response` is what the browser got from the passkey, as text. */
export type Proof =
	| { kind: 'code'; code: string }
	| { kind: 'recovery-code'; code: string }
	| { kind: 'passkey'; response: string; party: RelyingParty };

export type ProofRefusal =
	| { ok: false; reason: 'wrong' }
	| { ok: false; reason: 'limited'; retryAfterSeconds: number }
	/** The app's secret was sealed with another key than this server has. */
	| { ok: false; reason: 'unreadable' };

/**
 * Checks a second factor of a person, one at a time and under limits, in the caller's transaction, whose scope sees
 * the factors of all. What was tried counts even where the answer is no: the caller commits either way.
 */
export async function prove(
	trx: Trx,
	person: string,
	proof: Proof,
	now: Date
): Promise<{ ok: true } | ProofRefusal> {
	// Hundreds sent at once must not all pass the check of the limits.
	await sql`select id from person where id = ${person} for no key update`.execute(trx);
	const attempt = tryOf(person);
	const standing = await limits.standing(trx, attempt, now);
	if (standing.limited)
		return { ok: false, reason: 'limited', retryAfterSeconds: standing.retryAfterSeconds };
	const answer = await check(trx, person, proof, now);
	if (answer === 'right') {
		await limits.forgiveAll(trx, attempt);
		return { ok: true };
	}
	if (answer === 'wrong') await limits.note(trx, attempt, { knownDevice: false }, now);
	return { ok: false, reason: answer };
}

async function check(
	trx: Trx,
	person: string,
	proof: Proof,
	now: Date
): Promise<'right' | 'wrong' | 'unreadable'> {
	switch (proof.kind) {
		case 'code':
			return authenticator.use(trx, person, proof.code, sealingKey(), now);
		case 'passkey': {
			const { response, party } = proof;
			return (await passkeys.verify(trx, person, response, party, now)) ? 'right' : 'wrong';
		}
		case 'recovery-code': {
			if (!(await recoveryCodes.use(trx, person, proof.code, now))) return 'wrong';
			await append(trx, { kind: 'recovery-code-used', actor: person, subject: person });
			return 'right';
		}
	}
}

/**
 * Tries at a person's second factor have a count of their own, which only who knows the password can fill. No login
 * is in capital letters (`loginOf`), so nobody fills it from the page of signing in.
 */
function tryOf(person: string): limits.Try {
	return limits.tryOf(`SECOND FACTOR ${person}`, { device: null, address: null });
}
