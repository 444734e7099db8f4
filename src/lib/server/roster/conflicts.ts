import { sql, type RawBuilder } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { AffiliationRole, Band, Decision } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { rosterScope } from './imports.ts';
import { midnight, type PlanContext } from './plan-context.ts';

/**
 * Records that may be one person's or two people's: the roster uses a source id for another name, or brings an e-mail
 * back under another id. Nobody inherits anything until a person has decided, and nobody decides about themselves.
 */
export type ConflictKind = 'other-name' | 'email-returns';

/** What the roster says of somebody who is held, as it is kept until it is decided. */
type HeldRole = {
	organisation: string;
	role: AffiliationRole;
	band: Band | null;
	from: string | null;
	until: string | null;
};

/** Keeps what an import held, and closes what the roster no longer says. */
export async function apply({ trx, import: id, at, zone, reading }: PlanContext): Promise<void> {
	await sql`insert into roster_conflict (kind, sourced_id, person, import, family_name, given_name, email, employee_id, roles)
		select c.kind, c.sourced_id, c.person, ${id}::uuid, p.family_name, p.given_name, p.email, p.employee_id,
			coalesce((
				select jsonb_agg(jsonb_build_object('organisation', o.organisation, 'role', r.role, 'band', r.band,
					'from', ${midnight(sql`r.from_day`, zone)}, 'until', ${midnight(sql`r.until_day`, zone)}))
				from roster_staged_role r join plan_organisation o on o.sourced_id = r.organisation
				where r.import = ${id} and r.person = c.sourced_id and r.state = 'listed'
					and (r.until_day is null or ${midnight(sql`r.until_day`, zone)} > ${at})
			), '[]')
		from plan_conflict c join plan_person p on p.sourced_id = c.sourced_id
		on conflict (kind, sourced_id, person) do update set import = excluded.import, family_name = excluded.family_name,
			given_name = excluded.given_name, email = excluded.email, employee_id = excluded.employee_id,
			roles = excluded.roles, decision = null, decided_by = null, decided_at = null, closed_at = null,
			found_at = case when roster_conflict.decision is null and roster_conflict.closed_at is null
				then roster_conflict.found_at else excluded.found_at end`.execute(trx);
	await sql`update roster_conflict c set closed_at = ${at}
		where c.decision is null and c.closed_at is null
			and not exists (
				select from plan_conflict p where p.kind = c.kind and p.sourced_id = c.sourced_id and p.person = c.person
			)
			and (${reading.modes.person === 'bulk'} or exists (
				select from plan_person p where p.sourced_id = c.sourced_id and p.in_file
			))`.execute(trx);
}

export type OpenConflict = {
	id: string;
	kind: ConflictKind;
	sourcedId: string;
	foundAt: Date;
	/** What the roster says. */
	roster: {
		familyName: string;
		givenName: string;
		email: string | null;
		roles: { role: AffiliationRole; school: string }[];
	};
	/** Whose record it might be. */
	person: {
		id: string;
		familyName: string;
		givenName: string;
		email: string | null;
		sourcedId: string | null;
		endedAt: Date | null;
		roles: { role: AffiliationRole; school: string }[];
	};
	/** Both names agree: most likely one person whose id has changed. */
	sameName: boolean;
};

/**
 * What waits to be decided, oldest first. `actor` is who looks; `alike`: how many have both names alike, their own left
 * out.
 */
