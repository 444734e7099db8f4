import { sql } from 'kysely';
import type { EventKind } from '#lib/server/db/event-kinds.ts';
import { midnight, type PlanContext } from './plan-context.ts';

/**
 * People of the file and of the district. A person is known by their source id alone. An id that comes with another
 * name, or an e-mail that comes back under another id, is a conflict: what the file says of that person is held, and
 * the record that it might be is left as it is, until somebody has decided.
 */
export type PeopleCounts = {
	added: number;
	changed: number;
	ended: number;
	returned: number;
	unchanged: number;
	held: number;
	leftOut: number;
	/** Of those who end: whose last role ran out before, on its own day. This file takes nothing from them. */
	ranOut: number;
	/** People with a role from the roster before the import. */
	before: number;
};

/** What the ledger says of each thing that an import does to a person. */
const eventOfAction: Record<string, EventKind> = {
	add: 'roster.person-added',
	change: 'roster.person-changed',
	end: 'roster.person-ended',
	return: 'roster.person-returned'
};

/**
 * Works out `plan_person`: who each id of the file is and what becomes of them (`add`, `same`, `return`, `end`, `hold`,
 * `leave` for rows that were left out), and `plan_conflict`. Changes of roles are worked out later.
 */
export async function plan({ trx, import: id, at, zone, reading }: PlanContext): Promise<void> {
	const isDelta = reading.modes.person !== 'bulk';
	// Records that were merged lead to the one that is left.
	await sql`create temporary table plan_merged on commit drop as
		with recursive way as (
			select id, merged_into as root from person where merged_into is not null
			union all
			select w.id, p.merged_into from way w join person p on p.id = w.root where p.merged_into is not null
		)
		select w.id, w.root from way w join person p on p.id = w.root where p.merged_into is null`.execute(trx);
	await sql`create temporary table plan_known on commit drop as
		select i.sourced_id, i.person as holder, p.id as person, p.ended_at is not null as has_left,
			i.family_name, i.given_name, i.email, i.employee_id
		from person_identity i
		left join plan_merged m on m.id = i.person
		join person p on p.id = coalesce(m.root, i.person)
		where i.sourced_id is not null and p.kind = 'human'`.execute(trx);
	await sql`create unique index on plan_known (sourced_id)`.execute(trx);
	await planRosterPeople(trx, at);
	await sql`analyze plan_known, plan_roster_people`.execute(trx);

	await sql`create temporary table plan_person on commit drop as
		select s.sourced_id, s.state, true as in_file, coalesce(k.person, uuidv7()) as person, uuidv7() as learner,
			k.person is null as is_new, coalesce(k.holder <> k.person, false) as is_merged,
			coalesce(k.has_left, false) as has_left, s.family_name, s.given_name, s.email, s.enabled,
			case when staff.person is not null then s.employee_id end as employee_id,
			case
				when s.state <> 'listed' or k.person is null then '{}'
				else array_remove(array[
					case when s.family_name <> k.family_name or s.given_name <> k.given_name then 'name' end,
					case when s.email <> coalesce(lower(k.email), '') then 'email' end,
					case when staff.person is not null and s.employee_id <> coalesce(k.employee_id, '') then 'employee-id' end
				], null)
			end as changes,
			case s.state
				when 'left-out' then 'leave'
				when 'gone' then case when k.person is not null and not k.has_left then 'end' else 'leave' end
				else case when k.person is null then 'add' when k.has_left then 'return' else 'same' end
			end as action
		from roster_staged_person s
		left join plan_known k on k.sourced_id = s.sourced_id
		left join (
			select distinct person from roster_staged_role
			where import = ${id} and state = 'listed' and role not in ('student', 'guardian')
		) staff on staff.person = s.sourced_id
		where s.import = ${id}`.execute(trx);
	// Of a record that was merged into another, names and addresses are the other’s.
	await sql`update plan_person set changes = '{}' where is_merged and changes <> '{}'`.execute(trx);
	if (isDelta)
		await sql`insert into plan_person (sourced_id, state, in_file, person, is_new, is_merged, has_left, enabled, changes, action)
			select k.sourced_id, 'listed', false, k.person, false, false, false, true, '{}', 'same'
			from plan_known k
			where not k.has_left and not exists (select from plan_person p where p.sourced_id = k.sourced_id)
				and k.sourced_id in (
					select person from roster_staged_role where import = ${id}
					union select person from roster_staged_member where import = ${id}
					union select guardian from roster_staged_link where import = ${id}
					union select child from roster_staged_link where import = ${id}
				)`.execute(trx);
	// Ids of Waypost's own records are nobody's.
	await sql`update plan_person p set action = 'leave' from person_identity i
		where p.is_new and i.sourced_id = p.sourced_id`.execute(trx);
	await sql`create unique index on plan_person (sourced_id)`.execute(trx);
	await sql`create index on plan_person (person)`.execute(trx);
	await sql`analyze plan_person`.execute(trx);
	await planConflicts(id, isDelta, trx);
	await planAbsent(isDelta || reading.unreadable.person > 0, trx);
	// Who is listed with nothing but roles that are over has left as well.
	await sql`update plan_person p set action = case when p.is_new then 'leave' else 'end' end
		where p.in_file and p.state = 'listed' and p.action in ('add', 'same', 'return') and ${wholeRoles(reading)}
			and exists (select from roster_staged_role r where r.import = ${id} and r.person = p.sourced_id)
			and not exists (
				select from roster_staged_role r where r.import = ${id} and r.person = p.sourced_id
					and (r.state = 'left-out' or r.state = 'listed' and (r.until_day is null or ${midnight(sql`r.until_day`, zone)} > ${at}))
			)`.execute(trx);
	// Of records that were merged into one, it is enough that the roster still names one.
	await sql`update plan_person p set action = 'leave'
		where p.action = 'end' and exists (
			select from plan_person other
			where other.person = p.person and other.sourced_id <> p.sourced_id and other.action in ('same', 'return')
		)`.execute(trx);
	await sql`analyze plan_person`.execute(trx);
}

