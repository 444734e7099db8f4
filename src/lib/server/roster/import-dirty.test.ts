import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { csv, oneRoster11, oneRoster12, users11 } from './testing/files.ts';
import {
	applied,
	classRolls,
	everybody,
	guardianships,
	imported,
	problemsOf,
	wholeDatabase
} from './testing/rosters.ts';

vi.setConfig({ testTimeout: 90_000 });

describe('what a file says that can’t be', () => {
	test('is told row by row, and everything else of it is taken', async () => {
		const database = await testDatabase();
		await database.setClock(new Date('2026-09-01T12:00:00Z'));
		const { import: id, plan } = await applied(
			database,
			oneRoster11({
				'users.csv': csv(
					users11,
					'u2,,,true,s1,teacher,,,Ben,Cole,,E2,ben.cole@wrsd.example,,,u5,,',
					'u3,,,true,"s1,s9",teacher,,,Cleo,Diaz,,,,,,,K-12,',
					'u4,,,true,s1,student,,,Dan,Cole,,,,,,"u2,u7,u99",blue,',
					'u5,,,true,s1,student,,,Eve,Fox,,,,,,,,',
					'u6,,,true,s2,student,,,Finn,Gray,,,,,,,"08,09",',
					'u7,,,true,,parent,,,Gail,Cole,,,,,,,,',
					'u8,,,true,s9,student,,,Hal,Moss,,,,,,,05,',
					'u10,,,true,s1,student,,,Kit,Low,,,,,,,PK,',
					'u10,,,true,s1,student,,,Kim,Low,,,,,,,PK,',
					'u11,,,true,s1,,,,Lou,May,,,,,,,,',
					'u12,,,true,s1,relative,,,Moe,Ray,,,,,,,,'
				),
				'classes.csv': csv(
					'sourcedId,title,grades,courseSourcedId,schoolSourcedId,termSourcedIds',
					'c1,"Grade 1, Room 4",01,k1,s1,"y1,y7"',
					'c2,Band of nobody,,,s2,',
					'c3,Nowhere,01,,s9,'
				),
				'enrollments.csv': csv(
					'sourcedId,classSourcedId,userSourcedId,role',
					'e1,c1,u2,student',
					'e2,c1,u4,teacher',
					'e3,c1,u6,student',
					'e4,c9,u4,student',
					'e5,c1,u77,student',
					'e6,c1,u4,student',
					'e7,c1,u4,student'
				)
			})
		);
		expect(await problemsOf(database.app, id)).toEqual([
			'row id-twice users.csv:10 sourcedId=u10',
			'row organisation-unknown users.csv:3 orgSourcedIds=s9',
			'row organisation-unknown users.csv:8 orgSourcedIds=s9',
			'row person-without-role users.csv:11 sourcedId=u11',
			'row organisation-unknown classes.csv:4 schoolSourcedId=s9',
			'value session-unknown classes.csv:2 termSourcedIds=y7',
			'row class-without-band classes.csv:3 grades=Band of nobody',
			'row class-unknown enrollments.csv:5 classSourcedId=c9',
			'row person-unknown enrollments.csv:6 userSourcedId=u77',
			'row member-differs enrollments.csv:2 role=student',
			'row member-differs enrollments.csv:3 role=teacher',
			'row member-elsewhere enrollments.csv:4 classSourcedId=c1',
			'value agent-unknown users.csv:4 agentSourcedIds=u99',
			'value agent-no-guardian users.csv:2 agentSourcedIds=u5',
			'value agent-no-guardian users.csv:4 agentSourcedIds=u2',
			'value grade-unknown users.csv:4 grades=blue',
			'value grades-mixed users.csv:6 grades=08,09',
			'note grade-without-band users.csv:9 grades=PK',
			'note grade-missing users.csv:5 grades',
			'note role-unused users.csv:12 role=relative'
		]);
		expect(plan.people).toMatchObject({ added: 6, leftOut: 3 });
		expect(await everybody(database.app)).toMatchObject({
			u2: { roles: ['teacher North School'] },
			u3: { roles: ['teacher North School'] },
			u4: { roles: ['student North School'] },
			u7: { roles: ['guardian Test District'] }
		});
		expect(await classRolls(database.app)).toEqual({ 'Grade 1, Room 4 (K-2)': ['student Dan'] });
		expect(await guardianships(database.app)).toEqual(['Gail of Dan']);
		const before = await wholeDatabase(database.owner);
		await database.setClock(new Date('2026-09-02T12:00:00Z'));
		expect(before['ledger_event']?.length).toBeGreaterThan(0);
	});

	test('whoever is left out of a later file for a slip stays as they are, with class and guardians', async () => {
		const database = await testDatabase();
		await database.setClock(new Date('2026-09-01T12:00:00Z'));
		await applied(database, oneRoster11());
		const before = await wholeDatabase(database.owner);
		const slips = String(oneRoster11()['users.csv'])
			.replace('u4,,,true,s1,student', 'u4,,,true,s77,student')
			.replace('u2,,,true,s1,teacher', 'u2,,,true,s1,techer');
		const { plan } = await applied(database, oneRoster11({ 'users.csv': slips }));
		expect(plan.people).toMatchObject({ leftOut: 2, changed: 0, ended: 0 });
		expect(await wholeDatabase(database.owner)).toEqual(before);
	});

	test('whoever has no role any more that counts here has left, and a proctor or relative who is new is not taken in', async () => {
		const database = await testDatabase();
		await database.setClock(new Date('2026-09-01T12:00:00Z'));
		await applied(database, oneRoster11());
		const users = String(oneRoster11()['users.csv']).replace('u2,,,true,s1,teacher', 'u2,,,true,s1,proctor');
		const { plan, import: id } = await applied(
			database,
			oneRoster11({
				'users.csv': `${users}${csv('u9,,,true,s1,relative,,,Moe,Ray,,,,,,u4,,', 'u10,,,true,s1,aide,,,Abe,Hall,,,,,,u4,,')}`
			}),
			{ ending: 1 }
		);
		expect(plan.people).toMatchObject({ added: 1, ended: 1, leftOut: 0, unchanged: 7 });
		expect(await problemsOf(database.app, id)).toEqual([
			'row member-differs enrollments.csv:2 role=teacher',
			'value agent-no-guardian users.csv:11 agentSourcedIds=u4',
			'note role-unused users.csv:3 role=proctor',
			'note role-unused users.csv:10 role=relative'
		]);
		await applied(
			database,
			oneRoster12({
				'roles.csv': String(oneRoster12()['roles.csv']).replace(
					'r3b,,,u3,secondary,teacher',
					'r3b,,,u3,secondary,proctor'
				)
			}),
			{ ending: 1 }
		);
		expect((await everybody(database.app))['u3']).toMatchObject({ roles: ['teacher North School'] });
	});

	test('a guardian without a school is told as such where there is no district', async () => {
		const database = await testDatabase();
		const files = oneRoster11();
		const { import: id } = await applied(
			database,
			oneRoster11({
				'orgs.csv': String(files['orgs.csv']).replace('d1,,,Test District,district,,\r\n', ''),
				'users.csv': String(files['users.csv']).replace('u8,,,true,s1,guardian', 'u8,,,true,,guardian')
			})
		);
		expect(await problemsOf(database.app, id)).toContain('row reference-missing users.csv:9 orgSourcedIds');
	});

	test('a file of several districts is refused, unless one of them is ours', async () => {
		const database = await testDatabase();
		const orgs = csv(
			'sourcedId,name,type,parentSourcedId',
			'd1,Test District,district,',
			'd2,Other District,district,',
			's1,North School,school,d1',
			's2,South School,school,d1'
		);
		const refused = await imported(database, oneRoster11({ 'orgs.csv': orgs }));
		expect(refused.read).toMatchObject({ ok: false, reason: 'several-districts' });
		expect(await everybody(database.app)).toEqual({});
		await applied(database, oneRoster11());
		const taken = await applied(database, oneRoster11({ 'orgs.csv': orgs }));
		expect(await problemsOf(database.app, taken.import)).toEqual([
			'note organisation-unused orgs.csv:3 type=district'
		]);
	});

	test('departments stand for the school that they are part of', async () => {
		const database = await testDatabase();
		await applied(
			database,
			oneRoster11({
				'orgs.csv': csv(
					'sourcedId,name,type,parentSourcedId',
					'd1,Test District,district,st',
					'st,The State,state,',
					'x1,North School,school,d1',
					's1,Science,department,m1',
					'm1,Upper floor,department,x1',
					's2,South School,school,d1'
				)
			})
		);
		expect((await everybody(database.app))['u3']?.roles).toEqual([
			'teacher North School',
			'teacher South School'
		]);
		const { rows } = await sql<{ name: string }>`select name from organisation order by name`.execute(
			database.app
		);
		expect(rows.map(({ name }) => name)).toEqual(['North School', 'South School', 'Test District']);
	});
});

