import { sql } from 'kysely';
import { midnight, type PlanContext } from './plan-context.ts';

/** Who teaches and who attends which class, kept like roles: superseded and written again with its end. */
export type MembershipCounts = { begun: number; ended: number; changed: number };

/** Works out `plan_member`. */
export async function plan(context: PlanContext): Promise<MembershipCounts> {
	const { trx, import: id, at, zone } = context;
	const from = midnight(sql`m.from_day`, zone);
	const until = midnight(sql`m.until_day`, zone);
	await sql`create temporary table plan_wanted_member on commit drop as
		select distinct on (c.class, p.person) c.class, p.person, m.part, ${from} as begins, ${until} as ends, m.sourced_id
		from roster_staged_member m
		join plan_class c on c.sourced_id = m.class and c.action in ('add', 'same', 'change', 'known')
		join plan_person p on p.sourced_id = m.person and p.action in ('add', 'same', 'change', 'return')
		where m.import = ${id} and m.state = 'listed' and (m.until_day is null or ${until} > ${at})
		order by c.class, p.person, (m.part = 'teacher') desc, m.until_day desc nulls first, m.line`.execute(trx);
	await sql`create temporary table plan_current_member on commit drop as
		select m.id, m.class, m.person, m.part, m.origin, m.sourced_id, lower(m.during) as begins, upper(m.during) as ends
		from class_member m
		where m.superseded_at is null and (upper_inf(m.during) or upper(m.during) > ${at})`.execute(trx);
	await sql`analyze plan_wanted_member, plan_current_member`.execute(trx);
	await sql`create temporary table plan_member on commit drop as
		select case when c.id is null then 'begin' when w.class is null then 'end' else 'change' end as kind,
			coalesce(w.class, c.class) as class, coalesce(w.person, c.person) as person, c.id as old, c.part as old_part,
			c.begins as old_begins, c.ends as old_ends, c.origin as old_origin, c.sourced_id as old_sourced_id,
			w.part, w.begins, w.ends, w.sourced_id
		from plan_wanted_member w
		full join plan_current_member c on c.class = w.class and c.person = w.person
		where c.id is null
			or w.class is not null and (c.part <> w.part
				or c.origin = 'roster' and (c.ends is distinct from w.ends or w.begins <> c.begins))
			or w.class is null and c.origin = 'roster'`.execute(trx);
	await keepOthers(context);
	await sql`update plan_member p set begins = null where kind = 'change' and begins <> old_begins
		and (begins > ${at} or exists (
			select from class_member m where m.class = p.class and m.person = p.person and m.superseded_at is null and m.id <> p.old
		))`.execute(trx);
	await sql`delete from plan_member where kind = 'change' and part = old_part and ends is not distinct from old_ends
		and coalesce(begins, old_begins) is not distinct from old_begins`.execute(trx);
	await sql`analyze plan_member`.execute(trx);
	const { rows } = await sql<MembershipCounts>`
		select count(*) filter (where kind = 'begin')::integer as begun, count(*) filter (where kind = 'end')::integer as ended,
			count(*) filter (where kind = 'change')::integer as changed
		from plan_member`.execute(trx);
	return rows[0] ?? { begun: 0, ended: 0, changed: 0 };
}

/** Takes out of the plan what the file says nothing about: only what it names as gone, or as all there is, ends. */
async function keepOthers({ trx, import: id, reading }: PlanContext): Promise<void> {
	const isWhole = reading.modes.member === 'bulk' && reading.unreadable.member === 0;
	await sql`create temporary table plan_member_ended on commit drop as
		select m.old from plan_member m join plan_person p on p.person = m.person and p.action = 'end' where m.kind = 'end'
		union
		select m.old from plan_member m join plan_class c on c.class = m.class and c.action = 'end' where m.kind = 'end'
		union
		select m.old from plan_member m
		join roster_staged_member s on s.import = ${id} and s.sourced_id = m.old_sourced_id
		where m.kind = 'end' and s.state <> 'left-out' and ${!isWhole}
		union
		select m.old from plan_member m
		join plan_class c on c.class = m.class
		join plan_person p on p.person = m.person
		join roster_staged_member s on s.import = ${id} and s.class = c.sourced_id and s.person = p.sourced_id
		where m.kind = 'end' and s.state <> 'left-out' and ${!isWhole}`.execute(trx);
	if (isWhole)
		await sql`insert into plan_member_ended (old)
			select m.old from plan_member m
			join plan_class c on c.class = m.class and c.action in ('same', 'change', 'known')
			where m.kind = 'end'
				-- Nothing happens to people who are held or whose rows were left out.
				and not exists (select from plan_person p where p.person = m.person and p.action in ('hold', 'leave'))
				and not exists (select from plan_conflict h where h.person = m.person and h.protects)
				and not exists (
					select from roster_staged_member s
					where s.import = ${id} and s.state = 'left-out' and s.sourced_id = m.old_sourced_id
				)
				and not exists (
					select from roster_staged_member s join plan_person p on p.sourced_id = s.person
					where s.import = ${id} and s.state = 'left-out' and s.class = c.sourced_id and p.person = m.person
				)`.execute(trx);
	await sql`delete from plan_member m where kind = 'end' and not exists (
		select from plan_member_ended e where e.old = m.old)`.execute(trx);
}

export async function apply({ trx, at }: PlanContext): Promise<void> {
	// Under which id a membership stands in the roster is no news about it.
	await sql`update class_member m set sourced_id = w.sourced_id
		from plan_wanted_member w join plan_current_member c on c.class = w.class and c.person = w.person
		where m.id = c.id and c.origin = 'roster' and w.sourced_id <> coalesce(c.sourced_id, '')
			and not exists (select from plan_member p where p.old = m.id)`.execute(trx);
	await sql`update class_member set superseded_at = ${at} where id in (select old from plan_member where old is not null)`.execute(
		trx
	);
	await sql`insert into class_member (class, person, part, during, recorded_at, origin, sourced_id)
		select class, person, old_part, tstzrange(old_begins, ${at}), ${at}, old_origin, old_sourced_id
		from plan_member
		where old is not null and (old_begins is null or old_begins < ${at}) and (kind = 'end' or part <> old_part)`.execute(
		trx
	);
	await sql`insert into class_member (class, person, part, during, recorded_at, origin, sourced_id)
		select class, person, part, tstzrange(starts, ends), ${at}, 'roster', sourced_id
		from (
			select *, case
				when kind = 'change' and part <> old_part and (old_begins is null or old_begins < ${at}) then ${at}
				when kind = 'change' then coalesce(begins, old_begins)
				when begins is not null and not exists (
					select from class_member m where m.class = r.class and m.person = r.person and m.superseded_at is null
						and (upper(m.during) > r.begins or upper_inf(m.during))
				) then begins
				else ${at} end as starts
			from plan_member r where kind <> 'end'
		) r
		where ends is null or starts is null or ends > starts`.execute(trx);
}
