import type { Kysely } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import type { RecordedReason } from '#lib/server/gate/gate.ts';
import * as seen from '#lib/server/people/seen.ts';
import type { RegistrationBody } from '#lib/register/schemas.ts';
import type { RegistrationState } from '#lib/register/states.ts';
import type { Part } from './attestations.ts';

export type Registration = {
	id: string;
	type: AccountType;
	organisation: string;
	organisationName: string;
	createdBy: string;
	state: RegistrationState;
	/** Number of its last move, and when that was. */
	n: number;
	movedAt: Date;
	/** What was last submitted; null for a draft that never was. */
	revision: {
		number: number;
		body: RegistrationBody;
		owner: string;
		coOwner: string;
		submittedAt: Date;
	} | null;
};

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** One registration as it stands, without names; who may see it is the caller's question. */
export async function find(db: Db, id: string): Promise<Registration | null> {
	if (!uuid.test(id)) return null;
	const row = await registrations(db).where('r.id', '=', id).executeTakeFirst();
	return row ? registrationOf(row) : null;
}

/** Registrations that somebody owns, began, or is co-owner of, the last moved first. */
export async function ofPerson(db: Db, person: string): Promise<Registration[]> {
	const rows = await registrations(db)
		.where(({ eb, fn, or }) =>
			or([eb(fn.coalesce('v.owner', 'r.created_by'), '=', person), eb('v.co_owner', '=', person)])
		)
		.orderBy('m.recorded_at', 'desc')
		.execute();
	return rows.map(registrationOf);
}

export type Revision = { body: RegistrationBody; owner: string; coOwner: string };

/** One revision of a registration as it was submitted; who may see it is the caller's question. */
export async function revision(db: Db, id: string, number: number): Promise<Revision | null> {
	const row = await db
		.selectFrom('registration_revision')
		.select(['body', 'owner', 'co_owner'])
		.where('registration', '=', id)
		.where('number', '=', number)
		.executeTakeFirst();
	return row ? { body: row.body as RegistrationBody, owner: row.owner, coOwner: row.co_owner } : null;
}

/** Registrations that were submitted, each with the revision that counts now: where lists of them begin. */
export function withRevision(db: Kysely<Database>) {
	return db
		.selectFrom('registration_current as c')
		.innerJoin('registration as r', 'r.id', 'c.registration')
		.innerJoin('organisation as o', 'o.id', 'r.organisation')
		.innerJoin('registration_revision as v', (join) =>
			join.onRef('v.registration', '=', 'r.id').onRef('v.number', '=', 'c.revision')
		);
}

export type Signature = { code: string; wording: string; part: Part; signer: string; at: Date };

/** The statements signed for one revision. */
export async function signatures(db: Db, id: string, revision: number): Promise<Signature[]> {
	const rows = await db
		.selectFrom('attestation')
		.select(['code', 'wording', 'part', 'signer', 'recorded_at as at'])
		.where('registration', '=', id)
		.where('revision', '=', revision)
		.where('given', '=', true)
		.orderBy('code')
		.execute();
	return rows;
}

/** Everybody who is or was owner or co-owner of any revision: none of them reviews it. */
export async function everOwners(db: Db, id: string): Promise<string[]> {
	const rows = await db
		.selectFrom('registration_revision')
		.select(['owner', 'co_owner'])
		.where('registration', '=', id)
		.execute();
	return [...new Set(rows.flatMap((row) => [row.owner, row.co_owner]))];
}

/** Why a reviewer asked for a change of this revision, in their words; null where none did. */
export async function changeAsked(db: Db, id: string, revision: number): Promise<string | null> {
	const move = await db
		.selectFrom('registration_move')
		.select('reason')
		.where('registration', '=', id)
		.where('to_state', '=', 'changes_requested')
		.where('revision', '=', revision)
		.orderBy('n', 'desc')
		.limit(1)
		.executeTakeFirst();
	return move?.reason ?? null;
}

export type HistoryEntry =
	| {
			kind: 'move';
			n: number;
			from: string;
			to: RegistrationState;
			revision: number | null;
			actor: string;
			/** Null where the reader's scope does not reach. */
			actorName: string | null;
			reason: string | null;
			reasons: RecordedReason[] | null;
			at: Date;
	  }
	/** Somebody tried to submit, and the gate said no. */
	| { kind: 'refused'; reasons: RecordedReason[]; at: Date };