describe('a school that is here already', () => {
	test('is found by its name where it has no id yet, and the one district whatever it is called', async () => {
		const database = await testDatabase();
		await database.app
			.insertInto('organisation')
			.values([
				{ kind: 'district', name: 'Our own district' },
				{ kind: 'school', name: 'north school' }
			])
			.execute();
		const { plan } = await applied(database, oneRoster11());
		expect(plan.organisations).toEqual({ added: 1, changed: 2, ended: 0 });
		const rows = await database.app
			.selectFrom('organisation')
			.select(['kind', 'name', 'sourced_id', 'origin'])
			.orderBy('name')
			.execute();
		expect(rows).toEqual([
			{ kind: 'school', name: 'North School', sourced_id: 's1', origin: 'waypost' },
			{ kind: 'school', name: 'South School', sourced_id: 's2', origin: 'roster' },
			{ kind: 'district', name: 'Test District', sourced_id: 'd1', origin: 'waypost' }
		]);
	});
});

describe('the plain file', () => {
	const heading =
		'person_id,given_name,family_name,role,email,school,school_id,grade,class,class_id,guardian_of';
	const rows = [
		'1,Ann,Lee,teacher,ann@wrsd.example,North School,,,Room 4,,',
		'1,Ann,Lee,coach,,South School,,,,,',
		'2,Bo,Lee,student,,North School,10,1,Room 4,,',
		'3,Cy,Lee,guardian,family@mail.example,,,,,,2;4',
		'4,Di,Lee,student,family@mail.example,South School,,7,Science,S-7,',
		'5,Ed,Orr,administrator,,,,,,,'
	];
	test('brings a district about as OneRoster does, and a second time changes nothing', async () => {
		const database = await testDatabase();
		await database.setClock(new Date('2026-09-01T12:00:00Z'));
		const { import: id, plan } = await applied(database, csv(heading, ...rows));
		expect(await problemsOf(database.app, id)).toEqual([]);
		expect(plan).toMatchObject({
			organisations: { added: 3 },
			people: { added: 5 },
			classes: { added: 2 },
			links: { begun: 2 }
		});
		expect(await everybody(database.app)).toMatchObject({
			1: { roles: ['coach South School', 'teacher North School'] },
			2: { roles: ['student North School K-2'] },
			3: { roles: ['guardian Wachusett Regional School District'] },
			5: { roles: ['administrator Wachusett Regional School District'] }
		});
		expect(await classRolls(database.app)).toEqual({
			'Room 4 (K-2)': ['teacher Ann', 'student Bo'],
			'Science (6-8)': ['student Di']
		});
		expect(await guardianships(database.app)).toEqual(['Cy of Bo', 'Cy of Di']);
		const before = await wholeDatabase(database.owner);
		await database.setClock(new Date('2026-09-02T12:00:00Z'));
		await applied(database, csv(heading, ...rows));
		expect(await wholeDatabase(database.owner)).toEqual(before);
	});
	test('leaves a person as they are of whom its rows say different things', async () => {
		const database = await testDatabase();
		const { import: id, plan } = await applied(
			database,
			csv(
				heading,
				...rows,
				'1,Anna,Lee,librarian,,North School,,,,,',
				'2,Bo,Lee,student,other@mail.example,North School,,1,,,',
				'2,Bo,Lee,student,third@mail.example,North School,,1,,,'
			)
		);
		expect(await problemsOf(database.app, id)).toEqual([
			'row person-differs roster.csv:8 family_name=Lee, Anna',
			'row person-differs roster.csv:10 email=third@mail.example'
		]);
		expect(plan.people).toMatchObject({ added: 3, leftOut: 2 });
	});
	const schoolNames = async (app: Db) =>
		(await app.selectFrom('organisation').select('name').orderBy('name').execute()).map(({ name }) => name);
	test('makes no school and no class out of rows that are left out', async () => {
		const database = await testDatabase();
		const { import: id, plan } = await applied(
			database,
			csv(
				heading,
				'1,Ann,Lee,teacher,ann@wrsd.example,North School,,,Room 4,,',
				'2,Bo,Lee,student,,North School,,1,Room 4,,',
				'3,Cy,Brook,wizard,,Nowhere School,,,Potions,,',
				'4,Di,Brook,wizard,,,,,,,',
				'5,Ed,Orr,student,,Elsewhere School,,1,Room 9,,',
				'5,Eddy,Orr,student,,Elsewhere School,,1,Room 9,,',
				'6,Flo,May,proctor,,Nobody School,,,,,'
			)
		);
		expect((await problemsOf(database.app, id)).filter((found) => found.startsWith('row'))).toEqual([
			'row person-differs roster.csv:7 family_name=Orr, Eddy',
			'row role-unknown roster.csv:4 role=wizard',
			'row role-unknown roster.csv:5 role=wizard'
		]);
		expect(plan).toMatchObject({
			organisations: { added: 1, changed: 0 },
			newSchools: { count: 1, names: ['North School'] },
			people: { added: 2 },
			classes: { added: 1 }
		});
		expect(await schoolNames(database.app)).toEqual(['North School']);
		expect(await classRolls(database.app)).toEqual({ 'Room 4 (K-2)': ['teacher Ann', 'student Bo'] });
	});
	test('leaves a school and a class as they are that only rows name which are left out', async () => {
		const database = await testDatabase();
		await database.setClock(new Date('2026-09-01T12:00:00Z'));
		await applied(database, csv(heading, ...rows));
		const before = await wholeDatabase(database.owner);
		await database.setClock(new Date('2026-09-02T12:00:00Z'));
		const { plan } = await applied(
			database,
			csv(heading, ...rows)
				.replace(
					'4,Di,Lee,student,family@mail.example,South School',
					'4,Di,Lee,studnet,family@mail.example,South School'
				)
				.replace('1,Ann,Lee,coach,,South School', '1,Ann,Lee,choach,,South School')
		);
		expect(plan).toMatchObject({ organisations: { added: 0, changed: 0, ended: 0 }, classes: { ended: 0 } });
		expect(await wholeDatabase(database.owner)).toEqual(before);
	});
	test('takes nobody’s name from a row that is left out, where another row of theirs is taken', async () => {
		const database = await testDatabase();
		await applied(
			database,
			csv(
				heading,
				'1,Anna,Leigh,wizard,old@mail.example,North School,,,,,',
				'1,Ann,Lee,teacher,ann@wrsd.example,North School,,,,,',
				'2,,,teacher,,North School,,,,,',
				'2,Bo,Lee,teacher,,North School,,,,,'
			)
		);
		expect(await everybody(database.app)).toMatchObject({ 1: { name: 'Ann Lee' }, 2: { name: 'Bo Lee' } });
	});
	test('names a few of the schools that are new, and says how many there are', async () => {
		const database = await testDatabase();
		const schools = Array.from({ length: 12 }, (_, index) => `School ${String(index + 1).padStart(2, '0')}`);
		const { plan } = await applied(
			database,
			csv(heading, ...schools.map((school, index) => `${index},Ann,Lee,teacher,,${school},,,,,`))
		);
		expect(plan.newSchools).toEqual({ count: 12, names: schools.slice(0, 8) });
		const again = await applied(
			database,
			csv(
				heading,
				...schools.map((school, index) => `${index},Ann,Lee,teacher,,${school},,,,,`),
				'99,Bo,Lee,teacher,,Scholl 01,,,,,'
			)
		);
		expect(again.plan.newSchools).toEqual({ count: 1, names: ['Scholl 01'] });
	});
	test('knows schools that a OneRoster file brought, by their name', async () => {
		const database = await testDatabase();
		await applied(database, oneRoster11());
		const { plan } = await applied(database, csv(heading, '9,Flo,May,teacher,,North School,,,,,'), {
			ending: 8
		});
		expect(plan.organisations).toEqual({ added: 0, changed: 0, ended: 0 });
		expect((await everybody(database.app))['9']?.roles).toEqual(['teacher North School']);
	});
});

