import { sql } from 'kysely';
import { midnight, type PlanContext } from './plan-context.ts';

/** Classes, known by their source id. Their term is that of their sessions. */
export type ClassCounts = { added: number; changed: number; ended: number };

/** Works out `plan_class`: what becomes of each class; `sourced_id` leads to it from whoever is in it. */
export async function plan({ trx, import: id, at, zone, reading }: PlanContext): Promise<ClassCounts> {
	const from = midnight(sql`s.from_day`, zone);
	const until = midnight(sql`s.until_day`, zone);
	await sql`create temporary table plan_class on commit drop as
		select s.sourced_id, coalesce(c.id, uuidv7()) as class, o.organisation, coalesce(s.title, c.title) as title,
			coalesce(s.band, c.band) as band, c.origin,
			case when ${until} <= coalesce(${from}, lower(c.during), ${at}) then 'empty'::tstzrange
				else tstzrange(coalesce(${from}, lower(c.during), ${at}), ${until}) end as during,
			case
				when s.state = 'left-out' or s.state = 'gone' and c.id is null then 'leave'
				when s.state = 'gone' then 'end'
				-- A class of a term that is over is no news.
				when c.id is null then case when ${until} <= ${at} then 'leave' else 'add' end
				else 'same'
			end as action
		from roster_staged_class s
		left join plan_organisation o on o.sourced_id = s.organisation
		left join class c on c.sourced_id = s.sourced_id
		where s.import = ${id}`.execute(trx);
	// One whose days make no sense goes on without them.
	await sql`update plan_class set during = tstzrange(${at}, null) where action = 'add' and isempty(during)`.execute(
		trx
	);
	await sql`update plan_class p set action = 'change' from class c
		where c.id = p.class and p.action = 'same' and (c.title, c.band, c.organisation, c.during)
			is distinct from (p.title, p.band, p.organisation, case when isempty(p.during) then c.during else p.during end)`.execute(
		trx
	);
	const isWhole = reading.modes.class === 'bulk' && reading.unreadable.class === 0;
	// Those that the file does not name: ended when it names all there are, and else as they were.
	await sql`insert into plan_class (sourced_id, class, organisation, title, band, origin, during, action)
		select c.sourced_id, c.id, c.organisation, c.title, c.band, c.origin, c.during,
			case when ${isWhole} and c.origin = 'roster' and (upper_inf(c.during) or upper(c.during) > ${at})
				then 'end' else 'known' end
		from class c
		where c.sourced_id is not null and not exists (select from plan_class p where p.sourced_id = c.sourced_id)`.execute(
		trx
	);
	await sql`update plan_class set action = 'leave' where action = 'end' and origin <> 'roster'`.execute(trx);
	await sql`update plan_class p set action = 'leave' from class c
		where c.id = p.class and p.action = 'end' and upper(c.during) <= ${at}`.execute(trx);
	await sql`create unique index on plan_class (sourced_id)`.execute(trx);
	await sql`analyze plan_class`.execute(trx);
	const { rows } = await sql<ClassCounts>`
		select count(*) filter (where action = 'add')::integer as added,
			count(*) filter (where action = 'change')::integer as changed,
			count(*) filter (where action = 'end')::integer as ended
		from plan_class`.execute(trx);
	return rows[0] ?? { added: 0, changed: 0, ended: 0 };
}

export async function apply({ trx, at }: PlanContext): Promise<void> {
	await sql`insert into class (id, organisation, title, band, sourced_id, during, recorded_at, origin)
		select class, organisation, title, band, sourced_id, during, ${at}, 'roster' from plan_class where action = 'add'`.execute(
		trx
	);
	await sql`update class c set title = p.title, band = p.band, organisation = p.organisation,
			during = case when isempty(p.during) then c.during else p.during end
		from plan_class p where p.class = c.id and p.action = 'change'`.execute(trx);
	// A class that had not begun yet has been for no time at all, which a range can't say.
	await sql`update class c
		set during = tstzrange(least(lower(c.during), ${at}::timestamptz - interval '1 millisecond'), ${at})
		from plan_class p where p.class = c.id and p.action = 'end'`.execute(trx);
}
