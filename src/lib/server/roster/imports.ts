import { sql } from 'kysely';
import type pg from 'pg';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { locks } from '#lib/server/db/locks.ts';
import type { ImportState } from '#lib/server/db/schema.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import type { Problem, ProblemCode, Severity } from './problem.ts';
import type { RosterSource } from './read-archive.ts';
import { readRoster } from './read-roster.ts';
import type { Reading, ReadingProgress } from './reading.ts';
import { stage } from './stage.ts';
import type { StagingDistrict } from './staging-context.ts';
import { CopySink, createReadTables, keepProblems } from './staging.ts';

/** Who imports: somebody who may, or the command line and the watched folder, which act for the district itself. */
export type Importer = { person: string | null; way: 'browser' | 'command-line' | 'folder' };

const PROGRESS_MILLISECONDS = 500;
/** Whoever reads or applies says so every moment; after this long a silent import has died with its process. */
export const SILENT_SECONDS = 120;
const KEEP_PROBLEMS_DAYS = 60;

export function rosterScope(person: string | null): Scope {
	return { kind: 'system', purpose: 'roster', ...(person ? { actor: person } : {}) };
}

/** Notes that a file is about to be read. What waited for a yes until now is put away: a newer file says more. */
export async function begin(db: Db, { person, way }: Importer, name: string): Promise<string> {
	return within(db, rosterScope(person), async (trx) => {
		await buryDead(trx);
		const waiting = await trx
			.updateTable('roster_import')
			.set({ state: 'discarded', reason: 'newer-file', ended_at: sql<Date>`waypost_now()` })
			.where('state', '=', 'planned')
			.returning('id')
			.execute();
		for (const { id } of waiting) await clearStaged(trx, id);
		await sql`delete from roster_problem p using roster_import i where i.id = p.import
			and i.begun_at < waypost_now() - ${`${KEEP_PROBLEMS_DAYS} days`}::interval`.execute(trx);
		const { id } = await trx
			.insertInto('roster_import')
			.values({ name: name.slice(0, 200), way, actor: person })
			.returning('id')
			.executeTakeFirstOrThrow();
		return id;
	});
}

/** Imports whose process has died say so from now on. */
async function buryDead(trx: Trx): Promise<void> {
	const dead = await trx
		.updateTable('roster_import')
		.set({ state: 'failed', reason: 'interrupted', ended_at: sql<Date>`waypost_now()` })
		.where('state', 'in', ['reading', 'applying'])
		.where(sql<boolean>`progressed_at < clock_timestamp() - ${`${SILENT_SECONDS} seconds`}::interval`)
		.returning('id')
		.execute();
	for (const { id } of dead) await clearStaged(trx, id);
}

const staged = ['organisation', 'person', 'role', 'class', 'member', 'link'].map(
	(part) => `roster_staged_${part}`
);

/** Deletes the rows that waited for an import. */
export async function clearStaged(trx: Trx, id: string): Promise<void> {
	for (const table of [...staged, 'roster_planned_person'])
		await sql`delete from ${sql.table(table)} where import = ${id}`.execute(trx);
}

export type FileRead =
	| { ok: true; reading: Reading; problems: Record<Severity, number> }
	/** `put-away`: somebody has put the import away while its file was read, or it was taken for dead. */
	| { ok: false; reason: ProblemCode | 'busy' | 'put-away'; problem: Problem | null };

/**
 * Reads a file into the staged tables, in one transaction of a connection of its own: all of it, or nothing but the
 * problems that were found. `onProgress` is told now and then how far it has come.
 */
