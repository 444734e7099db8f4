import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { endRight, grantRight } from '#lib/server/auth/can.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { civilDate, endOfDay, range, startOfDay } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { AffiliationRole, Right } from '#lib/server/db/schema.ts';
import { inScope, isId, namesIn, nameOf, type SeenPeople } from './seen.ts';

/** The rights that a person can hold over others, the widest first. */
export const rights = ['district-administrator', 'school-administrator', 'reviewer', 'auditor'] as const;
/** Rights that are held for the whole district or not at all. */
export const districtRights: readonly Right[] = ['district-administrator', 'auditor'];

export type Place = { id: string; name: string; districtWide: boolean };
export type HeldRight = {
	id: string;
	person: string;
	name: string;
	right: Right;
	place: Place;
	from: Date | null;
	until: Date | null;
	standing: 'running' | 'to-come' | 'over';
	/** Null for rights that came with the set-up of the district. */
	grantedBy: string | null;
	grantedAt: Date;
	endedBy: string | null;
	endedAt: Date | null;
	/** The actor's own: somebody else ends it. */
	own: boolean;
};

/** Who holds which right where, from when until when: all in the actor's scope, or those of some people. */
export async function held(
	db: Db,
	actor: PersonActor,
	{ people }: { people?: readonly string[] } = {}
): Promise<HeldRight[]> {
	if (people?.length === 0) return [];
	return inScope(db, actor, async (seen) => {
		const at = await now(seen.trx);
		const rows = await seen
			.people()
			.innerJoin('scope_grant as g', 'g.person', 'p.id')
			.innerJoin('organisation as o', 'o.id', 'g.organisation')
			.select([
				'g.id',
				'g.person',
				'i.given_name',
				'i.family_name',
				'g.right',
				'g.organisation',
				'o.name as place',
				sql<boolean>`o.kind = 'district'`.as('district_wide'),
				sql<Date | null>`lower(g.during)`.as('from'),
				sql<Date | null>`upper(g.during)`.as('until'),
				'g.granted_by',
				'g.recorded_at',
				'g.ended_by',
				'g.ended_at'
			])
			.where('p.merged_into', 'is', null)
			.$if(people !== undefined, (query) => query.where('g.person', 'in', [...(people ?? [])]))
			.orderBy('i.search_key')
			.orderBy('g.recorded_at')
			.execute();
		const names = await namesIn(
			seen,
			rows.flatMap((row) => [row.granted_by, ...(row.ended_by ? [row.ended_by] : [])])
		);
		return rows.map((row) => ({
			id: row.id,
			person: row.person,
			name: nameOf(row),
			right: row.right,
			place: { id: row.organisation, name: row.place, districtWide: row.district_wide },
			from: row.from,
			until: row.until,
			standing:
				row.ended_at !== null || (row.until !== null && row.until <= at)
					? 'over'
					: row.from !== null && row.from > at
						? 'to-come'
						: 'running',
			grantedBy: names.get(row.granted_by) ?? null,
			grantedAt: row.recorded_at,
			endedBy: row.ended_by && (names.get(row.ended_by) ?? null),
			endedAt: row.ended_at,
			own: row.person === actor.person
		}));
	});
}

/** Where a right can be held: the district, and the schools that have not ended. */
export async function places(db: Db): Promise<Place[]> {
	const rows = await db
		.selectFrom('organisation')
		.select(['id', 'name', 'kind'])
		.where('ended_at', 'is', null)
		.orderBy(sql`kind = 'school'`)
		.orderBy('name')
		.execute();
	return rows.map(({ id, name, kind }) => ({ id, name, districtWide: kind === 'district' }));
}

/** Somebody who may be given a right, as far as can be said before it is chosen. */
export type Candidate = { person: string; name: string; roles: AffiliationRole[]; here: boolean };

/** A person in the actor's scope with the roles of today; null when there is none of that id. */
export async function candidate(db: Db, actor: PersonActor, person: string): Promise<Candidate | null> {
	if (!isId(person)) return null;
	return inScope(db, actor, (seen) => candidateIn(seen, person));
}

async function candidateIn({ people, trx }: SeenPeople, person: string): Promise<Candidate | null> {
	const row = await people()
		.innerJoin('standing as t', 't.person', 'p.id')
		.select(['p.id', 'i.given_name', 'i.family_name', 't.active'])
		.where('p.id', '=', person)
		.where('p.kind', '=', 'human')
		.executeTakeFirst();
	if (!row) return null;
	const roles = await trx
		.selectFrom('affiliation')
		.select('role')
		.distinct()
		.where('person', '=', person)
		.where('superseded_at', 'is', null)
		.where(sql<boolean>`during @> waypost_now()`)
		.execute();
	return {
		person,
		name: nameOf(row),
		roles: roles.map(({ role }) => role),
		here: row.active && roles.length > 0
	};
}

