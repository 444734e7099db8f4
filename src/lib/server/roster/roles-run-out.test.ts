import { sql } from 'kysely';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { isUsable } from '#lib/server/auth/sign-in.ts';
import { range } from '#lib/server/db/instants.ts';
import type { AffiliationRole, Right } from '#lib/server/db/schema.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { within } from '#lib/server/db/scope.ts';
import { csv, oneRoster12, users12, type Files } from './testing/files.ts';
import { applied, everybody, guardianships, imported, personOf } from './testing/rosters.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Roles that end on a day that the roster named before. Each test has a district of its own. */
let database: Awaited<ReturnType<typeof testDatabase>>;
let district: people.TestDistrict;
const lastDay = '2026-11-01';
const before = new Date('2026-10-15T12:00:00Z');
const after = new Date('2026-11-15T12:00:00Z');

beforeEach(async () => {
	database = await testDatabase();
	await database.setClock(before);
	district = await people.district(database.app);
	await applied(database, dated('u1', 'u4', 'u7'));
});

/** The roster in which the roles of some end on the last day. */
function dated(...ids: string[]): Files {
	return changed('roles.csv', (line) => {
		const cells = line.split(',');
		if (ids.includes(cells[3] ?? '')) cells[7] = lastDay;
		return [cells.join(',')];
	});
}
/** The same without some of its people. */
function without(...ids: string[]): Files {
	const of = (column: number) => (line: string) =>
		ids.includes(line.split(',')[column] ?? '') ? [] : [line];
	return {
		...dated(),
		...changed('roles.csv', of(3)),
		...{ 'users.csv': changed('users.csv', of(0))['users.csv'] ?? '' },
		...{ 'enrollments.csv': changed('enrollments.csv', of(5))['enrollments.csv'] ?? '' }
	};
}
function changed(name: string, change: (line: string) => string[]): Files {
	const lines = String(oneRoster12()[name]).trimEnd().split('\r\n').flatMap(change);
	return oneRoster12({ [name]: csv(...lines) });
}

/** What a session that somebody of the roster begins now gives them. */
async function actorOf(sourcedId: string): Promise<PersonActor | undefined> {
	return actorOfPerson(await personOf(database.app, sourcedId));
}
async function actorOfPerson(person: string): Promise<PersonActor | undefined> {
	const { token } = await sessions.create(database.app, person, { device: 'Test' });
	return (await sessions.read(database.app, token))?.actor;
}
async function give(sourcedId: string, right: Right, organisation: string): Promise<void> {
	const person = await personOf(database.app, sourcedId);
	const holder = { person, learner: '', email: '' };
	await people.granted(database.app, holder, right, organisation, district.administrator);
}
async function addRole(sourcedId: string, role: AffiliationRole, from: Date): Promise<void> {
	await database.app
		.insertInto('affiliation')
		.values({
			person: await personOf(database.app, sourcedId),
			organisation: district.school,
			role,
			band: null,
			during: range(from, null)
		})
		.execute();
}

