import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { csv, oneRoster11, zipOf } from '#lib/server/roster/testing/files.ts';
import { RosterFile } from '#lib/server/roster/testing/roster-file.ts';
import { everybody } from '#lib/server/roster/testing/rosters.ts';
import { run as conflicts } from './roster-conflicts.ts';
import { run as rosterImport } from './roster-import.ts';
import { run as watch } from './roster-watch.ts';

vi.setConfig({ testTimeout: 90_000 });

const database = await testDatabase();
const urls = { appUrl: database.appUrl, ownerUrl: database.ownerUrl };
const folder = await mkdtemp(path.join(os.tmpdir(), 'waypost-roster-'));
afterAll(() => rm(folder, { recursive: true }));
const file = async (name: string, bytes: Buffer | string) => {
	const target = path.join(folder, name);
	await writeFile(target, bytes);
	return target;
};
let said: string[] = [];
beforeEach(() => {
	said = [];
	vi.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)));
	vi.spyOn(console, 'error').mockImplementation((text) => void said.push(String(text)));
	vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});

describe('waypost roster import', () => {
	test('shows what would change, then does it, and says both in words', async () => {
		const roster = await file('roster.zip', await zipOf(oneRoster11()));
		expect(await rosterImport([roster, '--dry-run'], urls)).toBe(0);
		expect(said.join('\n')).toMatch(
			/a dry run\. Nothing was changed\.[\s\S]*People +8 added[\s\S]*No problems were found/
		);
		expect(await everybody(database.app)).toEqual({});
		expect(await rosterImport([roster], urls)).toBe(0);
		expect(said.at(-1)).toContain('roster.zip: applied.');
		expect(Object.keys(await everybody(database.app))).toHaveLength(8);
	});

	test('writes all problems to a file', async () => {
		const roster = await file(
			'dirty.zip',
			await zipOf(
				oneRoster11({
					'users.csv': String(oneRoster11()['users.csv']).replace(
						'u2,,,true,s1,teacher',
						'u2,,,maybe,s1,=boss()'
					)
				})
			)
		);
		const table = path.join(folder, 'problems.csv');
		expect(await rosterImport([roster, '--problems', table], urls)).toBe(0);
		const lines = (await readFile(table, 'utf8')).split('\r\n');
		expect(lines[1]).toMatch(/^Row left out,users\.csv,3,role,'=boss\(\),1,/);
		expect(lines[2]).toMatch(/^Value left out,users\.csv,3,enabledUser,maybe,1,/);
	});

	test('asks for the number where it would end many, with a code of its own', async () => {
		const few = await file('few.zip', await zipOf(new RosterFile().remove('u3').remove('u6').files()));
		expect(await rosterImport([few], urls)).toBe(3);
		expect(said.join('\n')).toContain('--confirm-ending 2');
		expect(await rosterImport([few, '--confirm-ending', '1'], urls)).toBe(3);
		expect((await everybody(database.app))['u3']?.ended).toBe(false);
		expect(await rosterImport([few, '--confirm-ending', '2'], urls)).toBe(0);
		expect((await everybody(database.app))['u3']?.ended).toBe(true);
	});

	test('refuses what it can’t read, and what it was not meant for', async () => {
		expect(await rosterImport([await file('odd.csv', 'Dear all,\n')], urls)).toBe(1);
		expect(said.join('\n')).toMatch(/odd\.csv: refused\. odd\.csv, line 1: The heading lacks: person_id/);
		expect(await rosterImport([path.join(folder, 'missing.zip')], urls)).toBe(1);
		expect(await rosterImport([], urls)).toBe(2);
		expect(await rosterImport(['a.zip', 'b.zip'], urls)).toBe(2);
		expect(await rosterImport(['a.zip', '--confirm-ending', 'many'], urls)).toBe(2);
	});
});

test('waypost roster conflicts lists what is held, and decides it', async () => {
	const reused = new RosterFile().remove('u3').remove('u6').set('u2', { given: 'Zora', family: 'Quill' });
	expect(await rosterImport([await file('reused.zip', await zipOf(reused.files()))], urls)).toBe(0);
	said = [];
	expect(await conflicts([], urls)).toBe(0);
	expect(said[0]).toMatch(/Quill, Zora[\s\S]*Cole, Ben[\s\S]*another name/);
	const id = said[0]!.slice(0, 36);
	expect(await conflicts(['--same', 'x'], urls)).toBe(1);
	expect(await conflicts(['--different', id], urls)).toBe(0);
	expect(await conflicts(['--different', id], urls)).toBe(1);
	expect((await everybody(database.app))['u2']?.name).toBe('Zora Quill');
});

test('waypost roster watch --once imports the folder of ROSTER_DIR', async () => {
	const watched = await mkdtemp(path.join(folder, 'watched-'));
	await writeFile(
		path.join(watched, 'plain.csv'),
		csv('person_id,given_name,family_name,role', 'p1,Ann,Lee,coach')
	);
	vi.stubEnv('ROSTER_DIR', watched);
	expect(await watch(['--once'], urls)).toBe(1);
	expect(said.join('\n')).toContain('plain.csv: not applied');
	vi.stubEnv('ROSTER_DIR', '');
	expect(await watch(['--once'], urls)).toBe(1);
	vi.unstubAllEnvs();
});