/** Whether the file names every role of whoever it lists. */
export function wholeRoles(reading: PlanContext['reading']): boolean {
	return reading.rolesFrom === 'people' || reading.modes.role === 'bulk';
}

/**
 * Everybody who came by a roster and is not said to have left. Whose roles ran out on a day that was known before is
 * here in name only. Whoever has but a role that no roster began is not the roster's to end.
 */
async function planRosterPeople(trx: PlanContext['trx'], at: Date): Promise<void> {
	await sql`create temporary table plan_roster_people on commit drop as
		select distinct a.person, true as has_role from affiliation a join person p on p.id = a.person
		where a.origin = 'roster' and a.superseded_at is null and (upper_inf(a.during) or upper(a.during) > ${at})
			and p.ended_at is null and p.merged_into is null`.execute(trx);
	// Apart from them, so that of a million people only those are looked at who have a past here. What a merge made and
	// took back is void, and nobody's past.
	await sql`insert into plan_roster_people
		select distinct a.person, false from affiliation a join person p on p.id = a.person
		where a.origin = 'roster' and (a.superseded_at > a.recorded_at or a.superseded_at is null and upper(a.during) <= ${at})
			and p.ended_at is null and p.merged_into is null
			and not exists (
				select from affiliation other where other.person = a.person and other.superseded_at is null
					and (upper_inf(other.during) or upper(other.during) > ${at})
			)`.execute(trx);
}

async function planConflicts(id: string, isDelta: boolean, trx: PlanContext['trx']): Promise<void> {
	const differ = (one: string, other: string) =>
		sql.raw(
			`(roster_name_key(${one}.family_name) <> roster_name_key(${other}.family_name)
			and roster_name_key(${one}.given_name) <> roster_name_key(${other}.given_name))`
		);
	await sql`create temporary table plan_conflict on commit drop as
		select 'other-name' as kind, p.sourced_id, k.person, true as protects
		from plan_person p join plan_known k on k.sourced_id = p.sourced_id
		where p.in_file and p.state = 'listed' and 'name' = any (p.changes) and ${differ('p', 'k')}`.execute(trx);
	await sql`create temporary table plan_email on commit drop as
		select i.person, i.sourced_id, i.family_name, i.given_name, lower(i.email) as email,
			exists (select from plan_person p where p.sourced_id = i.sourced_id and p.state <> 'gone')
				or ${isDelta} and exists (select from plan_roster_people r where r.person = i.person and r.has_role)
					and not exists (select from plan_person p where p.sourced_id = i.sourced_id and p.state = 'gone') as stays
		from (select distinct email from plan_person where is_new and state = 'listed' and email is not null) n
		join person_identity i on lower(i.email) = n.email
		join person h on h.id = i.person
		where h.kind = 'human' and h.merged_into is null`.execute(trx);
	await sql`analyze plan_email`.execute(trx);
	// An address that somebody else keeps, or that several of the file have, is a family's.
	await sql`insert into plan_conflict (kind, sourced_id, person, protects)
		select 'email-returns', p.sourced_id, e.person, not ${differ('p', 'e')}
		from plan_person p join plan_email e on e.email = p.email
		where p.is_new and p.state = 'listed'
			and not exists (select from plan_email s where s.email = p.email and s.stays)
			and not (${differ('p', 'e')} and exists (
				select from plan_person other
				where other.email = p.email and other.sourced_id <> p.sourced_id and other.state = 'listed'
			))
			and not exists (
				select from roster_conflict c
				where c.kind = 'email-returns' and c.sourced_id = p.sourced_id and c.person = e.person
					and c.decision = 'different-person'
			)`.execute(trx);
	await sql`update plan_person p set action = 'hold' from plan_conflict c where c.sourced_id = p.sourced_id`.execute(
		trx
	);
}

