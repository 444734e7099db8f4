import { sql } from 'kysely';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as sessions from '#lib/server/auth/sessions.ts';
import { range } from '#lib/server/db/instants.ts';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { csv, manifest, oneRoster11, oneRoster12, users11, type Files } from './testing/files.ts';
import {
	applied,
	classRolls,
	everybody,
	guardianships,
	imported,
	personOf,
	wholeDatabase
} from './testing/rosters.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const database = await testDatabase();
const { app, owner, setClock } = database;
const roster = { kind: 'system', purpose: 'roster' } as const;
let day = 1;
const nextDay = async () => setClock(new Date(Date.UTC(2026, 8, day++, 12)));
/** The users file without some people, or with rows in place of theirs. */
function users(change: Record<string, string | null>): string {
	return String(oneRoster11()['users.csv'])
		.split('\r\n')
		.flatMap((line) => {
			const id = line.split(',')[0] ?? '';
			const row = id in change ? change[id] : line;
			return row ? [row] : [];
		})
		.concat(
			Object.entries(change).flatMap(([id, row]) =>
				row && !String(oneRoster11()['users.csv']).includes(`\n${id},`) ? [row] : []
			)
		)
		.map((line) => `${line}\r\n`)
		.join('');
}
const withUsers = (change: Record<string, string | null>, over: Files = {}) =>
	oneRoster11({ 'users.csv': users(change), ...over });
const all = { ending: 8 };
/** Brings the district back to what the standard file says. */
const reset = async () => {
	await nextDay();
	const { applied: done, plan } = await imported(database, oneRoster11());
	if (!done?.ok) await applied(database, oneRoster11(), { ending: plan?.people.ended ?? 0 });
	await nextDay();
};
await setClock(new Date('2026-08-30T12:00:00Z'));
const district = await people.district(app);
beforeEach(reset);

/** Roles of a person as they were true on a day, with what is known now, or was known on another day. */
async function rolesOn(
	sourcedId: string,
	trueOn: Date,
	knownOn: Date = new Date('2999-01-01')
): Promise<string[]> {
	const person = await personOf(app, sourcedId);
	const { rows } = await sql<{ role: string }>`
		select concat_ws(' ', a.role, o.name, a.band) as role from affiliation a join organisation o on o.id = a.organisation
		where a.person = ${person} and a.during @> ${trueOn}::timestamptz and a.recorded_at <= ${knownOn}
			and (a.superseded_at is null or a.superseded_at > ${knownOn}) order by 1`.execute(app);
	return rows.map(({ role }) => role);
}
const clock = async () => {
	const { rows } = await sql<{ now: Date }>`select waypost_now() as now`.execute(app);
	return rows[0]!.now;
};
async function sessionOf(sourcedId: string) {
	const person = await personOf(app, sourcedId);
	return sessions.create(app, person, { device: 'Test' });
}
async function revOf(sourcedId: string): Promise<{ rev: number; active: boolean }> {
	const person = await personOf(app, sourcedId);
	const row = await app
		.selectFrom('standing')
		.select(['rev', 'active'])
		.where('person', '=', person)
		.executeTakeFirstOrThrow();
	return { rev: Number(row.rev), active: row.active };
}

