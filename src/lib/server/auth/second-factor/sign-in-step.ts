import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import { beginStrongSession, isUsable, type SessionPlace, type SignedIn } from '../sign-in.ts';
import * as authenticator from './authenticator.ts';
import * as passkeys from './passkeys.ts';
import { prove, type Proof, type ProofRefusal } from './proof.ts';
import type { RelyingParty } from './relying-party.ts';
import * as steps from './steps.ts';

const scope = { kind: 'system', purpose: 'second-factor' } as const;

/** What the page of a step may ask for; null when the step is over and the way begins anew. */
export async function offered(
	db: Db,
	token: string | null | undefined,
	now: Date
): Promise<{ person: string; code: boolean; passkey: boolean } | null> {
	const step = await steps.find(db, token, now);
	if (!step) return null;
	const { person } = step;
	return within(db, scope, async (trx) => ({
		person,
		code: (await authenticator.find(trx, person)) !== null,
		passkey: (await passkeys.list(trx, person)).length > 0
	}));
}

/**
 * Goes the step: with the right second factor a strong session begins, under an id that did not exist before. A wrong
 * one leaves the step standing, under limits.
 */
export async function finish(
	db: Db,
	token: string,
	proof: Proof,
	place: Omit<SessionPlace, 'shared'>,
	now: Date
): Promise<SignedIn | ProofRefusal | { ok: false; reason: 'over' }> {
	return within(db, scope, async (trx) => {
		const step = await steps.find(trx, token, now);
		if (!step || !(await isUsable(trx, step.person))) return { ok: false, reason: 'over' };
		const proved = await prove(trx, step.person, proof, now);
		if (!proved.ok) return proved;
		if (!(await steps.take(trx, token, now))) return { ok: false, reason: 'over' };
		return beginStrongSession(trx, step.person, { ...place, shared: step.shared }, now);
	});
}

/** Signs in whoever's passkey answers: it verified its user, so that it is two factors in one. */
export async function signInWithPasskey(
	db: Db,
	response: string,
	party: RelyingParty,
	place: SessionPlace,
	now: Date
): Promise<SignedIn | { ok: false; reason: 'wrong' }> {
	return within(db, scope, async (trx) => {
		const person = await passkeys.verify(trx, null, response, party, now);
		if (!person || !(await isUsable(trx, person))) return { ok: false, reason: 'wrong' };
		return beginStrongSession(trx, person, place, now);
	});
}
