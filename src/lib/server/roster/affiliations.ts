import { sql } from 'kysely';
import { midnight, type PlanContext } from './plan-context.ts';
import { wholeRoles } from './people.ts';

/**
 * Roles at schools. A row is never changed: what is no longer so is superseded and written again with the day on which
 * it ended, so that both “who had this role on that day” and “what did we know on that day” can be answered. A role
 * makes an audience and never a right.
 */
export type AffiliationCounts = { begun: number; ended: number; changed: number };

/** Works out `plan_role`: roles that begin, end or change, and says so of their people. */
export async function plan({ trx, import: id, at, zone, reading }: PlanContext): Promise<AffiliationCounts> {
	const from = midnight(sql`r.from_day`, zone);
	const until = midnight(sql`r.until_day`, zone);
	await sql`create temporary table plan_wanted_role on commit drop as
		select p.person, o.organisation, r.role, max(r.band) as band, min(${from}) as begins,
			nullif(max(coalesce(${until}, 'infinity')), 'infinity') as ends, min(r.sourced_id) as sourced_id
		from roster_staged_role r
		join plan_person p on p.sourced_id = r.person and p.action in ('add', 'same', 'return')
		join plan_organisation o on o.sourced_id = r.organisation
		where r.import = ${id} and r.state = 'listed' and (r.until_day is null or ${until} > ${at})
		group by p.person, o.organisation, r.role`.execute(trx);
	await sql`create temporary table plan_current_role on commit drop as
		select distinct on (a.person, a.organisation, a.role) a.id, a.person, a.organisation, a.role, a.band, a.origin,
			a.sourced_id, lower(a.during) as begins, upper(a.during) as ends, p.action, p.in_file, p.sourced_id as person_id
		from affiliation a
		join plan_person p on p.person = a.person and p.action in ('same', 'return', 'end')
		where a.superseded_at is null and (upper_inf(a.during) or upper(a.during) > ${at})
		order by a.person, a.organisation, a.role, lower(a.during) desc nulls last`.execute(trx);
	await sql`analyze plan_wanted_role, plan_current_role`.execute(trx);
	await sql`create temporary table plan_role on commit drop as
		select case when c.id is null then 'begin' when w.person is null then 'end' else 'change' end as kind,
			coalesce(w.person, c.person) as person, coalesce(w.organisation, c.organisation) as organisation,
			coalesce(w.role, c.role) as role, c.id as old, c.begins as old_begins, c.ends as old_ends, c.band as old_band,
			c.origin as old_origin, c.sourced_id as old_sourced_id, w.band, w.begins, w.ends, w.sourced_id,
			c.action = 'end' as leaves
		from plan_wanted_role w
		full join plan_current_role c on c.person = w.person and c.organisation = w.organisation and c.role = w.role
		where c.id is null
			or w.person is not null and c.band is distinct from w.band
			or w.person is not null and c.origin = 'roster' and (c.ends is distinct from w.ends or w.begins <> c.begins)
			or w.person is null and c.origin = 'roster' and (c.action = 'end' or ${endedBy(id, reading)})`.execute(trx);
	// A beginning that the file puts elsewhere is believed where nothing came before.
	await sql`update plan_role p set begins = null where kind = 'change' and begins <> old_begins
		and (begins > ${at} or exists (
			select from affiliation a where a.person = p.person and a.organisation = p.organisation and a.role = p.role
				and a.superseded_at is null and a.id <> p.old
		))`.execute(trx);
	await sql`delete from plan_role where kind = 'change' and band is not distinct from old_band
		and (old_origin = 'waypost' or ends is not distinct from old_ends)
		and (old_origin = 'waypost' or coalesce(begins, old_begins) is not distinct from old_begins)`.execute(trx);
	await sql`analyze plan_role`.execute(trx);
	await tellPeople(trx);
	const { rows } = await sql<AffiliationCounts>`
		select count(*) filter (where kind = 'begin')::integer as begun, count(*) filter (where kind = 'end')::integer as ended,
			count(*) filter (where kind = 'change')::integer as changed
		from plan_role`.execute(trx);
	return rows[0] ?? { begun: 0, ended: 0, changed: 0 };
}