describe('whoever is not in the file any more', () => {
	test('has left: roles and classes end now, sessions with them, and nothing is deleted', async () => {
		const session = await sessionOf('u3');
		const before = await clock();
		const { rev } = await revOf('u3');
		await nextDay();
		const { plan } = await applied(database, withUsers({ u3: null }), all.ending ? { ending: 1 } : {});
		expect(plan.people).toMatchObject({ ended: 1, changed: 0, before: 8 });
		expect(plan.memberships).toMatchObject({ ended: 1 });
		expect((await everybody(app))['u3']).toEqual({ name: 'Cleo Diaz', roles: [], ended: true });
		expect((await classRolls(app))['Biology (9-12)']).toEqual(['student Finn']);
		expect(await sessions.read(app, session.token)).toBeNull();
		expect(await revOf('u3')).toMatchObject({ active: false });
		expect((await revOf('u3')).rev).toBeGreaterThan(rev);
		// On that day they had those roles, and it can still be seen.
		expect(await rolesOn('u3', before)).toEqual(['teacher North School', 'teacher South School']);
		const { rows } = await sql<{ kind: string; detail: object }>`
			select kind, detail from ledger_event where subject = ${await personOf(app, 'u3')} order by id desc limit 1`.execute(
			app
		);
		expect(rows[0]).toMatchObject({ kind: 'roster.person-ended' });
		expect(JSON.stringify(rows)).not.toMatch(/Cleo|Diaz/);
	});

	test('comes back to the same record when the file names them again', async () => {
		const person = await personOf(app, 'u3');
		const learner = await app
			.selectFrom('learner_person')
			.select('learner')
			.where('person', '=', person)
			.executeTakeFirstOrThrow();
		await applied(database, withUsers({ u3: null }), { ending: 1 });
		const gone = await clock();
		await nextDay();
		const { plan } = await applied(database, oneRoster11());
		expect(plan.people).toMatchObject({ returned: 1, added: 0 });
		expect(await personOf(app, 'u3')).toBe(person);
		expect(await everybody(app)).toMatchObject({
			u3: { ended: false, roles: ['teacher North School', 'teacher South School'] }
		});
		expect((await classRolls(app))['Biology (9-12)']).toEqual(['teacher Cleo', 'student Finn']);
		expect(
			await app.selectFrom('learner_person').select('learner').where('person', '=', person).execute()
		).toEqual([learner]);
		// While they were gone they had no role.
		expect(await rolesOn('u3', new Date(gone.getTime() + 1_000))).toEqual([]);
		expect((await sessionOf('u3')).token).toBeTruthy();
	});

	test('keeps a role that was not begun by a roster, and so has not left', async () => {
		const person = await personOf(app, 'u3');
		await app
			.insertInto('affiliation')
			.values({
				person,
				organisation: district.school,
				role: 'coach',
				band: null,
				during: range(new Date('2026-01-01'), null)
			})
			.execute();
		const session = await sessionOf('u3');
		const { plan } = await applied(database, withUsers({ u3: null }));
		expect(plan.people).toMatchObject({ ended: 0, changed: 1 });
		expect((await everybody(app))['u3']).toMatchObject({ ended: false, roles: ['coach North School'] });
		expect(await sessions.read(app, session.token)).not.toBeNull();
		await sql`update affiliation set superseded_at = waypost_now() where person = ${person} and role = 'coach'`.execute(
			app
		);
	});

	test('is nobody whom a roster never named', async () => {
		const stranger = await people.person(app, { school: district.school, familyName: 'Stranger' });
		const known = await people.person(app, { school: district.school, familyName: 'Known' });
		await within(app, roster, (trx) =>
			trx
				.updateTable('person_identity')
				.set({ sourced_id: 'made-by-hand' })
				.where('person', '=', known.person)
				.execute()
		);
		const { plan } = await applied(database, oneRoster11());
		expect(plan.people.ended).toBe(0);
		const { rows } = await within(app, roster, (trx) =>
			sql`select from person where id = any (${[stranger.person, known.person]}) and ended_at is null`.execute(
				trx
			)
		);
		expect(rows).toHaveLength(2);
	});

	test('is told apart from whoever’s row could not be read: they stay as they are', async () => {
		const { plan } = await applied(database, withUsers({ u3: 'u3,,,true,s1,wizard,,,Cleo,Diaz,,,,,,,,' }));
		expect(plan.people).toMatchObject({ ended: 0, changed: 0, leftOut: 1 });
		expect((await everybody(app))['u3']?.roles).toEqual(['teacher North School', 'teacher South School']);
		expect((await classRolls(app))['Biology (9-12)']).toEqual(['teacher Cleo', 'student Finn']);
	});

	test('is nobody while a row is there of which nobody can say whose it is', async () => {
		const broken = users({ u3: null }) + 'u3,,,true,s1\r\n';
		const { plan } = await applied(database, oneRoster11({ 'users.csv': broken }));
		expect(plan.people.ended).toBe(0);
		expect((await everybody(app))['u3']?.ended).toBe(false);
	});
});