/** Whoever came by a roster and is not in this one has left, also where their roles ran out before. */
async function planAbsent(suspended: boolean, trx: PlanContext['trx']): Promise<void> {
	if (suspended) return;
	await sql`insert into plan_person (sourced_id, state, in_file, person, is_new, is_merged, has_left, enabled, changes, action)
		select k.sourced_id, 'absent', false, k.person, false, false, false, true, '{}', 'end'
		from plan_known k
		join plan_roster_people r on r.person = k.person
		where k.holder = k.person
			and not exists (select from plan_person p where p.sourced_id = k.sourced_id)
			and not exists (select from plan_person p where p.person = k.person)
			and not exists (select from plan_conflict c where c.person = k.person and c.protects)`.execute(trx);
}

/** How many people are added, changed and so on, once their roles were compared as well. */
export async function count({ trx }: PlanContext): Promise<PeopleCounts> {
	const { rows } = await sql<PeopleCounts>`
		select count(*) filter (where action = 'add')::integer as added,
			count(*) filter (where action = 'change')::integer as changed,
			count(*) filter (where action = 'end')::integer as ended,
			count(*) filter (where action = 'return')::integer as returned,
			count(*) filter (where action = 'same' and in_file)::integer as unchanged,
			count(*) filter (where action = 'hold')::integer as held,
			count(*) filter (where action = 'leave' and state = 'left-out')::integer as "leftOut",
			count(*) filter (where action = 'end' and exists (
				select from plan_roster_people r where r.person = plan_person.person and not r.has_role
			))::integer as "ranOut",
			(select count(*) from plan_roster_people where has_role)::integer as before
		from plan_person`.execute(trx);
	const [row] = rows;
	if (!row) throw new Error('the plan counts nobody');
	return row;
}

/** Adds, changes and brings back; whoever leaves is ended last, when nothing of theirs is changed any more. */
export async function apply({ trx, import: id, actor }: PlanContext): Promise<void> {
	await sql`insert into person (id) select person from plan_person where action = 'add'`.execute(trx);
	await sql`insert into person_identity (person, family_name, given_name, email, sourced_id, employee_id)
		select person, family_name, given_name, email, sourced_id, employee_id from plan_person where action = 'add'`.execute(
		trx
	);
	await sql`insert into learner (id, kind) select learner, 'person' from plan_person where action = 'add'`.execute(
		trx
	);
	await sql`insert into learner_person (learner, person) select learner, person from plan_person where action = 'add'`.execute(
		trx
	);
	await sql`update person_identity i set
			family_name = case when 'name' = any (p.changes) then p.family_name else i.family_name end,
			given_name = case when 'name' = any (p.changes) then p.given_name else i.given_name end,
			email = case when 'email' = any (p.changes) then p.email else i.email end,
			employee_id = case when 'employee-id' = any (p.changes) then p.employee_id else i.employee_id end
		from plan_person p
		where p.person = i.person and p.action in ('change', 'return') and p.changes && array['name', 'email', 'employee-id']`.execute(
		trx
	);
	await sql`update person set ended_at = null
		where id in (select person from plan_person where action = 'return') and ended_at is not null`.execute(trx);
	await applySignIns(trx);
	await sql`insert into ledger_event (kind, actor, subject, learner, detail)
		select ${JSON.stringify(eventOfAction)}::jsonb ->> action, ${actor}::uuid, person, case when action = 'add' then learner end,
			case when action in ('change', 'return') then jsonb_build_object('import', ${id}::text, 'changes', changes)
				else jsonb_build_object('import', ${id}::text) end
		from plan_person where action = any (${Object.keys(eventOfAction)})`.execute(trx);
}

/** Who is not to sign in does not; who was kept from it by a roster, and no longer is, may again. */
async function applySignIns(trx: PlanContext['trx']): Promise<void> {
	await sql`update sign_in s set disabled_at = waypost_now(), disabled_by = 'roster'
		from plan_person p
		where p.person = s.person and p.in_file and p.action in ('same', 'change', 'return') and not p.enabled
			and s.disabled_at is null`.execute(trx);
	await sql`update sign_in s set disabled_at = null, disabled_by = null
		from plan_person p
		where p.person = s.person and p.in_file and p.action in ('same', 'change', 'return') and p.enabled
			and s.disabled_by = 'roster'`.execute(trx);
}

/**
 * Ends those who left: nothing is deleted, their sessions end with this transaction, and so do their rights (the
 * database's triggers see to both), which nobody gets back by being in a file again. Whoever still has a role that no roster began has not left.
 */
export async function end({ trx, at }: PlanContext): Promise<void> {
	await sql`create temporary table plan_leaver on commit drop as
		select distinct p.person from plan_person p
		where p.action = 'end' and not exists (
			select from affiliation a where a.person = p.person and a.superseded_at is null
				and (upper_inf(a.during) or upper(a.during) > ${at})
		)`.execute(trx);
	await sql`update person set ended_at = ${at} where id in (select person from plan_leaver) and ended_at is null`.execute(
		trx
	);
}