export async function open(
	db: Db,
	actor: string | null,
	{ limit = 50, offset = 0 }: { limit?: number; offset?: number } = {}
): Promise<{ total: number; alike: number; conflicts: OpenConflict[] }> {
	return within(db, rosterScope(actor), async (trx) => {
		const { rows } = await sql<{
			id: string;
			kind: ConflictKind;
			sourced_id: string;
			found_at: Date;
			family_name: string;
			given_name: string;
			email: string | null;
			roles: { role: AffiliationRole; school: string }[];
			person: string;
			own_family_name: string;
			own_given_name: string;
			own_email: string | null;
			own_sourced_id: string | null;
			ended_at: Date | null;
			own_roles: { role: AffiliationRole; school: string }[];
			same_name: boolean;
			total: string;
			alike: string;
		}>`
			select c.id, c.kind, c.sourced_id, c.found_at, c.family_name, c.given_name, c.email, c.person,
				coalesce((
					select jsonb_agg(jsonb_build_object('role', r ->> 'role', 'school', o.name))
					from jsonb_array_elements(c.roles) r join organisation o on o.id = (r ->> 'organisation')::uuid
				), '[]') as roles,
				i.family_name as own_family_name, i.given_name as own_given_name, i.email as own_email,
				i.sourced_id as own_sourced_id, p.ended_at,
				coalesce((
					select jsonb_agg(jsonb_build_object('role', a.role, 'school', o.name) order by lower(a.during) desc)
					from affiliation a join organisation o on o.id = a.organisation
					where a.person = c.person and a.superseded_at is null
				), '[]') as own_roles,
				roster_name_key(c.family_name) = roster_name_key(i.family_name)
					and roster_name_key(c.given_name) = roster_name_key(i.given_name) as same_name,
				count(*) over () as total,
				count(*) filter (where c.kind = 'email-returns' and c.of_id = 1 and c.of_person = 1
					and c.person is distinct from ${actor}::uuid and roster_name_key(c.family_name) = roster_name_key(i.family_name)
					and roster_name_key(c.given_name) = roster_name_key(i.given_name)) over () as alike
			from (
				select *, count(*) over (partition by sourced_id) as of_id, count(*) over (partition by person) as of_person
				from roster_conflict where decision is null and closed_at is null
			) c
			join person p on p.id = c.person
			join person_identity i on i.person = c.person
			order by c.found_at, c.id
			limit ${limit} offset ${offset}`.execute(trx);
		return {
			total: Number(rows[0]?.total ?? 0),
			alike: Number(rows[0]?.alike ?? 0),
			conflicts: rows.map((row) => ({
				id: row.id,
				kind: row.kind,
				sourcedId: row.sourced_id,
				foundAt: row.found_at,
				roster: {
					familyName: row.family_name,
					givenName: row.given_name,
					email: row.email,
					roles: row.roles
				},
				person: {
					id: row.person,
					familyName: row.own_family_name,
					givenName: row.own_given_name,
					email: row.own_email,
					sourcedId: row.own_sourced_id,
					endedAt: row.ended_at,
					roles: row.own_roles
				},
				sameName: row.same_name
			}))
		};
	});
}

export type Decided = { ok: true } | { ok: false; reason: 'not-open' | 'own-record' };

/**
 * Carries out what somebody has decided, at once: the person and their roles; classes and children follow with the next
 * import. `actor` null is the command line, which stands for the district itself.
 *
 * `same-person`: the record takes on the id, names and roles of the roster, with everything that was learned under it.
 * `different-person`: somebody new, who begins with nothing. An id that was used again leaves its former holder, whom
 * the roster no longer names and who has left.
 */
export async function decide(db: Db, actor: string | null, id: string, decision: Decision): Promise<Decided> {
	return within(db, rosterScope(actor), async (trx): Promise<Decided> => {
		const conflict = await trx
			.selectFrom('roster_conflict')
			.selectAll()
			.where('id', '=', id)
			.where('decision', 'is', null)
			.where('closed_at', 'is', null)
			.forUpdate()
			.executeTakeFirst();
		if (!conflict) return { ok: false, reason: 'not-open' };
		if (actor !== null && (await isOneself(trx, actor, conflict.person)))
			return { ok: false, reason: 'own-record' };
		const held = {
			sourcedId: conflict.sourced_id,
			familyName: conflict.family_name,
			givenName: conflict.given_name,
			email: conflict.email,
			employeeId: conflict.employee_id,
			roles: conflict.roles as HeldRole[]
		};
		await sql`select hold_standings(array[${conflict.person}::uuid])`.execute(trx);
		if (decision === 'same-person') await takeOver(trx, conflict.person, held);
		else {
			if (conflict.kind === 'other-name') await partFrom(trx, conflict.person);
			// While they might still be somebody else whom we know, they are nobody new.
			if (!(await isHeldElsewhere(trx, conflict))) await makePerson(trx, held);
		}
		await trx
			.updateTable('roster_conflict')
			.set({ decision, decided_by: actor, decided_at: sql<Date>`waypost_now()` })
			.where('id', '=', id)
			.execute();
		// Whoever it is now known to be is nobody else's return.
		if (decision === 'same-person' || conflict.kind === 'other-name')
			await trx
				.updateTable('roster_conflict')
				.set({ closed_at: sql<Date>`waypost_now()` })
				.where('sourced_id', '=', conflict.sourced_id)
				.where('decision', 'is', null)
				.where('closed_at', 'is', null)
				.execute();
		await append(trx, {
			kind: 'roster.conflict-decided',
			actor,
			subject: conflict.person,
			detail: { conflict: id, kind: conflict.kind, decision }
		});
		return { ok: true };
	});
}

