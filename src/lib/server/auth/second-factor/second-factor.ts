import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { enter, within, type Scope } from '#lib/server/db/scope.ts';
import { scopeOf, type PersonActor } from '../actor.ts';
import * as can from '../can.ts';
import { confirmOwnPassword } from '../own-password.ts';
import { holdsRights } from '../rights-held.ts';
import { sealingKey } from '../sealing.ts';
import * as sessions from '../sessions.ts';
import { hasSecondFactor, hasSignIn, type Refusal, type SignInOptions } from '../sign-in.ts';
import * as authenticator from './authenticator.ts';
import * as passkeys from './passkeys.ts';
import { prove, type Proof, type ProofRefusal } from './proof.ts';
import * as recoveryCodes from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';

/** For so long after somebody proved again who they are, they may change how they sign in. */
export const FRESH_MINUTES = 10;

/** What a person has, and whether they may change it now. */
export type Standing = {
	passkeys: passkeys.Passkey[];
	authenticator: authenticator.Authenticator | null;
	/** The app that is being set up; shown only to who may change it. */
	begun: authenticator.BegunAuthenticator | null;
	recoveryCodes: { left: number; madeAt: Date } | null;
	/** May change it: has proved lately who they are. */
	fresh: boolean;
	/** How they can prove it. */
	provable: { password: boolean; code: boolean; passkey: boolean };
	/** Whether this server can keep an authenticator's secret. */
	canSeal: boolean;
};

/** A change that was made: a new session where this one is not strong, and codes where there were none. */
export type Changed = { ok: true; session: sessions.NewSession | null; recoveryCodes: string[] | null };
export type NotFresh = { ok: false; reason: 'prove-first' };

/** Who changes their own factors, on which browser. */
export type Changer = { actor: PersonActor; deviceLabel: string };

function ownScope(actor: PersonActor): Scope {
	return { kind: 'system', purpose: 'second-factor', actor: actor.person };
}

/** What the actor has. `app`: the names under which an authenticator app shows this site. */
export async function standing(
	db: Db,
	actor: PersonActor,
	app: { issuer: string; login: string },
	now: Date
): Promise<Standing> {
	const key = sealingKey();
	return within(db, { kind: 'self', actor: actor.person }, async (trx) => {
		const held = await passkeys.list(trx, actor.person);
		const found = await authenticator.find(trx, actor.person);
		const fresh = await isFresh(trx, actor, now);
		return {
			passkeys: held,
			authenticator: found,
			begun: fresh && key ? await authenticator.begun(trx, actor.person, key, app) : null,
			recoveryCodes: await recoveryCodes.left(trx, actor.person),
			fresh,
			provable: {
				password: await hasSignIn(trx, actor.person),
				code: found !== null,
				passkey: held.length > 0
			},
			canSeal: key !== null
		};
	});
}

/** Proves again who the actor is, by a second factor; good for a few minutes in this session. */
export async function proveAgain(
	db: Db,
	actor: PersonActor,
	proof: Proof,
	now: Date
): Promise<{ ok: true } | ProofRefusal> {
	return within(db, ownScope(actor), async (trx) => {
		const proved = await prove(trx, actor.person, proof, now);
		if (proved.ok) await noteProof(trx, actor, now);
		return proved;
	});
}

/** Proves again who the actor is, by their password. */
export async function provePassword(
	db: Db,
	actor: PersonActor,
	input: { password: string; address: string | null; device: string | null },
	now: Date,
	options: SignInOptions = {}
): Promise<{ ok: true } | { ok: false; reason: 'no-sign-in' } | Refusal> {
	const confirmed = await confirmOwnPassword(db, actor, input, now, options);
	if (confirmed.ok) await noteProof(db, actor, now);
	return confirmed;
}

/** Lets go of the proof before its time: the next change asks again. */
export async function forgetProof(db: Db, actor: PersonActor): Promise<void> {
	await ownSession(db, actor).set({ proved_at: null }).execute();
	await within(db, ownScope(actor), (trx) => authenticator.forgetBegun(trx, actor.person));
}

/** Keeps a passkey that the actor's browser made. */
export async function addPasskey(
	db: Db,
	by: Changer,
	input: { response: string; name: string },
	party: RelyingParty,
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'not-made' | 'too-many' }> {
	return change(db, by, now, async (trx) => {
		const kept = await passkeys.register(trx, by.actor.person, input, party, now);
		return kept.ok ? added(trx, by, 'passkey', now) : kept;
	});
}