export async function read(
	pool: pg.Pool,
	id: string,
	source: RosterSource,
	district: StagingDistrict,
	onProgress: (progress: ReadingProgress) => void = () => {}
): Promise<FileRead> {
	const client = await pool.connect();
	const progress = progressNotes(pool, id);
	let usable = true;
	const sink = new CopySink(client, (at) => {
		onProgress(at);
		progress.note({ stage: 'reading', ...at });
	});
	try {
		await client.query('begin');
		await client.query(
			`select set_config('waypost.scope', 'system:roster', true), set_config('statement_timeout', '0', true),
				set_config('idle_in_transaction_session_timeout', '0', true), set_config('work_mem', '64MB', true),
				set_config('jit', 'off', true)`
		);
		const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [
			locks.rosterReading
		]);
		if (!rows[0]?.free) {
			await client.query('rollback');
			await end(pool, id, 'refused', 'busy');
			return { ok: false, reason: 'busy', problem: null };
		}
		await createReadTables(client);
		let answer = await readRoster(source, sink);
		await sink.finish();
		progress.note({ stage: 'checking' });
		const problems = { ...answer.problems };
		if (answer.ok) {
			const staged = await stage(client, id, answer.reading, district);
			if (staged.ok)
				for (const severity of Object.keys(problems) as Severity[])
					problems[severity] += staged.problems[severity];
			else {
				answer = { ok: false, problem: staged.problem, problems };
				problems.stop += 1;
				sink.found.push(staged.problem);
			}
		}
		await progress.done();
		if (!answer.ok) {
			// Nothing of the file is kept but why it was refused.
			await client.query('rollback');
			await client.query('begin');
			await client.query(`select set_config('waypost.scope', 'system:roster', true)`);
		}
		await keepProblems(client, id, sink.found);
		const { rowCount } = await client.query(
			`update roster_import set reading = $2, problems = $3, state = $4, reason = $5, progress = $6,
				progressed_at = clock_timestamp(), ended_at = case when $4 = 'refused' then waypost_now() end
			where id = $1 and state = 'reading'`,
			[
				id,
				answer.ok ? JSON.stringify(answer.reading) : null,
				JSON.stringify(problems),
				answer.ok ? 'reading' : 'refused',
				answer.ok ? null : answer.problem.code,
				// It is compared with the district next.
				JSON.stringify(answer.ok ? { stage: 'checking' } : {})
			]
		);
		if (rowCount === 0) {
			// Whoever put it away was told that it is gone: nothing of the file is kept.
			await client.query('rollback');
			return { ok: false, reason: 'put-away', problem: null };
		}
		await client.query('commit');
		return answer.ok
			? { ok: true, reading: answer.reading, problems }
			: { ok: false, reason: answer.problem.code, problem: answer.problem };
	} catch (error) {
		usable = false;
		sink.abandon();
		await progress.done();
		await end(pool, id, 'failed', 'error').catch(() => {});
		throw error;
	} finally {
		await progress.done();
		// A connection in the middle of a COPY is of no use to anybody.
		client.release(!usable);
	}
}

/** Says how reading ended, unless the import was put away meanwhile. */
async function end(
	pool: pg.Pool,
	id: string,
	state: Extract<ImportState, 'refused' | 'failed'>,
	reason: string
): Promise<void> {
	await pool.query(
		`update roster_import set state = $2, reason = $3, ended_at = waypost_now()
		where id = $1 and state = 'reading'`,
		[id, state, reason]
	);
}

/** Notes how far an import has come, at most twice a second, beside the transaction that does the work. */
export function progressNotes(pool: pg.Pool, id: string) {
	let latest: object | null = null;
	let writing: Promise<unknown> = Promise.resolve();
	const write = () => {
		if (latest === null) return;
		const text = JSON.stringify(latest);
		latest = null;
		writing = pool
			.query('update roster_import set progress = $2, progressed_at = clock_timestamp() where id = $1', [
				id,
				text
			])
			.catch(() => {});
	};
	const timer = setInterval(write, PROGRESS_MILLISECONDS);
	// Says that it is alive, also while one long statement runs.
	const heart = setInterval(
		() => {
			void pool
				.query('update roster_import set progressed_at = clock_timestamp() where id = $1', [id])
				.catch(() => {});
		},
		(SILENT_SECONDS * 1_000) / 6
	);
	return {
		note(progress: object) {
			latest = progress;
		},
		async done() {
			clearInterval(timer);
			clearInterval(heart);
			await writing;
		}
	};
}

/** Puts an import away that waits; its rows are deleted. False when it does not wait, as when it is being applied. */
export async function discard(db: Db, id: string, actor: string | null, reason: string): Promise<boolean> {
	return within(db, rosterScope(actor), async (trx) => {
		const { numUpdatedRows } = await trx
			.updateTable('roster_import')
			.set({ state: 'discarded', reason, ended_at: sql<Date>`waypost_now()`, progress: '{}' })
			.where('id', '=', id)
			.where('state', 'in', ['reading', 'planned'])
			.executeTakeFirst();
		if (numUpdatedRows === 0n) return false;
		await clearStaged(trx, id);
		return true;
	});
}

/** Notes that an import broke off; its rows are deleted, and the district is as it was. */
export async function fail(db: Db, id: string): Promise<void> {
	await within(db, rosterScope(null), async (trx) => {
		await trx
			.updateTable('roster_import')
			.set({ state: 'failed', reason: 'error', ended_at: sql<Date>`waypost_now()`, progress: '{}' })
			.where('id', '=', id)
			.where('state', 'in', ['reading', 'planned', 'applying'])
			.execute();
		await clearStaged(trx, id);
	});
}