describe('a file that would end many', () => {
	const half = () => withUsers({ u1: null, u2: null, u3: null, u4: null });

	test('is refused until their number is given, and then does it', async () => {
		const before = await wholeDatabase(owner);
		const refused = await imported(database, half());
		expect(refused.applied).toMatchObject({ ok: false, reason: 'ending-guard' });
		expect(refused.plan?.guard).toEqual({ percent: 5, share: 50, asks: true });
		const wrong = await imported(database, half(), { ending: 3 });
		expect(wrong.applied).toMatchObject({ ok: false, reason: 'ending-guard' });
		expect(await wholeDatabase(owner)).toEqual(before);
		expect((await imported(database, half(), { ending: 4 })).applied?.ok).toBe(true);
	});

	test('is refused when nobody would be left who administers the district', async () => {
		const administrator = { person: await personOf(app, 'u1'), learner: '', email: '' };
		const endRightOf = (held: { person: string }, by: { person: string }) =>
			sql`update scope_grant set during = tstzrange(lower(during), waypost_now()), ended_at = waypost_now(), ended_by = ${by.person}
				where person = ${held.person} and during @> waypost_now()`.execute(owner);
		const give = (to: typeof administrator, by: typeof administrator) =>
			people.granted(app, to, 'district-administrator', district.district, by);
		await give(administrator, district.administrator);
		await endRightOf(district.administrator, administrator);
		const done = await imported(database, withUsers({ u1: null }), { ending: 1 });
		expect(done.applied).toMatchObject({ ok: false, reason: 'no-administrator' });
		expect((await everybody(app))['u1']?.ended).toBe(false);
		await give(district.administrator, administrator);
		await endRightOf(administrator, district.administrator);
	});
});

describe('roles make audiences and never rights', () => {
	test('whatever a file says, nobody administers anything by it', async () => {
		const grants = await app.selectFrom('scope_grant').selectAll().orderBy('id').execute();
		await applied(
			database,
			oneRoster12({
				'roles.csv': csv(
					'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
					...['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8'].flatMap((id, index) =>
						['districtAdministrator', 'siteAdministrator', 'systemAdministrator', 'principal'].map(
							(role, other) => `x${index}${other},,,${id},primary,${role},,,${other ? 's1' : 'd1'},`
						)
					)
				)
			})
		);
		expect((await everybody(app))['u2']?.roles).toEqual([
			'administrator North School',
			'administrator Test District',
			'principal North School',
			'technology North School'
		]);
		expect(await app.selectFrom('scope_grant').selectAll().orderBy('id').execute()).toEqual(grants);
		const session = await sessionOf('u2');
		expect((await sessions.read(app, session.token))?.actor.rights).toEqual([]);
	});

	test('who administered the district, left and is named again, comes back without the right', async () => {
		const person = await personOf(app, 'u1');
		await people.granted(
			app,
			{ person, learner: '', email: '' },
			'district-administrator',
			district.district,
			district.administrator
		);
		expect((await sessions.read(app, (await sessionOf('u1')).token))?.actor.rights).toHaveLength(1);
		await applied(database, withUsers({ u1: null }), { ending: 1 });
		await nextDay();
		await applied(database, oneRoster11());
		const back = await sessions.read(app, (await sessionOf('u1')).token);
		expect(back?.actor.affiliations).toHaveLength(1);
		expect(back?.actor.rights).toEqual([]);
	});
});