async function isHeldElsewhere(
	trx: Trx,
	{ id, sourced_id }: { id: string; sourced_id: string }
): Promise<boolean> {
	const other = await trx
		.selectFrom('roster_conflict')
		.select('id')
		.where('sourced_id', '=', sourced_id)
		.where('id', '<>', id)
		.where('decision', 'is', null)
		.where('closed_at', 'is', null)
		.executeTakeFirst();
	return other !== undefined;
}

/**
 * Decides for all that wait with both names alike that they are the same person, as when a district's system gave out
 * new ids; in a handful of statements, since that may be everybody. Whoever decides leaves their own out, and where an
 * address leads to several records, or one record goes with several ids, each is looked at. Gives how many were decided.
 */
export async function decideAlike(db: Db, actor: string | null): Promise<number> {
	return within(db, rosterScope(actor), async (trx) => {
		await sql`select set_config('statement_timeout', '0', true)`.execute(trx);
		await sql`create temporary table alike on commit drop as
			with recursive waiting as (
				select * from roster_conflict where decision is null and closed_at is null
			),
			way as (
				select id as origin, id from person where id = ${actor}::uuid or id in (select person from waiting)
				union
				select w.origin, p.merged_into from way w join person p on p.id = w.id where p.merged_into is not null
			)
			select c.*
			from (select * from roster_conflict order by found_at, id for update) c
			join person_identity i on i.person = c.person
			where c.decision is null and c.closed_at is null and c.kind = 'email-returns'
				and roster_name_key(c.family_name) = roster_name_key(i.family_name)
				and roster_name_key(c.given_name) = roster_name_key(i.given_name)
				and c.sourced_id in (select sourced_id from waiting group by sourced_id having count(*) = 1)
				and c.person in (select person from waiting group by person having count(*) = 1)
				and c.person not in (
					select w.origin from way w where w.id in (select own.id from way own where own.origin = ${actor}::uuid)
				)`.execute(trx);
		await sql`analyze alike`.execute(trx);
		await sql`select hold_standings(array(select person from alike))`.execute(trx);
		await sql`update person_identity i set sourced_id = a.sourced_id, family_name = a.family_name,
				given_name = a.given_name, email = coalesce(nullif(a.email, ''), i.email),
				employee_id = coalesce(nullif(a.employee_id, ''), i.employee_id)
			from alike a where a.person = i.person`.execute(trx);
		await sql`update person set ended_at = null where id in (select person from alike) and ended_at is not null`.execute(
			trx
		);
		await giveRoles(trx, sql`select a.person, r.* from alike a cross join lateral ${rolesIn(sql`a.roles`)}`);
		await sql`update roster_conflict c set decision = 'same-person', decided_by = ${actor}::uuid, decided_at = waypost_now()
			from alike a where a.id = c.id`.execute(trx);
		await sql`insert into ledger_event (kind, actor, subject, detail)
			select 'roster.conflict-decided', ${actor}::uuid, person,
				jsonb_build_object('conflict', id::text, 'kind', kind, 'decision', 'same-person')
			from alike`.execute(trx);
		const { rows } = await sql<{ count: number }>`select count(*)::integer as count from alike`.execute(trx);
		return rows[0]?.count ?? 0;
	});
}

type Held = {
	sourcedId: string;
	familyName: string;
	givenName: string;
	email: string | null;
	employeeId: string | null;
	roles: HeldRole[];
};

/** Nobody decides about their own record, nor about one that was merged with theirs. */
async function isOneself(trx: Trx, actor: string, person: string): Promise<boolean> {
	const { rows } = await sql<{ same: boolean }>`
		with recursive way as (
			select id as origin, id from person where id in (${actor}::uuid, ${person}::uuid)
			union
			select w.origin, p.merged_into from way w join person p on p.id = w.id where p.merged_into is not null
		)
		select exists (
			select from way a join way b on a.id = b.id where a.origin = ${actor}::uuid and b.origin = ${person}::uuid
		) as same`.execute(trx);
	return rows[0]?.same ?? true;
}

