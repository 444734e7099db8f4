import { sql } from 'kysely';
import type pg from 'pg';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import * as affiliations from './affiliations.ts';
import * as classes from './classes.ts';
import * as links from './guardian-links.ts';
import { progressNotes, rosterScope } from './imports.ts';
import * as memberships from './memberships.ts';
import * as organisations from './organisations.ts';
import * as people from './people.ts';
import type { PlanContext } from './plan-context.ts';
import type { Reading } from './reading.ts';

/** What an import would do, in numbers. */
export type Plan = {
	organisations: organisations.OrganisationCounts;
	/** Plans that were made before this was noted lack it. */
	newSchools?: organisations.NewSchools;
	people: people.PeopleCounts;
	affiliations: affiliations.AffiliationCounts;
	classes: classes.ClassCounts;
	memberships: memberships.MembershipCounts;
	links: links.LinkCounts;
	/** More of the roster's people would end than the district lets pass without a word. */
	guard: { percent: number; share: number; asks: boolean };
	/** Nobody would be left who administers the district. */
	leavesNoAdministrator: boolean;
};
export type RosterSettings = { timeZone: string; endingGuardPercent: number };

/** Many rows: from here on whole tables are compared with each other. */
const MANY_ROWS = 2_000;

/**
 * Gives the statements of a plan the time and memory that they need. Where many rows are compared, the planner of
 * PostgreSQL must not look them up one by one: it can't know yet how many there are.
 */