describe('a change of role, school or band keeps its days', () => {
	test('both “who was it then” and “who did we think it was” can be answered', async () => {
		const monday = await clock();
		await nextDay();
		// A teacher goes to the other school and becomes its principal; a child goes from grade 1 to grade 3.
		const { plan } = await applied(
			database,
			withUsers({
				u2: 'u2,,,true,s2,administrator,,,Ben,Cole,,E2,ben.cole@wrsd.example,,,,,',
				u5: 'u5,,,true,s1,student,efox,,Eve,Fox,,1002,,,,u8,03,'
			})
		);
		expect(plan.people).toMatchObject({ changed: 2, ended: 0, added: 0 });
		expect(plan.affiliations).toEqual({ begun: 1, ended: 1, changed: 1 });
		const tuesday = new Date((await clock()).getTime() + 1_000);
		expect(await rolesOn('u2', monday)).toEqual(['teacher North School']);
		expect(await rolesOn('u2', tuesday)).toEqual(['administrator South School']);
		expect(await rolesOn('u5', monday)).toEqual(['student North School K-2']);
		expect(await rolesOn('u5', tuesday)).toEqual(['student North School 3-5']);
		// On Monday we took both for what they were then, for all time to come.
		expect(await rolesOn('u2', tuesday, monday)).toEqual(['teacher North School']);
		expect(await rolesOn('u5', tuesday, monday)).toEqual(['student North School K-2']);
		// The child's class of grade 1 is led with other children from now on.
		expect(await everybody(app)).toMatchObject({ u5: { roles: ['student North School 3-5'] } });
	});

	test('standings are raised for whom it concerns, and for nobody else', async () => {
		const [changed, same] = [await revOf('u2'), await revOf('u3')];
		await applied(
			database,
			withUsers({ u2: 'u2,,,true,s2,teacher,,,Ben,Cole,,E2,ben.cole@wrsd.example,,,,,' })
		);
		expect((await revOf('u2')).rev).toBeGreaterThan(changed.rev);
		expect(await revOf('u3')).toEqual(same);
	});

	test('a name, an address and a number change on the record; what the file leaves empty is not erased', async () => {
		const person = await personOf(app, 'u2');
		const { plan } = await applied(
			database,
			withUsers({
				u2: 'u2,,,true,s1,teacher,,,Benedict,Cole,,E9,benedict@wrsd.example,,,,,',
				u3: 'u3,,,true,"s1,s2",teacher,,,Cleo,Diaz,,,,,,,,'
			})
		);
		expect(plan.people).toMatchObject({ changed: 1, unchanged: 7, held: 0 });
		const rows = await within(app, roster, (trx) =>
			trx
				.selectFrom('person_identity')
				.select(['given_name', 'email', 'employee_id', 'sourced_id'])
				.where('sourced_id', 'in', ['u2', 'u3'])
				.orderBy('sourced_id')
				.execute()
		);
		expect(rows).toEqual([
			{ sourced_id: 'u2', given_name: 'Benedict', email: 'benedict@wrsd.example', employee_id: 'E9' },
			{ sourced_id: 'u3', given_name: 'Cleo', email: 'cleo.diaz@wrsd.example', employee_id: 'E3' }
		]);
		expect(await personOf(app, 'u2')).toBe(person);
	});

	test('roles that the file dates begin and end on those days in the district', async () => {
		await setClock(new Date('2026-12-01T12:00:00Z'));
		const dated = (line: string) =>
			oneRoster12({
				'roles.csv': String(oneRoster12()['roles.csv']).replace('r2,,,u2,primary,teacher,,,s1,', line)
			});
		await applied(database, oneRoster12());
		await applied(database, dated('r2,,,u2,primary,counselor,2026-11-01,2027-02-01,s1,'));
		expect(await rolesOn('u2', new Date('2026-11-01T03:59:59Z'))).toEqual(['teacher North School']);
		expect(await rolesOn('u2', new Date('2026-11-01T04:00:01Z'))).toEqual([
			'counselor North School',
			'teacher North School'
		]);
		expect(await rolesOn('u2', new Date('2027-02-01T04:59:59Z'))).toEqual(['counselor North School']);
		expect(await rolesOn('u2', new Date('2027-02-01T05:00:01Z'))).toEqual([]);
		// The day is put off; the role goes on.
		await applied(database, dated('r2,,,u2,primary,counselor,2026-11-01,2027-03-01,s1,'));
		expect(await rolesOn('u2', new Date('2027-02-15T12:00:00Z'))).toEqual(['counselor North School']);
		const before = await wholeDatabase(owner);
		await applied(database, dated('r2,,,u2,primary,counselor,2026-11-01,2027-03-01,s1,'));
		expect(await wholeDatabase(owner)).toEqual(before);
		// When the day has come nobody has to do anything: the next file that still says so ends the person.
		await setClock(new Date('2027-03-02T12:00:00Z'));
		const { plan } = await applied(database, dated('r2,,,u2,primary,counselor,2026-11-01,2027-03-01,s1,'), {
			ending: 1
		});
		expect(plan.people.ended).toBe(1);
		expect((await everybody(app))['u2']).toMatchObject({ ended: true });
		day = 220;
	});
});