async function takeOver(trx: Trx, person: string, held: Held): Promise<void> {
	await trx
		.updateTable('person_identity')
		.set({
			sourced_id: held.sourcedId,
			family_name: held.familyName,
			given_name: held.givenName,
			...(held.email ? { email: held.email } : {}),
			...(held.employeeId ? { employee_id: held.employeeId } : {})
		})
		.where('person', '=', person)
		.execute();
	await trx
		.updateTable('person')
		.set({ ended_at: null })
		.where('id', '=', person)
		.where('ended_at', 'is not', null)
		.execute();
	await giveHeldRoles(trx, person, held.roles);
}

async function makePerson(trx: Trx, held: Held): Promise<void> {
	const { id: person } = await trx
		.insertInto('person')
		.defaultValues()
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx
		.insertInto('person_identity')
		.values({
			person,
			sourced_id: held.sourcedId,
			family_name: held.familyName,
			given_name: held.givenName,
			email: held.email,
			employee_id: held.employeeId
		})
		.execute();
	const { id: learner } = await trx
		.insertInto('learner')
		.values({ kind: 'person' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx.insertInto('learner_person').values({ learner, person }).execute();
	await giveHeldRoles(trx, person, held.roles);
}

/** The held roles of a JSON array, as rows. */
function rolesIn(roles: RawBuilder<unknown>): RawBuilder<unknown> {
	return sql`jsonb_to_recordset(${roles}::jsonb) as r(organisation uuid, role text, band text, until timestamptz)`;
}

/** Roles that the roster names and the person does not have yet. */
async function giveRoles(trx: Trx, roles: RawBuilder<unknown>): Promise<void> {
	await sql`insert into affiliation (person, organisation, role, band, during, origin)
		select r.person, r.organisation, r.role, r.band, tstzrange(waypost_now(), r.until), 'roster'
		from (${roles}) r
		where (r.until is null or r.until > waypost_now()) and not exists (
			select from affiliation a
			where a.person = r.person and a.organisation = r.organisation and a.role = r.role
				and a.superseded_at is null and (upper_inf(a.during) or upper(a.during) > waypost_now())
		)`.execute(trx);
}

async function giveHeldRoles(trx: Trx, person: string, roles: HeldRole[]): Promise<void> {
	if (roles.length > 0)
		await giveRoles(
			trx,
			sql`select ${person}::uuid as person, r.* from ${rolesIn(sql`${JSON.stringify(roles)}`)}`
		);
}

/** The roster gave the id of this person to somebody else: it no longer names them, so they have left. */
async function partFrom(trx: Trx, person: string): Promise<void> {
	await trx.updateTable('person_identity').set({ sourced_id: null }).where('person', '=', person).execute();
	await endRosterRoles(trx, person);
}

async function endRosterRoles(trx: Trx, person: string): Promise<void> {
	const { rows } = await sql<{ at: Date }>`select waypost_now() as at`.execute(trx);
	const at = rows[0]?.at;
	if (!at) throw new Error('the database gave no time');
	for (const table of ['affiliation', 'class_member'] as const) {
		const kept = table === 'affiliation' ? sql`organisation, role, band` : sql`class, part`;
		await sql`with ended as (
				update ${sql.table(table)} set superseded_at = ${at}
				where person = ${person} and origin = 'roster' and superseded_at is null
					and (upper_inf(during) or upper(during) > ${at})
				returning *
			)
			insert into ${sql.table(table)} (person, ${kept}, during, recorded_at, origin, sourced_id)
			select person, ${kept}, tstzrange(lower(during), ${at}), ${at}, origin, sourced_id from ended
			where lower(during) is null or lower(during) < ${at}`.execute(trx);
	}
	await sql`update guardian_link set
			during = tstzrange(least(lower(during), ${at}::timestamptz - interval '1 millisecond'), ${at})
		where origin = 'roster' and ${person} in (guardian, child) and (upper_inf(during) or upper(during) > ${at})`.execute(
		trx
	);
	const { rows: others } = await sql<{ some: boolean }>`select exists (
		select from affiliation where person = ${person} and superseded_at is null and (upper_inf(during) or upper(during) > ${at})
	) as some`.execute(trx);
	if (others[0]?.some) return;
	await trx
		.updateTable('person')
		.set({ ended_at: at })
		.where('id', '=', person)
		.where('ended_at', 'is', null)
		.execute();
}