test('a password in clear is in no table and in no log', async () => {
	const database = await testDatabase();
	const secret = 'correct-horse-battery-staple';
	const said: string[] = [];
	const write = process.stderr.write.bind(process.stderr);
	const out = process.stdout.write.bind(process.stdout);
	process.stderr.write = ((text: string) => said.push(String(text)) > 0) as typeof process.stderr.write;
	process.stdout.write = ((text: string) => said.push(String(text)) > 0) as typeof process.stdout.write;
	try {
		await imported(
			database,
			oneRoster11({
				'users.csv': csv(
					users11,
					`u1,,,true,s1,teacher,,,Ann,Lee,,,,,,,,${secret}`,
					`u2,nonsense,,true,s1,wizard,,,Bob,Lee,,,,,,,,${secret}`,
					`u3,,,true,s1,teacher,,,Cy,Lee,,,,,,,,${secret},${secret}`
				)
			}),
			{ dryRun: true }
		);
		const { import: id } = await imported(
			database,
			oneRoster11({ 'users.csv': csv(users11, `u1,,,true,s1,teacher,,,Ann,Lee,,,,,,,,${secret}`) })
		);
		expect(id).toBeTruthy();
	} finally {
		process.stderr.write = write;
		process.stdout.write = out;
	}
	expect(said.join('')).not.toContain(secret);
	expect(JSON.stringify(await wholeDatabase(database.owner))).not.toContain(secret);
	const problems = await within(database.app, { kind: 'system', purpose: 'roster' }, (trx) =>
		sql<{
			row: string;
		}>`select to_jsonb(p)::text as row from roster_problem p union all select to_jsonb(i)::text from roster_import i`.execute(
			trx
		)
	);
	expect(JSON.stringify(problems.rows)).not.toContain(secret);
});
