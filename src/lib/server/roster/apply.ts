import { sql } from 'kysely';
import type pg from 'pg';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { locks } from '#lib/server/db/locks.ts';
import { within } from '#lib/server/db/scope.ts';
import * as affiliations from './affiliations.ts';
import * as classes from './classes.ts';
import * as conflicts from './conflicts.ts';
import * as links from './guardian-links.ts';
import { clearStaged, fail, progressNotes, rosterScope } from './imports.ts';
import * as memberships from './memberships.ts';
import * as organisations from './organisations.ts';
import * as people from './people.ts';
import * as plans from './plan.ts';
import type { PlanContext } from './plan-context.ts';
import type { Reading } from './reading.ts';

const TRIES = 3;
/** States from which an import may be applied: read by the command line, or waiting, or taken by the browser. */
const applicable = ['reading', 'planned', 'applying'] as const;
/** From so many new people on, and as many as a tenth of those who were there, plans that fitted before fit no more. */
const MANY_PEOPLE = 1_000;

export type ApplyRefusal =
	/** There is no such import, or it is not one that waits. */
	| 'not-waiting'
	/** What was looked at is not what would happen now. */
	| 'moved-on'
	/** More people would end than the district lets pass, and the number was not given. */
	| 'ending-guard'
	| 'no-administrator'
	/** The rows are gone: the database was restarted in a hurry. The file has to be read again. */
	| 'rows-lost';
export type Applied =
	{ ok: true; plan: plans.Plan } | { ok: false; reason: ApplyRefusal; plan: plans.Plan | null };

export type Confirmation = {
	/** The number of people that end, where somebody has typed it. */
	ending?: number | null;
	/** The plan that was looked at; without, whatever the plan is now. */
	fingerprint?: string;
	onStep?: (step: number, of: number) => void;
};

const steps: readonly ((context: PlanContext) => Promise<void>)[] = [
	organisations.apply,
	people.apply,
	affiliations.apply,
	classes.apply,
	memberships.apply,
	links.apply,
	people.end,
	conflicts.apply
];

/**
 * Brings the district up to date with a file that was read: all of it in one transaction, or nothing. It is planned
 * again in that transaction, and refused when that comes to something else than what was confirmed.
 */
export async function apply(
	db: Db,
	pool: pg.Pool,
	id: string,
	actor: string | null,
	settings: plans.RosterSettings,
	confirmation: Confirmation = {}
): Promise<Applied> {
	for (let tries = 1; ; tries++)
		try {
			return await applyOnce(db, pool, id, actor, settings, confirmation);
		} catch (error) {
			// Somebody else's work met ours, and the database chose ours to begin again.
			if (isDeadlock(error) && tries < TRIES) continue;
			await fail(db, id).catch(() => {});
			throw error;
		}
}

function isDeadlock(error: unknown): boolean {
	return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');
}

async function applyOnce(
	db: Db,
	pool: pg.Pool,
	id: string,
	actor: string | null,
	settings: plans.RosterSettings,
	{ ending = null, fingerprint, onStep = () => {} }: Confirmation
): Promise<Applied> {
	const progress = progressNotes(pool, id);
	const tell = (step: number) => {
		onStep(step, steps.length + 1);
		progress.note({ stage: 'applying', step, of: steps.length + 1 });
	};
	try {
		return await within(db, rosterScope(actor), async (trx): Promise<Applied> => {
			await sql`select pg_advisory_xact_lock(${locks.rosterApplying})`.execute(trx);
			tell(0);
			const row = await trx
				.selectFrom('roster_import')
				.select(['reading'])
				.where('id', '=', id)
				.where('state', 'in', applicable)
				.where('reading', 'is not', null)
				.executeTakeFirst();
			if (!row) return { ok: false, reason: 'not-waiting', plan: null };
			const reading = row.reading as Reading;
			await plans.prepare(trx, reading);
			if (await isLost(trx, id, reading)) return { ok: false, reason: 'rows-lost', plan: null };
			const context = await plans.contextOf(trx, id, actor, reading, settings);
			const worked = await plans.work(context, settings);
			const refusal = refusalOf(worked, { ending, ...(fingerprint ? { fingerprint } : {}) });
			if (refusal) return { ok: false, reason: refusal, plan: worked.plan };

			await holdStandings(trx);
			for (const [index, step] of steps.entries()) {
				tell(index + 1);
				await step(context);
			}
			await progress.done();
			await finish(context, worked.plan);
			if (bringsMany(worked.plan)) await sql`select analyze_people()`.execute(trx);
			return { ok: true, plan: worked.plan };
		});
	} finally {
		await progress.done();
	}
}

function refusalOf(
	{ plan, fingerprint }: { plan: plans.Plan; fingerprint: string },
	confirmed: { ending: number | null; fingerprint?: string }
): ApplyRefusal | null {
	if (confirmed.fingerprint !== undefined && confirmed.fingerprint !== fingerprint) return 'moved-on';
	if (plan.leavesNoAdministrator) return 'no-administrator';
	return plan.guard.asks && confirmed.ending !== plan.people.ended ? 'ending-guard' : null;
}

/** The staged tables are not logged, and empty after a crash. An empty file would end everybody. */
async function isLost(trx: Trx, id: string, reading: Reading): Promise<boolean> {
	const { rows } = await sql<{ some: boolean }>`select exists (
		select from roster_staged_person where import = ${id}
		union all select from roster_staged_role where import = ${id}
		union all select from roster_staged_organisation where import = ${id}
		union all select from roster_staged_class where import = ${id}
		union all select from roster_staged_member where import = ${id}
	) as some`.execute(trx);
	return !rows[0]?.some && Object.values(reading.rows).some((count) => count > 0);
}

function bringsMany({ people: { added, before } }: plans.Plan): boolean {
	return added >= MANY_PEOPLE && added * 10 >= before;
}

/** Gates lock standings in the order of ids; so do we, before any of them changes. */
async function holdStandings(trx: Trx): Promise<void> {
	await sql`select hold_standings(array(
		select person from plan_person where not is_new and action in ('change', 'return', 'end')
	))`.execute(trx);
}

/**
 * Says that it is done, last of all. Whoever has put the import away meanwhile, or taken it for dead, was told that
 * nothing changes: so nothing does.
 */
async function finish({ trx, import: id, actor, at }: PlanContext, plan: plans.Plan): Promise<void> {
	const { numUpdatedRows } = await trx
		.updateTable('roster_import')
		.set({ state: 'applied', plan: JSON.stringify(plan), ended_at: at, progress: '{}', reason: null })
		.where('id', '=', id)
		.where('state', 'in', applicable)
		.executeTakeFirst();
	if (numUpdatedRows === 0n) throw new Error(`import ${id} was discarded or failed while it was applied`);
	await append(trx, {
		kind: 'roster.applied',
		actor,
		detail: {
			import: id,
			added: plan.people.added,
			changed: plan.people.changed,
			ended: plan.people.ended,
			returned: plan.people.returned,
			held: plan.people.held
		}
	});
	await clearStaged(trx, id);
}
