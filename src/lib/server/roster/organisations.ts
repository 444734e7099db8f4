import { sql } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';
import { affected, type PlanContext } from './plan-context.ts';

/**
 * Schools and the district. One that has no source id yet is the one of the file when it has the same name; there is
 * one district in a database, whatever it is called. A school is ended when a whole roster no longer names it.
 */
export type OrganisationCounts = { added: number; changed: number; ended: number };
/** Schools that would be new, and the names of some: one that is only misspelled is found by reading them. */
export type NewSchools = { count: number; names: string[] };

const NAMED_SCHOOLS = 8;

/** Works out `plan_organisation`: which organisation each id of the file is, and what becomes of it. */
export async function plan({ trx, import: id, reading }: PlanContext): Promise<OrganisationCounts> {
	await sql`create temporary table plan_organisation on commit drop as
		with staged as (
			select s.*, count(*) over (partition by s.kind, roster_name_key(s.name)) as namesakes
			from roster_staged_organisation s where import = ${id} and state = 'listed'
		)
		select s.sourced_id, s.kind, s.name, s.named, coalesce(known.id, twin.id, uuidv7()) as organisation,
			case
				when o.id is null then 'add'
				when s.named then case when o.ended_at is not null then 'change' else 'same' end
				when o.name <> s.name or o.sourced_id is distinct from s.sourced_id or o.ended_at is not null then 'change'
				else 'same'
			end as action
		from staged s
		left join organisation known on known.sourced_id = s.sourced_id and known.kind = s.kind
		left join lateral (
			select (array_agg(t.id))[1] as id from organisation t
			where known.id is null and t.kind = s.kind and s.namesakes = 1
				and (s.kind = 'district' or roster_name_key(t.name) = roster_name_key(s.name)
					and (t.sourced_id is null or s.named))
			having count(*) = 1
		) twin on true
		left join organisation o on o.id = coalesce(known.id, twin.id)`.execute(trx);
	if (reading.format === 'plain') await leaveUntaken(trx, id);
	// What the file does not name although people of it are there: changes alone were sent.
	await sql`insert into plan_organisation (sourced_id, kind, name, named, organisation, action)
		select o.sourced_id, o.kind, o.name, false, o.id, 'same' from organisation o
		where o.sourced_id is not null and not exists (select from plan_organisation p where p.sourced_id = o.sourced_id)
			and not exists (select from plan_organisation p where p.organisation = o.id)`.execute(trx);
	const isWhole = reading.modes.organisation === 'bulk' && reading.unreadable.organisation === 0;
	await sql`update plan_organisation p set action = 'end'
		from organisation o
		where o.id = p.organisation and o.kind = 'school' and o.origin = 'roster' and o.ended_at is null and p.action = 'same'
			and (exists (
				select from roster_staged_organisation s
				where s.import = ${id} and s.sourced_id = p.sourced_id and s.state = 'gone'
			) or ${isWhole} and not exists (
				select from roster_staged_organisation s where s.import = ${id} and s.sourced_id = p.sourced_id
			))`.execute(trx);
	await sql`create unique index on plan_organisation (sourced_id)`.execute(trx);
	await sql`analyze plan_organisation`.execute(trx);
	const { rows } = await sql<OrganisationCounts>`
		select count(*) filter (where action = 'add')::integer as added,
			count(*) filter (where action = 'change')::integer as changed,
			count(*) filter (where action = 'end')::integer as ended
		from plan_organisation`.execute(trx);
	return rows[0] ?? { added: 0, changed: 0, ended: 0 };
}

/**
 * In the plain file nothing speaks of a school but the rows of people. Where none of them is taken, the school is not
 * made, and one that is there stays as it is.
 */
async function leaveUntaken(trx: Trx, id: string): Promise<void> {
	await sql`create temporary table plan_taken_place on commit drop as
		select distinct r.organisation as sourced_id from roster_staged_role r
		join roster_staged_person s on s.import = r.import and s.sourced_id = r.person and s.state = 'listed'
		where r.import = ${id} and r.state = 'listed'`.execute(trx);
	const isUntaken = sql`not exists (select from plan_taken_place t where t.sourced_id = p.sourced_id)`;
	await sql`delete from plan_organisation p where action = 'add' and ${isUntaken}`.execute(trx);
	await sql`update plan_organisation p set action = 'same' where action = 'change' and ${isUntaken}`.execute(
		trx
	);
}

/** The schools of a plan that are new. */
export async function newSchools({ trx }: PlanContext): Promise<NewSchools> {
	const { rows } = await sql<NewSchools>`
		select count(*)::integer as count, coalesce((array_agg(name order by name))[1:${sql.lit(NAMED_SCHOOLS)}], '{}') as names
		from plan_organisation where action = 'add' and kind = 'school'`.execute(trx);
	return rows[0] ?? { count: 0, names: [] };
}

export async function apply({ trx, at }: PlanContext): Promise<void> {
	await affected(
		trx,
		sql`insert into organisation (id, kind, sourced_id, name, origin)
			select organisation, kind, sourced_id, name, 'roster' from plan_organisation where action = 'add'`
	);
	await sql`update organisation o set
			name = case when p.named then o.name else p.name end,
			sourced_id = case when p.named then o.sourced_id else p.sourced_id end, ended_at = null
		from plan_organisation p where p.organisation = o.id and p.action = 'change'`.execute(trx);
	await sql`update organisation o set ended_at = ${at}
		from plan_organisation p where p.organisation = o.id and p.action = 'end'`.execute(trx);
}
