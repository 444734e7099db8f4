import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { reportOf } from './report.ts';
import { csv, oneRoster11, oneRoster12, users11 } from './testing/files.ts';
import { RosterFile } from './testing/roster-file.ts';
import {
	applied,
	classRolls,
	everybody,
	guardianships,
	imported,
	problemsOf,
	wholeDatabase
} from './testing/rosters.ts';

const database = await testDatabase();
const { app, owner, setClock } = database;
await setClock(new Date('2026-10-01T12:00:00Z'));

test('a dry run says what would change, and changes nothing', async () => {
	const before = await wholeDatabase(owner);
	const { read, plan, applied } = await imported(database, oneRoster11(), { dryRun: true });
	expect(read.ok).toBe(true);
	expect(applied).toBeNull();
	expect(plan).toMatchObject({
		organisations: { added: 3, changed: 0, ended: 0 },
		people: { added: 8, changed: 0, ended: 0, returned: 0, held: 0, leftOut: 0, before: 0 },
		affiliations: { begun: 9, ended: 0, changed: 0 },
		classes: { added: 2 },
		memberships: { begun: 5 },
		links: { begun: 3 },
		guard: { asks: false }
	});
	expect(await wholeDatabase(owner)).toEqual(before);
});

test('an import adds schools, people, roles, classes and guardians', async () => {
	const { import: id } = await applied(database, oneRoster11());
	expect(await problemsOf(app, id)).toEqual([]);
	expect(await everybody(app)).toMatchObject({
		u1: { name: 'Ada Park', roles: ['administrator North School'], ended: false },
		u3: { name: 'Cleo Diaz', roles: ['teacher North School', 'teacher South School'] },
		u4: { name: 'Dan Cole', roles: ['student North School K-2'] },
		u6: { name: 'Finn Gray', roles: ['student South School 9-12'] },
		u8: { name: 'Hugo Fox', roles: ['guardian North School'] }
	});
	expect(await classRolls(app)).toEqual({
		'Biology (9-12)': ['teacher Cleo', 'student Finn'],
		'Grade 1, Room 4 (K-2)': ['teacher Ben', 'student Dan', 'student Eve']
	});
	expect(await guardianships(app)).toEqual(['Gail of Dan', 'Hugo of Dan', 'Hugo of Eve']);
});

test('the same file once more changes nothing, anywhere in the database', async () => {
	const before = await wholeDatabase(owner);
	await setClock(new Date('2026-10-02T12:00:00Z'));
	const { plan } = await applied(database, oneRoster11());
	expect(plan.people).toMatchObject({ added: 0, changed: 0, ended: 0, unchanged: 8 });
	expect(await wholeDatabase(owner)).toEqual(before);
});

test('the same district as OneRoster 1.2 changes what it says differently, and a second time nothing', async () => {
	const { plan } = await applied(database, oneRoster12());
	expect(plan.people).toMatchObject({ added: 0, ended: 0 });
	expect((await everybody(app))['u1']?.roles).toEqual(['principal North School']);
	const before = await wholeDatabase(owner);
	await setClock(new Date('2026-10-03T12:00:00Z'));
	await applied(database, oneRoster12());
	expect(await wholeDatabase(owner)).toEqual(before);
});

test('a dry run that more would end by than passes without a word says so, with the number that it asks for', async () => {
	const files = new RosterFile().remove('u3').remove('u4').files();
	const report = await reportOf(app, 'half.zip', await imported(database, files, { dryRun: true }));
	expect(report).toContain('half.zip: a dry run. Nothing was changed. It would not be applied:');
	expect(report).toContain('--confirm-ending 2');
});

test('who came by the thousand is known to the planner of the database, so that they are found at once', async () => {
	const fresh = await testDatabase();
	const known = async () => {
		const { rows } = await sql<{
			rows: number;
		}>`select reltuples::int as rows from pg_class where relname = 'person_search'`.execute(fresh.owner);
		return rows[0]?.rows ?? 0;
	};
	await applied(fresh, oneRoster11());
	expect(await known()).toBeLessThan(1_000);
	const many = Array.from({ length: 1_000 }, (_, n) => `m${n},,,true,s1,teacher,,,Ana,Number${n},,,,,,,,`);
	await applied(fresh, oneRoster11({ 'users.csv': csv(users11, ...many) }), { ending: 8 });
	expect(await known()).toBe(1_008);
});