describe('classes and guardians', () => {
	test('a class gets another teacher, a child leaves, a class is no longer there: each with its day', async () => {
		const { plan } = await applied(
			database,
			oneRoster11({
				'classes.csv': csv(
					'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
					'c1,,,"Grade 1, Room 5",01,k1,,homeroom,,s1,y1,,,'
				),
				'enrollments.csv': csv(
					'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
					'e1,,,c1,s1,u3,teacher,true,,',
					'e3,,,c1,s1,u5,student,,,'
				)
			})
		);
		expect(plan.classes).toEqual({ added: 0, changed: 1, ended: 1 });
		expect(plan.memberships).toEqual({ begun: 1, ended: 4, changed: 0 });
		expect(await classRolls(app)).toEqual({ 'Grade 1, Room 5 (K-2)': ['teacher Cleo', 'student Eve'] });
	});

	test('a guardian who is no longer named is unlinked, and shows nothing even when named again', async () => {
		expect(await guardianships(app)).toEqual(['Gail of Dan', 'Hugo of Dan', 'Hugo of Eve']);
		const actor = district.administrator.person;
		await within(app, { kind: 'district', actor }, (trx) =>
			sql`insert into guardian_link_change (guardian, child, kind, changed_by, checked, opens_record)
				select guardian, child, 'confirmed', ${actor}::uuid, 'known', true from guardian_link`.execute(trx)
		);
		await applied(database, withUsers({ u4: 'u4,,,true,s1,student,,,Dan,Cole,,1001,,,,u7,01,' }));
		expect(await guardianships(app)).toEqual(['Gail of Dan (sees)', 'Hugo of Eve (sees)']);
		await nextDay();
		await applied(database, oneRoster11());
		expect(await guardianships(app)).toEqual(['Gail of Dan (sees)', 'Hugo of Dan', 'Hugo of Eve (sees)']);
	});

	test('a link between two people whom no roster ever named stays', async () => {
		const [guardian, child] = await Promise.all(
			(['guardian', 'student'] as const).map((role) => people.person(app, { school: district.school, role }))
		);
		const link = { guardian: guardian?.person ?? '', child: child?.person ?? '' };
		await app
			.insertInto('guardian_link')
			.values({ ...link, during: range(new Date('2026-01-01'), null), origin: 'roster' })
			.execute();
		const { plan } = await applied(database, oneRoster11());
		expect(plan.links).toEqual({ begun: 0, ended: 0 });
		await sql`delete from guardian_link where guardian = ${link.guardian}`.execute(owner);
	});

	test('a link that was not begun by a roster stays', async () => {
		const [guardian, child] = [await personOf(app, 'u7'), await personOf(app, 'u6')];
		await app
			.insertInto('guardian_link')
			.values({ guardian, child, during: range(new Date('2026-01-01'), null) })
			.execute();
		await applied(database, oneRoster11());
		expect(await guardianships(app)).toContain('Gail of Finn');
		await sql`delete from guardian_link where guardian = ${guardian} and child = ${child}`.execute(owner);
	});
});

