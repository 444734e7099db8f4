import { sql } from 'kysely';
import type { EventKind } from '#lib/server/db/event-kinds.ts';
import type { PlanContext } from './plan-context.ts';

/** Who is whose guardian. A link that a roster begins shows nothing of the child until somebody has confirmed it. */
export type LinkCounts = { begun: number; ended: number };

const eventOfLink: Record<string, EventKind> = { begin: 'guardian-link.begun', end: 'guardian-link.ended' };

/** Works out `plan_link`. */
export async function plan(context: PlanContext): Promise<LinkCounts> {
	const { trx, import: id, at, reading } = context;
	await sql`create temporary table plan_wanted_link on commit drop as
		select distinct g.person as guardian, c.person as child
		from roster_staged_link l
		join plan_person g on g.sourced_id = l.guardian and g.action in ('add', 'same', 'change', 'return')
		join plan_person c on c.sourced_id = l.child and c.action in ('add', 'same', 'change', 'return')
		where l.import = ${id} and g.person <> c.person`.execute(trx);
	await sql`create temporary table plan_link on commit drop as
		select case when l.guardian is null then 'begin' else 'end' end as kind,
			coalesce(w.guardian, l.guardian) as guardian, coalesce(w.child, l.child) as child
		from plan_wanted_link w
		full join (select * from guardian_link where upper_inf(during) or upper(during) > ${at}) l
			on l.guardian = w.guardian and l.child = w.child
		where l.guardian is null or w.guardian is null and l.origin = 'roster'`.execute(trx);
	// A file of changes speaks for those whom it lists; a whole one for everybody whom a roster named, unless it says
	// nothing of guardians.
	const whole = reading.namesGuardians && reading.modes.person === 'bulk' && reading.unreadable.person === 0;
	const listed = sql`(p.action = 'end' or p.in_file and p.action in ('same', 'change', 'return') and ${reading.namesGuardians})`;
	await sql`delete from plan_link k where kind = 'end' and (
			exists (
				select from plan_person p
				where p.person in (k.guardian, k.child) and p.action in ('hold', 'leave')
			)
			or exists (select from plan_conflict h where h.person in (k.guardian, k.child) and h.protects)
			or not (${whole} and exists (select from plan_person p where p.person in (k.guardian, k.child))
				or exists (select from plan_person p where p.person = k.child and ${listed})
				or exists (select from plan_person p where p.person = k.guardian and p.action = 'end'))
		)`.execute(trx);
	const { rows } = await sql<LinkCounts>`
		select count(*) filter (where kind = 'begin')::integer as begun, count(*) filter (where kind = 'end')::integer as ended
		from plan_link`.execute(trx);
	return rows[0] ?? { begun: 0, ended: 0 };
}

export async function apply({ trx, import: id, actor, at }: PlanContext): Promise<void> {
	await sql`update guardian_link l set during = tstzrange(least(lower(l.during), ${at}::timestamptz - interval '1 millisecond'), ${at})
		from plan_link p where p.kind = 'end' and p.guardian = l.guardian and p.child = l.child`.execute(trx);
	// One that ended before begins anew, and is to be confirmed anew: the database takes back what was confirmed of it.
	await sql`insert into guardian_link (guardian, child, during, recorded_at, origin)
		select guardian, child, tstzrange(${at}, null), ${at}, 'roster' from plan_link where kind = 'begin'
		on conflict (guardian, child) do update
			set during = excluded.during, recorded_at = excluded.recorded_at, origin = 'roster'`.execute(trx);
	await sql`insert into ledger_event (kind, actor, subject, detail)
		select ${JSON.stringify(eventOfLink)}::jsonb ->> kind, ${actor}::uuid, child,
			jsonb_build_object('import', ${id}::text, 'guardian', guardian::text)
		from plan_link`.execute(trx);
}