/** Whether a role of somebody who is still there ends because the file no longer names it. */
function endedBy(id: string, reading: PlanContext['reading']) {
	const gone = sql`exists (
		select from roster_staged_role r where r.import = ${id} and r.state = 'gone' and r.person = c.person_id
			and (r.sourced_id = c.sourced_id or r.role = c.role and r.organisation in (
				select o.sourced_id from plan_organisation o where o.organisation = c.organisation))
	)`;
	const moved = sql`exists (
		select from roster_staged_role r where r.import = ${id} and r.state = 'listed' and r.person = c.person_id
			and r.sourced_id = c.sourced_id
	)`;
	const leftOut = sql`exists (
		select from roster_staged_role r where r.import = ${id} and r.state = 'left-out' and r.person = c.person_id
	)`;
	if (!wholeRoles(reading)) return sql`(${gone} or ${moved})`;
	// A row of which nobody knows whose it is may be this one.
	if (reading.unreadable.role > 0) return sql`${gone}`;
	return sql`(c.in_file and not ${leftOut})`;
}

/** Whoever's roles change is changed, and it can be seen in what. */
async function tellPeople(trx: PlanContext['trx']): Promise<void> {
	await sql`update plan_person p set changes = p.changes || r.changes
		from (
			select person, array_agg(distinct change order by change) as changes
			from plan_role cross join lateral unnest(array_remove(array[
				case when kind in ('begin', 'end') then 'role' end,
				case when kind = 'change' and band is distinct from old_band then 'band' end,
				case when kind = 'change' and band is not distinct from old_band then 'days' end
			], null)) change
			group by person
		) r
		where r.person = p.person and p.action in ('same', 'return') and not p.is_new
			and (not p.is_merged or not exists (
				select from plan_person own where own.person = p.person and not own.is_merged and own.action <> 'leave'
			))`.execute(trx);
	await sql`update plan_person set action = 'change' where action = 'same' and changes <> '{}'`.execute(trx);
	// Whoever has a role besides, which no roster began, stays.
	await sql`update plan_person p set changes = array['role'],
			action = case when exists (select from plan_role r where r.person = p.person) then 'change' else 'leave' end
		where p.action = 'end' and exists (
			select from plan_current_role c where c.person = p.person and c.origin <> 'roster'
		)`.execute(trx);
}

export async function apply({ trx, at }: PlanContext): Promise<void> {
	// Under which id a role stands in the roster is no news about it.
	await sql`update affiliation a set sourced_id = w.sourced_id
		from plan_wanted_role w
		join plan_current_role c on c.person = w.person and c.organisation = w.organisation and c.role = w.role
		where a.id = c.id and c.origin = 'roster' and w.sourced_id <> coalesce(c.sourced_id, '')
			and not exists (select from plan_role p where p.old = a.id)`.execute(trx);
	await sql`update affiliation set superseded_at = ${at} where id in (select old from plan_role where old is not null)`.execute(
		trx
	);
	// What was true until now stays true of then.
	await sql`insert into affiliation (person, organisation, role, band, during, recorded_at, origin, sourced_id)
		select person, organisation, role, old_band, tstzrange(old_begins, ${at}), ${at}, old_origin, old_sourced_id
		from plan_role
		where old is not null and (old_begins is null or old_begins < ${at})
			and (kind = 'end' or band is distinct from old_band)`.execute(trx);
	await sql`insert into affiliation (person, organisation, role, band, during, recorded_at, origin, sourced_id)
		select person, organisation, role, band, tstzrange(starts, ends), ${at}, 'roster', sourced_id
		from (
			select *, case
				when kind = 'change' and band is distinct from old_band and (old_begins is null or old_begins < ${at}) then ${at}
				when kind = 'change' then coalesce(begins, old_begins)
				when begins is not null and not exists (
					select from affiliation a where a.person = r.person and a.organisation = r.organisation and a.role = r.role
						and a.superseded_at is null and (upper(a.during) > r.begins or upper_inf(a.during))
				) then begins
				else ${at} end as starts
			from plan_role r where kind <> 'end'
		) r
		where ends is null or starts is null or ends > starts`.execute(trx);
}
