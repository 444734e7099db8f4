import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { AffiliationRole, ImportState, PlannedAction } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { rosterScope, SILENT_SECONDS, type Importer } from './imports.ts';
import type { Plan } from './plan.ts';
import type { Severity } from './problem.ts';
import type { Reading } from './reading.ts';

/** Imports as those who may import see them: what waits, what runs, what was. */
export type ImportView = {
	id: string;
	name: string;
	way: Importer['way'];
	/** Who began it, by name; null for the command line and the watched folder. */
	by: string | null;
	state: ImportState;
	reason: string | null;
	reading: Reading | null;
	problems: Partial<Record<Severity, number>>;
	plan: Plan | null;
	fingerprint: string | null;
	progress: ImportProgress;
	begunAt: Date;
	endedAt: Date | null;
};
export type ImportProgress =
	| { stage: 'reading'; file: string; rows: number; bytes: number; total: number }
	| { stage: 'checking' }
	| { stage: 'applying'; step: number; of: number }
	| { stage?: undefined };

/** One import; null when there is none of that id. */
export async function find(db: Db, actor: string | null, id: string): Promise<ImportView | null> {
	if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
	return within(
		db,
		rosterScope(actor),
		async (trx) => (await views(trx, sql`where r.id = ${id}`))[0] ?? null
	);
}

/** The latest imports, the newest first. */
export async function list(db: Db, actor: string | null, limit = 20): Promise<ImportView[]> {
	return within(db, rosterScope(actor), (trx) =>
		views(trx, sql`order by r.begun_at desc, r.id desc limit ${limit}`)
	);
}

async function views(trx: Trx, which: ReturnType<typeof sql>): Promise<ImportView[]> {
	const { rows } = await sql<ImportView>`
		select r.id, r.name, r.way, i.given_name || ' ' || i.family_name as by,
			case when d.is_dead then 'failed' else r.state end as state,
			case when d.is_dead then 'interrupted' else r.reason end as reason,
			r.reading, r.problems, r.plan, r.fingerprint, r.progress, r.begun_at as "begunAt", r.ended_at as "endedAt"
		from roster_import r
		left join person_identity i on i.person = r.actor
		-- Whoever reads or applies says so every moment; a silent one has died with its process.
		cross join lateral (select r.state in ('reading', 'applying')
			and r.progressed_at < clock_timestamp() - ${`${SILENT_SECONDS} seconds`}::interval as is_dead) d
		${which}`.execute(trx);
	return rows;
}

export type Role = { role: AffiliationRole; school: string };
/** Somebody whom a plan concerns, for whoever looks at it. */
export type Example = {
	name: string;
	/** What they are called now, where the file calls them otherwise. */
	before: string | null;
	changes: string[];
	roles: Role[];
	rolesBefore: Role[];
};
const actions: readonly PlannedAction[] = ['add', 'change', 'end', 'return', 'hold'];

/** Some of those whom a plan would add, change, end, bring back or hold; while it waits for a yes. */
export async function examples(
	db: Db,
	actor: string | null,
	id: string,
	most = 6
): Promise<Partial<Record<PlannedAction, Example[]>>> {
	return within(db, rosterScope(actor), async (trx) => {
		const { rows } = await sql<Example & { action: PlannedAction }>`
			select p.action, coalesce(s.given_name || ' ' || s.family_name, i.given_name || ' ' || i.family_name) as name,
				case when s.sourced_id is not null and 'name' = any (p.changes) then i.given_name || ' ' || i.family_name end as before,
				p.changes,
				coalesce((
					select jsonb_agg(distinct jsonb_build_object('role', r.role, 'school', coalesce(so.name, o.name)))
					from roster_staged_role r
					left join roster_staged_organisation so on so.import = r.import and so.sourced_id = r.organisation
					left join organisation o on o.sourced_id = r.organisation
					where r.import = ${id} and r.person = p.sourced_id and r.state = 'listed'
				), '[]') as roles,
				coalesce((
					select jsonb_agg(distinct jsonb_build_object('role', a.role, 'school', o.name))
					from affiliation a join organisation o on o.id = a.organisation
					where a.person = p.person and a.superseded_at is null and a.during @> waypost_now()
				), '[]') as "rolesBefore"
			from unnest(${actions}::text[]) wanted(action)
			cross join lateral (
				select * from roster_planned_person p where p.import = ${id} and p.action = wanted.action limit ${most}
			) p
			left join roster_staged_person s on s.import = ${id} and s.sourced_id = p.sourced_id
			left join person_identity i on i.person = p.person`.execute(trx);
		return Object.fromEntries(Map.groupBy(rows, ({ action }) => action));
	});
}