/** Gives one of the actor's passkeys another name. */
export async function renamePasskey(
	db: Db,
	by: Changer,
	{ id, name }: { id: string; name: string },
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'gone' }> {
	return change(db, by, now, async (trx) =>
		(await passkeys.rename(trx, by.actor.person, id, name))
			? { ok: true, session: null, recoveryCodes: null }
			: { ok: false, reason: 'gone' }
	);
}

/** Begins to set up an authenticator app; `standing` shows it until the first code is right. */
export async function beginAuthenticator(
	db: Db,
	by: Changer,
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'no-key' }> {
	const key = sealingKey();
	if (!key) return { ok: false, reason: 'no-key' };
	return change(db, by, now, async (trx) => {
		await authenticator.begin(trx, by.actor.person, key, now);
		return { ok: true, session: null, recoveryCodes: null };
	});
}

/** The first code of the app that was begun: from here on it is asked for. */
export async function confirmAuthenticator(
	db: Db,
	by: Changer,
	code: string,
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'no-key' | 'wrong' | 'not-begun' }> {
	const key = sealingKey();
	if (!key) return { ok: false, reason: 'no-key' };
	return change(db, by, now, async (trx) => {
		const confirmed = await authenticator.confirm(trx, by.actor.person, code, key, now);
		return confirmed.ok ? added(trx, by, 'authenticator', now) : confirmed;
	});
}

/**
 * Takes one of the actor's factors away. The other devices are signed out. With the last factor its recovery codes go,
 * and this session is no longer strong; who has no password keeps one passkey.
 */
export async function remove(
	db: Db,
	by: Changer,
	which: { kind: 'passkey'; id: string } | { kind: 'authenticator' },
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'gone' | 'only-way-in' }> {
	const { person } = by.actor;
	type Removed = Changed | { ok: false; reason: 'gone' | 'only-way-in' };
	return change<Removed>(db, by, now, async (trx) => {
		const removed =
			which.kind === 'passkey'
				? await passkeys.remove(trx, person, which.id)
				: await authenticator.remove(trx, person);
		if (!removed) return { ok: false, reason: 'gone' };
		const some = await hasSecondFactor(trx, person);
		// Thrown and not said: what was taken away comes back with the transaction.
		if (!some && !(await hasSignIn(trx, person))) throw new OnlyWayIn();
		if (!some) await recoveryCodes.forget(trx, person);
		await append(trx, {
			kind: 'second-factor-removed',
			actor: person,
			subject: person,
			detail: { factor: which.kind, left: some }
		});
		await sessions.revokeAll(trx, person);
		return {
			ok: true,
			session: await goOn(trx, by, some ? 'strong' : 'password', now),
			recoveryCodes: null
		};
	}).catch((error: unknown): Removed => {
		if (error instanceof OnlyWayIn) return { ok: false, reason: 'only-way-in' };
		throw error;
	});
}

/** New recovery codes in place of the old ones. */
export async function renewRecoveryCodes(
	db: Db,
	by: Changer,
	now: Date
): Promise<Changed | NotFresh | { ok: false; reason: 'no-factor' }> {
	const { person } = by.actor;
	return change(db, by, now, async (trx) => {
		if (!(await hasSecondFactor(trx, person))) return { ok: false, reason: 'no-factor' };
		const codes = await recoveryCodes.make(trx, person, now);
		await append(trx, { kind: 'recovery-codes-made', actor: person, subject: person });
		return { ok: true, session: null, recoveryCodes: codes };
	});
}

/**
 * Takes all of another person's factors away, for somebody who has lost them: they sign in with their password alone
 * again, and set up new ones. Ends their sessions. Never for oneself (`can.resetSecondFactor`); somebody out of the
 * actor's scope is nobody.
 */
export async function reset(
	db: Db,
	actor: PersonActor,
	person: string
): Promise<
	| { ok: true }
	| { ok: false; reason: 'no-such-person' | 'nothing-to-reset' }
	| Extract<ReturnType<typeof can.resetSecondFactor>, { ok: false }>