describe('a file of changes alone', () => {
	const delta = (files: Record<string, string>) => ({
		'manifest.csv': manifest(
			'1.1',
			Object.fromEntries(Object.keys(files).map((name) => [name.replace('.csv', ''), 'delta' as const]))
		),
		...files
	});
	test('ends whom it marks, adds and changes whom it names, and nobody else', async () => {
		const { plan } = await applied(
			database,
			delta({
				'users.csv': csv(
					users11,
					'u6,tobedeleted,2026-10-01T00:00:00.000Z,,,,,,,,,,,,,,,',
					'u9,active,2026-10-01T00:00:00.000Z,true,s1,student,,,Ida,Hill,,1009,,,,u7,03,',
					'u2,active,2026-10-01T00:00:00.000Z,true,s1,counselor,,,Ben,Cole,,E2,ben.cole@wrsd.example,,,,,'
				),
				'enrollments.csv': csv(
					'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
					'e2,tobedeleted,2026-10-01T00:00:00.000Z,,,,,,,',
					'e6,active,2026-10-01T00:00:00.000Z,c1,s1,u9,student,,,',
					'e7,active,2026-10-01T00:00:00.000Z,c1,s1,u3,teacher,,,'
				)
			}),
			{ ending: 1 }
		);
		expect(plan.people).toMatchObject({ added: 1, changed: 1, ended: 1 });
		expect(await everybody(app)).toMatchObject({
			u1: { roles: ['administrator North School'] },
			u2: { roles: ['counselor North School'] },
			u6: { ended: true },
			u9: { roles: ['student North School 3-5'] }
		});
		expect((await classRolls(app))['Grade 1, Room 4 (K-2)']).toEqual([
			'teacher Ben',
			'teacher Cleo',
			'student Eve',
			'student Ida'
		]);
		expect(await guardianships(app)).toContain('Gail of Ida');
	});
	test('sent twice changes nothing the second time', async () => {
		const files = delta({
			'users.csv': csv(
				users11,
				'u6,tobedeleted,2026-10-01T00:00:00.000Z,,,,,,,,,,,,,,,',
				'u4,active,,true,s1,student,,,Dan,Cole,,1001,,,,"u7,u8",03,'
			)
		});
		await applied(database, files, { ending: 1 });
		const before = await wholeDatabase(owner);
		await nextDay();
		const { plan } = await applied(database, files);
		expect(plan.people).toMatchObject({ ended: 0, changed: 0, added: 0 });
		expect({ ...(await wholeDatabase(owner)) }).toEqual(before);
	});
	test('of roles alone moves one role of a person and leaves their others', async () => {
		await applied(database, oneRoster12());
		const { plan } = await applied(database, {
			'manifest.csv': manifest('1.2', { roles: 'delta' }),
			'roles.csv': csv(
				'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
				'r3b,active,2026-10-01T00:00:00.000Z,u3,secondary,coach,,,s2,',
				'r2,tobedeleted,2026-10-01T00:00:00.000Z,u2,primary,teacher,,,s1,',
				'r9,active,2026-10-01T00:00:00.000Z,u2,primary,librarian,,,s1,'
			)
		});
		expect(plan.people).toMatchObject({ changed: 2, ended: 0 });
		expect(await everybody(app)).toMatchObject({
			u2: { roles: ['librarian North School'] },
			u3: { roles: ['coach South School', 'teacher North School'] }
		});
	});
});

test('whom the roster marks as not enabled can’t sign in, and may again when it says so', async () => {
	const person = await personOf(app, 'u2');
	await app.insertInto('sign_in').values({ person, login: 'ben', password_hash: 'x' }).execute();
	const session = await sessionOf('u2');
	await applied(
		database,
		withUsers({ u2: 'u2,,,false,s1,teacher,,,Ben,Cole,,E2,ben.cole@wrsd.example,,,,,' })
	);
	expect(await sessions.read(app, session.token)).toBeNull();
	const state = () =>
		app
			.selectFrom('sign_in')
			.select(['disabled_at', 'disabled_by'])
			.where('person', '=', person)
			.executeTakeFirstOrThrow();
	expect(await state()).toMatchObject({ disabled_by: 'roster' });
	expect((await everybody(app))['u2']?.roles).toEqual(['teacher North School']);
	await applied(database, oneRoster11());
	expect(await state()).toEqual({ disabled_at: null, disabled_by: null });
	// What somebody else forbade is not the roster's to allow.
	await sql`update sign_in set disabled_at = now() where person = ${person}`.execute(app);
	await applied(database, oneRoster11());
	expect((await state()).disabled_at).not.toBeNull();
});

test('when anything fails nothing was done, and the import says that it failed', async () => {
	const before = await wholeDatabase(owner);
	await sql`create function refuse_for_test() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
		owner
	);
	await sql`create trigger refuse_for_test before insert on class_member for each statement execute function refuse_for_test()`.execute(
		owner
	);
	try {
		await expect(
			imported(database, withUsers({ u2: null, u9: 'u9,,,true,s1,teacher,,,Ida,Hill,,,,,,,,' }), {
				ending: 1
			})
		).rejects.toThrow();
	} finally {
		await sql`drop trigger refuse_for_test on class_member`.execute(owner);
		await sql`drop function refuse_for_test`.execute(owner);
	}
	expect(await wholeDatabase(owner)).toEqual(before);
	const last = await app
		.selectFrom('roster_import')
		.select(['state', 'reason'])
		.orderBy('begun_at', 'desc')
		.orderBy('id', 'desc')
		.limit(1)
		.executeTakeFirst();
	expect(last).toEqual({ state: 'failed', reason: 'error' });
});
