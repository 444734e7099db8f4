import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { locks } from '#lib/server/db/locks.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { importFolder } from './folder.ts';
import { csv, oneRoster11, zipOf } from './testing/files.ts';
import { RosterFile } from './testing/roster-file.ts';
import { everybody } from './testing/rosters.ts';

vi.setConfig({ testTimeout: 90_000 });

const { app, appPool } = await testDatabase();
const folder = await mkdtemp(path.join(os.tmpdir(), 'waypost-roster-'));
afterAll(() => rm(folder, { recursive: true }));
const put = async (name: string, bytes: Buffer | string, minutesOld = 60) => {
	await writeFile(path.join(folder, name), bytes);
	const at = new Date(Date.now() - minutesOld * 60_000);
	await utimes(path.join(folder, name), at, at);
};
const inside = async (of = '') =>
	(await readdir(path.join(folder, of)).catch(() => [])).filter((name) => /\./.test(name)).sort();

test('files that lie in the folder are imported, the oldest first, and moved with a report beside them', async () => {
	await put('second.zip', await zipOf(new RosterFile().set('u9', { given: 'Ida' }).files()), 20);
	await put('first.zip', await zipOf(oneRoster11()), 40);
	await put('notes.txt', 'not a roster');
	await mkdir(path.join(folder, 'archive.zip'));
	expect(await importFolder(app, appPool, folder)).toEqual([
		{ name: 'first.zip', done: true },
		{ name: 'second.zip', done: true }
	]);
	expect(await everybody(app)).toHaveProperty('u9');
	expect(await inside()).toEqual(['archive.zip', 'notes.txt']);
	const done = await inside('done');
	expect(done).toHaveLength(4);
	const report = await readFile(
		path.join(
			folder,
			'done',
			done.find((name) => name.endsWith('first.zip.report.txt'))!
		),
		'utf8'
	);
	expect(report).toContain('first.zip: applied.');
	expect(report).toContain('8 added');
	expect(report).toContain('New schools: North School; South School');
});

test('what is refused, or would end too many, is put apart, and nothing is changed', async () => {
	const before = await everybody(app);
	await put('broken.csv', 'person_id,given_name\n1,Ann\n');
	await put('nobody.csv', csv('person_id,given_name,family_name,role', '77,Ann,Lee,coach', '78,Bo,Lee,boss'));
	expect(await importFolder(app, appPool, folder)).toEqual([
		{ name: 'broken.csv', done: false },
		{ name: 'nobody.csv', done: false }
	]);
	expect(await everybody(app)).toEqual(before);
	const refused = await inside('refused');
	expect(refused.map((name) => name.slice(20))).toEqual([
		'broken.csv',
		'broken.csv.problems.csv',
		'broken.csv.report.txt',
		'nobody.csv',
		'nobody.csv.problems.csv',
		'nobody.csv.report.txt'
	]);
	const report = await readFile(path.join(folder, 'refused', refused.at(-1)!), 'utf8');
	expect(report).toContain('--confirm-ending 9');
	expect(report).toContain('“boss” is no role that is known');
	const table = await readFile(path.join(folder, 'refused', refused[4]!), 'utf8');
	expect(table.split('\r\n')[1]).toMatch(/^Row left out,nobody\.csv,3,role,boss,1,/);
});

test('a file that is still being written waits for another night', async () => {
	await put('growing.zip', await zipOf(oneRoster11()), 0);
	expect(await importFolder(app, appPool, folder)).toEqual([]);
	expect(await inside()).toContain('growing.zip');
});

test('of two instances one imports', async () => {
	const lock = await appPool.connect();
	await lock.query('select pg_advisory_lock($1)', [locks.rosterFolder]);
	expect(await importFolder(app, appPool, folder)).toBeNull();
	await lock.query('select pg_advisory_unlock($1)', [locks.rosterFolder]);
	lock.release();
});

test('a file is imported also while mail is being sent', async () => {
	const lock = await appPool.connect();
	await lock.query('select pg_advisory_lock($1)', [locks.mail]);
	expect(await importFolder(app, appPool, folder)).toEqual([]);
	await lock.query('select pg_advisory_unlock($1)', [locks.mail]);
	lock.release();
});