> {
	if (!/^[0-9a-f-]{36}$/i.test(person)) return { ok: false, reason: 'no-such-person' };
	return within(db, scopeOf(actor), async (trx) => {
		const seen = await trx.selectFrom('person').select('id').where('id', '=', person).executeTakeFirst();
		if (!seen) return { ok: false, reason: 'no-such-person' };
		const may = can.resetSecondFactor(actor, { person, ...(await placeOf(trx, person)) });
		if (!may.ok) return may;
		await enter(trx, ownScope(actor));
		const held = { passkeys: (await passkeys.list(trx, person)).length };
		const app = await authenticator.remove(trx, person);
		if (held.passkeys === 0 && !app) return { ok: false, reason: 'nothing-to-reset' };
		await trx.deleteFrom('second_factor_passkey').where('person', '=', person).execute();
		await authenticator.forgetBegun(trx, person);
		await recoveryCodes.forget(trx, person);
		await trx.deleteFrom('second_factor_step').where('person', '=', person).execute();
		await trx.deleteFrom('second_factor_challenge').where('person', '=', person).execute();
		await sessions.revokeAll(trx, person);
		await append(trx, {
			kind: 'second-factor-reset',
			actor: actor.person,
			subject: person,
			detail: { ...held, authenticator: app }
		});
		return { ok: true };
	});
}

class OnlyWayIn extends Error {}

/** Runs a change in one transaction, for somebody who has proved lately who they are. */
async function change<Result>(
	db: Db,
	{ actor }: Changer,
	now: Date,
	work: (trx: Trx) => Promise<Result>
): Promise<Result | NotFresh> {
	return within(db, ownScope(actor), async (trx) => {
		// One change after the other: of two at once, both would be the first.
		await sql`select id from person where id = ${actor.person} for no key update`.execute(trx);
		if (!(await isFresh(trx, actor, now))) return { ok: false, reason: 'prove-first' };
		return work(trx);
	});
}

/** After a factor was added: recovery codes with the first, and a strong session in place of a weaker one. */
async function added(trx: Trx, by: Changer, factor: string, now: Date): Promise<Changed> {
	const { person, assurance } = by.actor;
	await append(trx, {
		kind: 'second-factor-added',
		actor: person,
		subject: person,
		detail: { factor }
	});
	const codes = (await recoveryCodes.left(trx, person)) ? null : await recoveryCodes.make(trx, person, now);
	if (assurance === 'strong') return { ok: true, session: null, recoveryCodes: codes };
	// What was begun with the password alone ends: this session too, so that its id never gets stronger (attack 9).
	await sessions.revokeAll(trx, person);
	return { ok: true, session: await goOn(trx, by, 'strong', now), recoveryCodes: codes };
}

async function goOn(
	trx: Trx,
	{ actor, deviceLabel }: Changer,
	assurance: 'password' | 'strong',
	now: Date
): Promise<sessions.NewSession> {
	return sessions.create(trx, actor.person, {
		device: deviceLabel,
		assurance,
		shared: actor.shared ?? false,
		provedAt: now
	});
}

async function isFresh(trx: Trx, actor: PersonActor, now: Date): Promise<boolean> {
	const held = await trx
		.selectFrom('session')
		.select(['proved_at', 'created_at'])
		.where('public_id', '=', actor.session)
		.where('person', '=', actor.person)
		.executeTakeFirst();
	if (!held) return false;
	const since = new Date(now.getTime() - FRESH_MINUTES * 60_000);
	if (held.proved_at && held.proved_at > since) return true;
	// Who signs in through somebody else's page has nothing here to prove it with but a new sign-in.
	if (held.created_at <= since || (await hasSignIn(trx, actor.person))) return false;
	return !(await hasSecondFactor(trx, actor.person));
}

function ownSession(db: Db | Trx, actor: PersonActor) {
	return db.updateTable('session').where('public_id', '=', actor.session).where('person', '=', actor.person);
}

async function noteProof(db: Db | Trx, actor: PersonActor, now: Date): Promise<void> {
	await ownSession(db, actor).set({ proved_at: now }).execute();
}

/** Where a person is today, and whether they hold rights over others, or will. */
async function placeOf(trx: Trx, person: string): Promise<{ schools: string[]; holdsRights: boolean }> {
	const today = await trx
		.selectFrom('affiliation')
		.select('organisation')
		.where('person', '=', person)
		.where('superseded_at', 'is', null)
		.where(sql<boolean>`during @> waypost_now()`)
		.execute();
	const { rows } = await sql<{ holds: boolean }>`select ${holdsRights(person)} as holds`.execute(trx);
	return {
		schools: today.map(({ organisation }) => organisation),
		holdsRights: rows[0]?.holds ?? true
	};
}