export type NewRight = {
	person: string;
	right: Right;
	place: string;
	/** Civil days in the district's zone: the first, and the last or null for no end. */
	from: string;
	through: string | null;
};
export type GrantRefusal =
	| Exclude<ReturnType<typeof grantRight>, { ok: true }>['reason']
	| 'unknown-person'
	| 'unknown-place'
	| 'district-only'
	| 'from-not-a-day'
	| 'from-past'
	| 'through-not-a-day'
	| 'through-before-from'
	| 'held-already';

/** Grants a right to another person; what is allowed is `grantRight`'s to say, and it is asked in the same transaction, one after the other. */
export async function grant(
	db: Db,
	actor: PersonActor,
	wanted: NewRight
): Promise<{ ok: true; id: string } | { ok: false; reason: GrantRefusal }> {
	if (!isId(wanted.person)) return { ok: false, reason: 'unknown-person' };
	return inScope(db, actor, async (seen) => {
		const { trx } = seen;
		// As in end_grant: of two at once the later one sees what the earlier one did, a right that was ended among it.
		await sql`select pg_advisory_xact_lock(hashtextextended('end_grant', 0))`.execute(trx);
		const somebody = await candidateIn(seen, wanted.person);
		if (!somebody) return { ok: false, reason: 'unknown-person' };
		const may = grantRight(actor, { ...somebody, right: wanted.right });
		if (!may.ok) return may;
		if (!(await administersNow(trx, actor))) return { ok: false, reason: 'not-district-administrator' };
		const place = (await places(trx)).find(({ id }) => id === wanted.place);
		if (!place) return { ok: false, reason: 'unknown-place' };
		if (districtRights.includes(wanted.right) && !place.districtWide)
			return { ok: false, reason: 'district-only' };
		const time = timeOf(wanted, await now(trx));
		if (!time.ok) return time;
		const during = range(time.from, time.until);
		const overlapping = await trx
			.selectFrom('scope_grant')
			.select('id')
			.where('person', '=', wanted.person)
			.where('right', '=', wanted.right)
			.where('organisation', '=', place.id)
			.where(sql<boolean>`during && ${during}::tstzrange`)
			.executeTakeFirst();
		if (overlapping) return { ok: false, reason: 'held-already' };
		const { id } = await trx
			.insertInto('scope_grant')
			.values({
				person: wanted.person,
				right: wanted.right,
				organisation: place.id,
				during,
				granted_by: actor.person
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await append(trx, {
			kind: 'right.granted',
			actor: actor.person,
			subject: wanted.person,
			detail: {
				grant: id,
				right: wanted.right,
				organisation: place.id,
				from: wanted.from,
				through: wanted.through
			}
		});
		return { ok: true, id };
	});
}

/** The actor is as the request began: whether they administer the district still, the database says. */
async function administersNow(trx: Trx, actor: PersonActor): Promise<boolean> {
	const { rows } = await sql`
		select from district_administrators(waypost_now()) d where d = ${actor.person}`.execute(trx);
	return rows.length > 0;
}

/** From today on means from now: nothing is backdated. */
function timeOf(
	{ from, through }: NewRight,
	at: Date
): { ok: true; from: Date; until: Date | null } | { ok: false; reason: GrantRefusal } {
	const zone = district().time_zone;
	const begins = startOfDay(from, zone);
	if (!begins) return { ok: false, reason: 'from-not-a-day' };
	const today = civilDate(at, zone);
	if (from < today) return { ok: false, reason: 'from-past' };
	const until = through === null ? null : endOfDay(through, zone);
	if (through !== null && until === null) return { ok: false, reason: 'through-not-a-day' };
	if (through !== null && through < from) return { ok: false, reason: 'through-before-from' };
	return { ok: true, from: from === today ? at : begins, until };
}

export type EndRefusal =
	Exclude<ReturnType<typeof endRight>, { ok: true }>['reason'] | 'unknown' | 'over' | 'last';

/** Ends a right now. The last one who administers the district stays (the database sees to it as well). */
export async function end(
	db: Db,
	actor: PersonActor,
	id: string
): Promise<{ ok: true } | { ok: false; reason: EndRefusal }> {
	if (!isId(id)) return { ok: false, reason: 'unknown' };
	return inScope(db, actor, async ({ trx }) => {
		const right = await trx
			.selectFrom('scope_grant')
			.select(['person', 'right', 'organisation'])
			.where('id', '=', id)
			.executeTakeFirst();
		if (!right) return { ok: false, reason: 'unknown' };
		const may = endRight(actor, right);
		if (!may.ok) return may;
		const { rows } = await sql<{ answer: string }>`select end_grant(${id}::uuid) as answer`.execute(trx);
		const answer = rows[0]?.answer;
		if (answer === 'ended') {
			await append(trx, {
				kind: 'right.ended',
				actor: actor.person,
				subject: right.person,
				detail: { grant: id, right: right.right, organisation: right.organisation }
			});
			return { ok: true };
		}
		if (answer === 'unknown' || answer === 'over' || answer === 'last') return { ok: false, reason: answer };
		return { ok: false, reason: answer === 'own' ? 'oneself' : 'not-district-administrator' };
	});
}
