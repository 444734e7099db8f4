/**
 * `npm run bench:roster [users]`: imports a made district of 100,000 people with classes and guardians into an empty,
 * freshly started PostgreSQL with the settings of `npm start`, then the same file again, then a file of changes. Says
 * how long each took, how much memory the importing process had at the most, and how that compares with a bare COPY of
 * the same rows into tables without rules. Ends with 1 when a target is missed.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openDatabase } from '#lib/server/db/database.ts';
import type { Plan } from '#lib/server/roster/plan.ts';
import { importFile } from '#lib/server/roster/run.ts';
import { migrate } from '../../src/cli/migrate.ts';
import { removeCluster } from '../../src/cli/postgres-cluster.mjs';
import { startPostgres } from '../../src/cli/postgres.mjs';
import { files, writeRoster } from './roster-data.ts';

const USERS = 100_000;
/** For 100,000 people on two cores. */
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 400;

type Run = { seconds: number; reading: number; megabytes: number; plan: Plan | null; refused: string | null };

// As the importing process, started below: its memory is its own.
if (process.send) {
	const [url = '', file = '', ending = ''] = process.argv.slice(2);
	const { db, pool } = openDatabase(url, { max: 4 });
	const begun = performance.now();
	let reading = 0;
	const done = await importFile(
		db,
		pool,
		{ person: null, way: 'command-line' },
		{ name: path.basename(file), path: file },
		{
			ending: ending === '' ? null : Number(ending),
			onStep: (step) => {
				if (step === 0) reading = (performance.now() - begun) / 1_000;
			}
		}
	);
	await db.destroy();
	const refused = done.read.ok
		? done.applied?.ok
			? null
			: (done.applied?.reason ?? 'not applied')
		: done.read.reason;
	process.send({
		seconds: (performance.now() - begun) / 1_000,
		reading,
		megabytes: process.resourceUsage().maxRSS / 1_024,
		plan: done.plan,
		refused
	} satisfies Run);
	process.disconnect();
} else await bench(Number(process.argv[2] ?? USERS));

async function bench(users: number): Promise<void> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'waypost-bench-'));
	const postgres = await startPostgres({ dataDir: path.join(folder, 'data') });
	try {
		await migrate(postgres.ownerUrl);
		const whole = path.join(folder, 'roster.zip');
		const changes = path.join(folder, 'changes.zip');
		await writeRoster({ users }, whole);
		await writeRoster({ users, delta: true }, changes);
		const size = ((await stat(whole)).size / 1_048_576).toFixed(1);
		console.log(`${users.toLocaleString('en')} people as OneRoster 1.1, ${size} MB packed\n`);

		const bare = await bareCopy(postgres.ownerUrl, users);
		const runs: [string, Run][] = [
			['into an empty district', await runImport(postgres.appUrl, whole)],
			['the same file again', await runImport(postgres.appUrl, whole)],
			['a file of changes', await runImport(postgres.appUrl, changes)]
		];
		for (const [what, run] of runs) console.log(line(what, run));
		console.log(`\nA bare COPY of the same rows takes ${bare.toFixed(1)} s.`);
		const [, first] = runs[0] ?? ['', null];
		if (first) console.log(`The first import takes ${(first.seconds / bare).toFixed(1)} times as long.`);
		process.exitCode = faults(runs, users).length > 0 ? 1 : 0;
		for (const fault of faults(runs, users)) console.log(`MISSED: ${fault}`);
	} finally {
		await postgres.stop();
		await removeCluster(path.join(folder, 'data'));
		await rm(folder, { recursive: true, force: true });
	}
}

function runImport(url: string, file: string): Promise<Run> {
	return new Promise((resolve, reject) => {
		const child = fork(import.meta.filename, [url, file]);
		child.once('message', (run) => resolve(run as Run));
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`the import ended with ${code}`)));
	});
}

function line(what: string, { seconds, reading, megabytes, plan, refused }: Run): string {
	const people = plan?.people;
	const did = people
		? `${people.added.toLocaleString('en')} added, ${people.changed.toLocaleString('en')} changed, ${people.ended.toLocaleString('en')} ended`
		: '';
	return `${what.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s (${reading.toFixed(1)} s of them reading)  ${Math.round(megabytes)} MB  ${refused ?? did}`;
}

function faults(runs: [string, Run][], users: number): string[] {
	return runs.flatMap(([what, { seconds, megabytes, plan, refused }]) => [
		...(refused ? [`${what}: ${refused}`] : []),
		...(users === USERS && seconds > MOST_SECONDS ? [`${what}: more than ${MOST_SECONDS} s`] : []),
		...(megabytes > MOST_MEGABYTES ? [`${what}: more than ${MOST_MEGABYTES} MB`] : []),
		...(what === 'the same file again' &&
		plan &&
		plan.people.changed + plan.people.added + plan.people.ended > 0
			? [`${what}: it changed something`]
			: [])
	]);
}

/** The rows of people and classes as they are, by COPY into plain tables of text with a key each. */
async function bareCopy(url: string, users: number): Promise<number> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const rows = files({ users });
		const begun = performance.now();
		for (const name of ['users.csv', 'classes.csv', 'enrollments.csv']) {
			const table = `bare_${name.replace('.csv', '')}`;
			const columns: string[] = rows[name]?.().next().value?.split(',') ?? [];
			await client.query(
				`create table ${table} (${columns.map((column, index) => `"${column}" text${index === 0 ? ' primary key' : ''}`).join(', ')})`
			);
			await pipeline(
				Readable.from(pieces(rows[name]?.() ?? [].values())),
				client.query(copyFrom(`copy ${table} from stdin with (format csv, header)`))
			);
		}
		return (performance.now() - begun) / 1_000;
	} finally {
		await client.query('drop table if exists bare_users, bare_classes, bare_enrollments');
		await client.end();
	}
}

function* pieces(lines: Iterable<string>): Generator<string> {
	let piece = '';
	for (const line of lines) {
		piece += `${line}\n`;
		if (piece.length < 65_536) continue;
		yield piece;
		piece = '';
	}
	yield piece;
}