/**
 * What happened to a registration, the last first, with the reasons of each decision. Names come out of the reader's
 * own scope; owner and co-owner know of each other.
 */
export async function history(db: Db, actor: PersonActor, id: string): Promise<HistoryEntry[]> {
	const moves = await db
		.selectFrom('registration_move as m')
		.leftJoin('gate_decision as d', 'd.id', 'm.decision')
		.select([
			'm.n',
			'm.from_state',
			'm.to_state',
			'm.revision',
			'm.actor',
			'm.reason',
			'm.recorded_at',
			'd.reasons'
		])
		.where('m.registration', '=', id)
		.orderBy('m.n', 'desc')
		.execute();
	const owners = new Set(await everOwners(db, id));
	const names = await namesOf(
		db,
		actor,
		moves.map((move) => move.actor),
		owners.has(actor.person) ? [...owners] : []
	);
	const moved = moves.map((move): HistoryEntry => ({
		kind: 'move',
		n: move.n,
		from: move.from_state,
		to: move.to_state as RegistrationState,
		revision: move.revision,
		actor: move.actor,
		actorName: names.get(move.actor) ?? null,
		reason: move.reason,
		reasons: move.reasons as RecordedReason[] | null,
		at: move.recorded_at
	}));
	return [...moved, ...(await refusals(db, id))].sort((a, b) => b.at.getTime() - a.at.getTime());
}

async function refusals(db: Db, id: string): Promise<HistoryEntry[]> {
	const events = await db
		.selectFrom('ledger_event')
		.select('detail')
		.where('subject', '=', id)
		.where('kind', '=', 'registration.refused')
		.execute();
	const decisions = events.map(({ detail }) => (detail as { decision: string }).decision);
	if (decisions.length === 0) return [];
	const rows = await db
		.selectFrom('gate_decision')
		.select(['reasons', 'decided_at'])
		.where('id', 'in', decisions)
		.execute();
	return rows.map((row) => ({
		kind: 'refused',
		reasons: row.reasons as RecordedReason[],
		at: row.decided_at
	}));
}

/**
 * Names as far as the reader's scope reaches; `known` are people whom the reader knows as owner or co-owner of the
 * same account.
 */
export async function namesOf(
	db: Db,
	actor: PersonActor,
	people: readonly string[],
	known: readonly string[] = []
): Promise<Map<string, string>> {
	const inScope = await seen.namesOf(db, actor, people);
	if (known.length === 0) return inScope;
	const ownAccounts = await within(db, { kind: 'system', purpose: 'register', actor: actor.person }, (trx) =>
		trx
			.selectFrom('person_identity')
			.select(['person', 'given_name', 'family_name'])
			.where('person', 'in', [...known])
			.execute()
	);
	return new Map([...inScope, ...ownAccounts.map((row) => [row.person, seen.nameOf(row)] as const)]);
}

function registrations(db: Db) {
	return db
		.selectFrom('registration as r')
		.innerJoin('registration_current as c', 'c.registration', 'r.id')
		.innerJoin('registration_move as m', (join) =>
			join.onRef('m.registration', '=', 'r.id').onRef('m.n', '=', 'c.n')
		)
		.innerJoin('organisation as o', 'o.id', 'r.organisation')
		.leftJoin('registration_revision as v', (join) =>
			join.onRef('v.registration', '=', 'r.id').onRef('v.number', '=', 'c.revision')
		)
		.select([
			'r.id',
			'r.type',
			'r.organisation',
			'o.name as organisationName',
			'r.created_by',
			'c.state',
			'c.n',
			'm.recorded_at as movedAt',
			'v.number',
			'v.body',
			'v.owner',
			'v.co_owner',
			'v.recorded_at as submittedAt'
		]);
}

type Row = Awaited<ReturnType<ReturnType<typeof registrations>['execute']>>[number];

function registrationOf(row: Row): Registration {
	const type = catalogue().accountTypes[row.type];
	if (!type) throw new Error(`account type “${row.type}” is not in content/account-types.yaml`);
	const { number, body, owner, co_owner, submittedAt } = row;
	return {
		id: row.id,
		type,
		organisation: row.organisation,
		organisationName: row.organisationName,
		createdBy: row.created_by,
		state: row.state as RegistrationState,
		n: row.n,
		movedAt: row.movedAt,
		revision:
			number !== null && body !== null && owner !== null && co_owner !== null && submittedAt !== null
				? { number, body: body as RegistrationBody, owner, coOwner: co_owner, submittedAt }
				: null
	};
}