describe('whoever’s roles ran out on their last day', () => {
	test('has left once a file no longer names them, and the plan shows them', async () => {
		await give('u1', 'school-administrator', district.school);
		await database.setClock(after);
		const { plan, import: id } = await applied(database, without('u1'));
		expect(plan.people).toMatchObject({ ended: 1 });
		expect(await everybody(database.app)).toMatchObject({ u1: { ended: true }, u2: { ended: false } });
		const { rows } = await sql<{ kind: string; import: string }>`
			select kind, detail ->> 'import' as import from ledger_event
			where subject = ${await personOf(database.app, 'u1')} order by id desc limit 1`.execute(database.app);
		expect(rows).toEqual([{ kind: 'roster.person-ended', import: id }]);
		// Their right ended with them, and is not there again when they are.
		await applied(database, oneRoster12());
		expect(await actorOf('u1')).toMatchObject({ rights: [] });
	});

	test('is shown among those who end before anything is applied', async () => {
		await database.setClock(after);
		const { plan } = await imported(database, without('u1', 'u4'), { dryRun: true });
		expect(plan?.people).toMatchObject({ ended: 2 });
		expect(await everybody(database.app)).toMatchObject({ u1: { ended: false } });
	});

	test('is nobody whom a file takes away: the guard asks for those who still had a role', async () => {
		await database.setClock(after);
		const asked = await imported(database, without('u1', 'u2', 'u4', 'u7'));
		expect(asked.applied).toMatchObject({ ok: false, reason: 'ending-guard' });
		expect(asked.plan?.people).toMatchObject({ ended: 4, before: 5 });
		expect(asked.plan?.guard).toEqual({ percent: 5, share: 20, asks: true });
		const passed = await applied(database, without('u1', 'u4', 'u7'));
		expect(passed.plan.guard).toEqual({ percent: 5, share: 0, asks: false });
	});

	test('stays while another role runs that no roster began', async () => {
		await addRole('u7', 'volunteer', before);
		await database.setClock(after);
		const { plan } = await applied(database, without('u7'));
		expect(plan.people.ended).toBe(0);
		expect(await everybody(database.app)).toMatchObject({ u7: { ended: false } });
		expect(await guardianships(database.app)).toEqual(['Hugo of Dan', 'Hugo of Eve']);
	});

	test('is ended by no file of changes that does not name them', async () => {
		await database.setClock(after);
		const { plan } = await applied(database, {
			'manifest.csv': String(oneRoster12()['manifest.csv'])
				.replaceAll(',bulk', ',absent')
				.replace('file.users,absent', 'file.users,delta'),
			'users.csv': csv(users12, 'u3,active,,true,cdiaz,,Clea,Diaz,,E3,cleo.diaz@wrsd.example,,,,,,,,,,,s1,')
		});
		expect(plan.people.ended).toBe(0);
	});

	test('has no session and no rights from then on, before any file says so', async () => {
		await give('u1', 'school-administrator', district.school);
		const { token } = await sessions.create(database.app, await personOf(database.app, 'u1'), {
			device: 'Test'
		});
		expect((await sessions.read(database.app, token))?.actor.rights).toHaveLength(1);
		await database.setClock(after);
		expect(await sessions.read(database.app, token)).toBeNull();
		expect(await actorOf('u1')).toBeUndefined();
		expect(await actorOf('u2')).toBeDefined();
	});

	test('is told at the door, whatever they sign in with', async () => {
		const person = await personOf(database.app, 'u1');
		const mayComeIn = () =>
			within(database.app, { kind: 'system', purpose: 'sign-in' }, (trx) => isUsable(trx, person));
		expect(await mayComeIn()).toBe(true);
		await database.setClock(after);
		expect(await mayComeIn()).toBe(false);
	});

	test('keeps their session when a role is still to come', async () => {
		await addRole('u1', 'coach', new Date('2026-12-01T12:00:00Z'));
		await database.setClock(after);
		expect(await actorOf('u1')).toMatchObject({ affiliations: [] });
	});

	test('comes in as a guardian whom the office has confirmed, without their rights', async () => {
		const actor = district.administrator.person;
		await give('u7', 'auditor', district.district);
		await within(database.app, { kind: 'district', actor }, (trx) =>
			sql`insert into guardian_link_change (guardian, child, kind, changed_by, checked)
				select guardian, child, 'confirmed', ${actor}::uuid, 'known' from guardian_link`.execute(trx)
		);
		await database.setClock(after);
		expect(await actorOf('u7')).toMatchObject({ rights: [], hasChildren: true });
	});

	test('keeps the district’s right while nobody else administers it', async () => {
		await give('u1', 'district-administrator', district.district);
		await give('u4', 'district-administrator', district.district);
		await database.setClock(after);
		expect(await actorOf('u1')).toBeUndefined();
		await sql`update scope_grant set during = tstzrange(lower(during), waypost_now()), ended_at = waypost_now(),
			ended_by = ${await personOf(database.app, 'u1')} where person = ${district.administrator.person}`.execute(
			database.owner
		);
		expect(await actorOf('u1')).toMatchObject({ rights: [{ right: 'district-administrator' }] });
		expect(await actorOf('u4')).toBeDefined();
	});
});

describe('who never came by a roster', () => {
	test('keeps their rights without a role', async () => {
		const auditor = await people.person(database.app, {
			school: district.school,
			until: new Date('2026-11-01T00:00:00Z')
		});
		await people.granted(database.app, auditor, 'auditor', district.district, district.administrator);
		await database.setClock(after);
		expect(await actorOfPerson(auditor.person)).toMatchObject({
			affiliations: [],
			rights: [{ right: 'auditor' }]
		});
	});
});