export async function prepare(trx: Trx, reading: Reading): Promise<void> {
	const rows = Object.values(reading.rows).reduce((sum, count) => sum + count, 0);
	await sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
		set_config('work_mem', '128MB', true), set_config('jit', 'off', true),
		set_config('max_parallel_workers_per_gather', '0', true),
		set_config('enable_nestloop', ${rows > MANY_ROWS ? 'off' : 'on'}, true)`.execute(trx);
}

/** Works out the plan of an import in temporary tables of this transaction. Gives it with the hash of what it rests on. */
export async function work(
	context: PlanContext,
	settings: RosterSettings
): Promise<{ plan: Plan; fingerprint: string }> {
	const { trx } = context;
	const organisation = await organisations.plan(context);
	await people.plan(context);
	const affiliation = await affiliations.plan(context);
	const ofClasses = await classes.plan(context);
	const membership = await memberships.plan(context);
	const link = await links.plan(context);
	const counted = await people.count(context);
	// Whose roles ran out by themselves is missing from files rightly: a year's graduates must not look like half a file.
	const share = counted.before === 0 ? 0 : (100 * (counted.ended - counted.ranOut)) / counted.before;
	const plan: Plan = {
		organisations: organisation,
		newSchools: await organisations.newSchools(context),
		people: counted,
		affiliations: affiliation,
		classes: ofClasses,
		memberships: membership,
		links: link,
		guard: {
			percent: settings.endingGuardPercent,
			share: Math.round(share * 10) / 10,
			asks: share > settings.endingGuardPercent
		},
		leavesNoAdministrator: await leavesNoAdministrator(trx)
	};
	return { plan, fingerprint: await fingerprintOf(trx) };
}

/** Of which import, by whom, at which instant. */
export async function contextOf(
	trx: Trx,
	id: string,
	actor: string | null,
	reading: Reading,
	{ timeZone }: RosterSettings
): Promise<PlanContext> {
	return { trx, import: id, actor, at: await now(trx), zone: timeZone, reading };
}

/**
 * Plans an import whose file was read: the dry run. Nothing of the district changes; what would change is kept with the
 * import, to be looked at. Null when no such import waits for it.
 */
export async function plan(
	db: Db,
	pool: pg.Pool,
	id: string,
	actor: string | null,
	settings: RosterSettings
): Promise<Plan | null> {
	// Its row is not locked meanwhile, so that it can be seen that somebody is at it.
	const progress = progressNotes(pool, id);
	try {
		return await planOnce(db, id, actor, settings);
	} finally {
		await progress.done();
	}
}

async function planOnce(
	db: Db,
	id: string,
	actor: string | null,
	settings: RosterSettings
): Promise<Plan | null> {
	return within(db, rosterScope(actor), async (trx) => {
		const row = await trx
			.selectFrom('roster_import')
			.select(['reading'])
			.where('id', '=', id)
			.where('state', 'in', ['reading', 'planned'])
			.where('reading', 'is not', null)
			.executeTakeFirst();
		if (!row) return null;
		await prepare(trx, row.reading as Reading);
		const context = await contextOf(trx, id, actor, row.reading as Reading, settings);
		const worked = await work(context, settings);
		const { numUpdatedRows } = await trx
			.updateTable('roster_import')
			.set({
				state: 'planned',
				plan: JSON.stringify(worked.plan),
				fingerprint: worked.fingerprint,
				planned_at: context.at,
				progress: '{}'
			})
			.where('id', '=', id)
			.where('state', 'in', ['reading', 'planned'])
			.executeTakeFirst();
		// Somebody has put it away meanwhile.
		if (numUpdatedRows === 0n) return null;
		await keepPlanned(trx, id);
		return worked.plan;
	});
}

async function keepPlanned(trx: Trx, id: string): Promise<void> {
	await sql`delete from roster_planned_person where import = ${id}`.execute(trx);
	await sql`insert into roster_planned_person (import, action, sourced_id, person, changes)
		select ${id}::uuid, action, sourced_id, case when not is_new then person end, changes from plan_person
		where action in ('add', 'change', 'end', 'return', 'hold')`.execute(trx);
}

/** A district that nobody administers can't help itself: no file brings it there. */
async function leavesNoAdministrator(trx: Trx): Promise<boolean> {
	const { rows } = await sql<{ left: boolean }>`
		with administrator as (
			select distinct g.person from scope_grant g join person p on p.id = g.person
			where g."right" = 'district-administrator' and g.during @> waypost_now()
				and p.merged_into is null and p.ended_at is null
		)
		select exists (select from administrator) and not exists (
			select from administrator a
			where not exists (select from plan_person p where p.person = a.person and p.action = 'end')
		) as left`.execute(trx);
	return rows[0]?.left ?? false;
}

/** A hash of everything that would change, whatever order it is found in, and without ids that are made anew each time. */
async function fingerprintOf(trx: Trx): Promise<string> {
	const { rows } = await sql<{ hash: string }>`
		select encode(sha256(convert_to(string_agg(part, ';' order by part), 'UTF8')), 'hex') as hash from (
			select 'organisation ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(concat_ws('|', action, sourced_id, kind, name), 0)), 0) as part
			from plan_organisation where action <> 'same'
			union all
			select 'person ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(
				concat_ws('|', action, sourced_id, family_name, given_name, email, changes::text), 0)), 0)
			from plan_person where action not in ('same', 'leave')
			union all
			select 'role ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(
				concat_ws('|', r.kind, p.sourced_id, o.sourced_id, r.role, r.band, r.old, r.begins, r.ends), 0)), 0)
			from plan_role r
			left join plan_person p on p.person = r.person
			left join plan_organisation o on o.organisation = r.organisation
			union all
			select 'class ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(
				concat_ws('|', action, sourced_id, title, band), 0)), 0)
			from plan_class where action in ('add', 'change', 'end')
			union all
			select 'member ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(
				concat_ws('|', m.kind, c.sourced_id, p.sourced_id, m.part, m.old, m.begins, m.ends), 0)), 0)
			from plan_member m
			left join plan_class c on c.class = m.class
			left join plan_person p on p.person = m.person
			union all
			select 'link ' || count(*) || ' ' || coalesce(bit_xor(hashtextextended(
				concat_ws('|', k.kind, g.sourced_id, c.sourced_id), 0)), 0)
			from plan_link k
			left join plan_person g on g.person = k.guardian
			left join plan_person c on c.person = k.child
		) parts`.execute(trx);
	return rows[0]?.hash ?? '';
}
