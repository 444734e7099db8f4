import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { signAsCoOwner } from '#lib/server/auth/can.ts';
import { catalogue, gate as findGate } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import { check } from '#lib/server/gate/gate.ts';
import { sign, unsigned } from './attestations.ts';

export type Colleague = { person: string; name: string };

/**
 * The colleagues of a school who could be co-owner now: the gate itself says so of each. Names only, and only of those
 * who can be chosen; the actor is not among them.
 */
export async function offered(
	db: Db,
	actor: PersonActor,
	type: AccountType,
	organisation: string
): Promise<Colleague[]> {
	const roles = findGate(type.gate)?.roles ?? [];
	if (roles.length === 0) return [];
	return within(db, { kind: 'system', purpose: 'co-owner-offer', actor: actor.person }, async (trx) => {
		const candidates = await trx
			.selectFrom('affiliation')
			.select('person')
			.distinct()
			.where('organisation', '=', organisation)
			.where('role', 'in', roles)
			.where('superseded_at', 'is', null)
			.where(sql<boolean>`during @> waypost_now()`)
			.where('person', '<>', actor.person)
			.execute();
		if (candidates.length === 0) return [];
		const subjects = candidates.map(({ person }) => ({ part: 'co-owner', person }));
		const answer = await check(trx, type.gate, subjects, 'open', organisation);
		const able = answer.subjects.flatMap((subject) =>
			subject.allow && subject.person ? [subject.person] : []
		);
		if (able.length === 0) return [];
		const rows = await trx
			.selectFrom('person_identity')
			.select(['person', 'given_name', 'family_name'])
			.where('person', 'in', able)
			.orderBy('search_key')
			.execute();
		return rows.map((row) => ({ person: row.person, name: `${row.given_name} ${row.family_name}`.trim() }));
	});
}

/** Whether somebody works at a school now; students, families and volunteers don't. */
export async function worksAt(trx: Trx, person: string, organisation: string): Promise<boolean> {
	const row = await trx
		.selectFrom('affiliation')
		.select('id')
		.where('person', '=', person)
		.where('organisation', '=', organisation)
		.where('role', 'not in', ['student', 'guardian', 'volunteer'])
		.where('superseded_at', 'is', null)
		.where(sql<boolean>`during @> waypost_now()`)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

export type SignResult =
	| { ok: true }
	| { ok: false; reason: 'not-found' | 'not-yours' | 'not-waiting' | 'changed-meanwhile' }
	| { ok: false; reason: 'unsigned'; codes: string[] };

/**
 * The co-owner signs the statements for the revision that they read. Only they can; not the owner, whatever their
 * role. A newer revision asks them to read again.
 */
export async function signAs(
	db: Db,
	actor: PersonActor,
	registration: string,
	revision: number,
	attestations: readonly string[]
): Promise<SignResult> {
	return db.transaction().execute(async (trx) => {
		const current = await trx
			.selectFrom('registration_current')
			.select(['state', 'revision'])
			.where('registration', '=', registration)
			.forUpdate()
			.executeTakeFirst();
		if (!current) return { ok: false, reason: 'not-found' };
		const row = await trx
			.selectFrom('registration_revision as v')
			.innerJoin('registration as r', 'r.id', 'v.registration')
			.select(['r.type', 'v.owner', 'v.co_owner'])
			.where('v.registration', '=', registration)
			.where('v.number', '=', current.revision)
			.executeTakeFirst();
		const type = row && catalogue().accountTypes[row.type];
		if (!row || !type) return { ok: false, reason: 'not-found' };
		if (!signAsCoOwner(actor, { owner: row.owner, coOwner: row.co_owner }).ok)
			return { ok: false, reason: 'not-yours' };
		if (current.state !== 'submitted' && current.state !== 'in_review')
			return { ok: false, reason: 'not-waiting' };
		if (current.revision !== revision) return { ok: false, reason: 'changed-meanwhile' };
		const missing = unsigned(type, attestations);
		if (missing.length > 0) return { ok: false, reason: 'unsigned', codes: missing.map(({ code }) => code) };
		// Pressed twice: the second time changes nothing, so nothing is noted. The lock above makes it wait for the first.
		if (await hasSigned(trx, type, registration, revision, actor.person)) return { ok: true };
		await sign(trx, type, { registration, revision, part: 'co-owner', signer: actor });
		await append(trx, {
			kind: 'registration.co_owner_signed',
			actor: actor.person,
			subject: registration,
			detail: { revision }
		});
		return { ok: true };
	});
}

async function hasSigned(
	trx: Trx,
	type: AccountType,
	registration: string,
	revision: number,
	signer: string
): Promise<boolean> {
	const signed = await trx
		.selectFrom('attestation')
		.select('code')
		.where('registration', '=', registration)
		.where('revision', '=', revision)
		.where('signer', '=', signer)
		.execute();
	const codes = signed.map(({ code }) => code);
	return unsigned(type, codes).length === 0;
}
