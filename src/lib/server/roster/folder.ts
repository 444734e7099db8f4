import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Db } from '#lib/server/db/database.ts';
import { locks } from '#lib/server/db/locks.ts';
import { nextNight } from './nightly.ts';
import * as problems from './problems.ts';
import { reportOf } from './report.ts';
import { importFile, type Imported } from './run.ts';
import { rosterSettings } from './settings.ts';

/** A file that was written to this recently may not be whole yet. */
const SETTLED_MILLISECONDS = 60_000;
const DONE = 'done';
const REFUSED = 'refused';

/** What became of a file; `failure` is what broke it off, when it was not the file's fault. */
export type FolderFile = { name: string; done: boolean; failure?: unknown };

/**
 * Imports the roster files that lie in a folder, the oldest first, and moves each to `done/` or `refused/` with a
 * report beside it. Null when another instance is at it already. `settled`: how long nobody has to have written to a
 * file, in milliseconds.
 */
export async function importFolder(
	db: Db,
	pool: pg.Pool,
	folder: string,
	{ settled = SETTLED_MILLISECONDS }: { settled?: number } = {}
): Promise<FolderFile[] | null> {
	const guard = await pool.connect();
	try {
		const { rows } = await guard.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [
			locks.rosterFolder
		]);
		if (!rows[0]?.free) return null;
		try {
			const files: FolderFile[] = [];
			for (const name of await waiting(folder, settled))
				files.push({ name, ...(await importOne(db, pool, folder, name)) });
			return files;
		} finally {
			await guard.query('select pg_advisory_unlock($1)', [locks.rosterFolder]);
		}
	} finally {
		guard.release();
	}
}

/** Roster files of a folder that nobody is writing to any more, the oldest first. */
async function waiting(folder: string, settled: number): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const files = await Promise.all(
		entries
			.filter((entry) => entry.isFile() && /\.(?:zip|csv)$/i.test(entry.name) && !entry.name.startsWith('.'))
			.map(async ({ name }) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs }))
	);
	return files
		.filter(({ at }) => Date.now() - at >= settled)
		.sort((a, b) => a.at - b.at || a.name.localeCompare(b.name))
		.map(({ name }) => name);
}

async function importOne(
	db: Db,
	pool: pg.Pool,
	folder: string,
	name: string
): Promise<Omit<FolderFile, 'name'>> {
	let done: Imported | null = null;
	let report: string;
	let failure: unknown;
	try {
		done = await importFile(
			db,
			pool,
			{ person: null, way: 'folder' },
			{ name, path: path.join(folder, name) }
		);
		// A file is being read from elsewhere just now: this one has its turn another night.
		if (!done.read.ok && done.read.reason === 'busy') return { done: false };
		report = await reportOf(db, name, done);
	} catch (error) {
		failure = error;
		report = `${name}: the import broke off, and nothing was changed. The log of the server says why; put the file back to try again.\n`;
	}
	const applied = done?.applied?.ok ?? false;
	const target = path.join(folder, applied ? DONE : REFUSED);
	await mkdir(target, { recursive: true, mode: 0o700 });
	const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
	const base = path.join(target, `${stamp} ${name}`);
	await rename(path.join(folder, name), base);
	await writeFile(`${base}.report.txt`, report, { mode: 0o600 });
	if (done && (await problems.counts(db, null, done.import)).length > 0)
		await pipeline(
			problems.asCsv(db, null, done.import, 'en'),
			createWriteStream(`${base}.problems.csv`, { mode: 0o600 })
		);
	return failure === undefined ? { done: applied } : { done: applied, failure };
}

/**
 * Imports a folder each night until it is told to stop. Several instances may watch the same one. `onNight` is told
 * what was done, `onFailure` what went wrong; the next night is another try.
 */
export function watchFolder(
	db: Db,
	pool: pg.Pool,
	folder: string,
	{
		onNight = () => {},
		onFailure
	}: { onNight?: (files: FolderFile[]) => void; onFailure: (error: unknown) => void }
): { next: () => Date; stop: () => void } {
	const { nightlyAt, timeZone } = rosterSettings();
	let next = nextNight(new Date(), nightlyAt, timeZone);
	let timer = wait();
	function wait() {
		// A timer holds 24 days at the most, and a night is never further away than 25 hours.
		const timer = setTimeout(() => void night(), next.getTime() - Date.now());
		timer.unref();
		return timer;
	}
	async function night() {
		try {
			const files = await importFolder(db, pool, folder);
			if (files && files.length > 0) onNight(files);
		} catch (error) {
			onFailure(error);
		}
		next = nextNight(new Date(), nightlyAt, timeZone);
		timer = wait();
	}
	return { next: () => next, stop: () => clearTimeout(timer) };
}
