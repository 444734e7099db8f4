import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import type { Right } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as rights from './rights.ts';

const { app, owner, setClock } = await testDatabase();
const place = await people.district(app);
const admin = await people.actorOf(app, place.administrator);
const zone = district().time_zone;
const today = civilDate(await now(app), zone);
const day = (after: number) =>
	civilDate(new Date(Date.parse(`${today}T12:00:00Z`) + after * 86_400_000), 'UTC');

async function teacher() {
	return people.person(app, { school: place.school });
}
async function give(
	person: { person: string },
	over: Partial<rights.NewRight> = {},
	actor: PersonActor = admin
) {
	return rights.grant(app, actor, {
		person: person.person,
		right: 'reviewer',
		place: place.school,
		from: today,
		through: null,
		...over
	});
}
async function given(person: { person: string }, over: Partial<rights.NewRight> = {}): Promise<string> {
	const answer = await give(person, over);
	if (!answer.ok) throw new Error(answer.reason);
	return answer.id;
}
const heldBy = async (someone: people.TestPerson) =>
	(await people.actorOf(app, someone)).rights.map(({ right }) => right);
const events = async (person: string) =>
	(
		await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor'])
			.where('subject', '=', person)
			.orderBy('id')
			.execute()
	).map(({ kind, actor }) => [kind, actor]);

describe('a right', () => {
	test('is granted by a district administrator to somebody who works here, and counts at once', async () => {
		const somebody = await teacher();
		const session = await sessions.create(app, somebody.person, { device: '' });
		await given(somebody);
		expect(await heldBy(somebody)).toEqual(['reviewer']);
		// The session that was there goes on: rights are read for each request.
		expect((await sessions.read(app, session.token))?.actor.rights).toMatchObject([{ right: 'reviewer' }]);
		expect(await events(somebody.person)).toEqual([['right.granted', admin.person]]);
		const [listed] = await rights.held(app, admin, { people: [somebody.person] });
		expect(listed).toMatchObject({
			right: 'reviewer',
			place: { id: place.school, districtWide: false },
			standing: 'running',
			until: null,
			grantedBy: 'Test Administrator',
			own: false
		});
	});

	test('begins and ends on the days that were chosen, the last day included', async () => {
		const somebody = await teacher();
		await given(somebody, { from: day(2), through: day(3) });
		expect(await heldBy(somebody)).toEqual([]);
		const at = (date: string, time: string) => new Date(`${date}T${time}:00Z`);
		await setClock(at(day(3), '20:00'));
		expect(await heldBy(somebody)).toEqual(['reviewer']);
		await setClock(at(day(5), '12:00'));
		expect(await heldBy(somebody)).toEqual([]);
		expect((await rights.held(app, admin, { people: [somebody.person] }))[0]?.standing).toBe('over');
		await setClock(null);
	});

	test('is not granted to oneself, by nobody else than a district administrator', async () => {
		expect(await give(place.administrator)).toEqual({ ok: false, reason: 'oneself' });
		const principal = await people.person(app, { school: place.school, role: 'principal' });
		await people.granted(app, principal, 'school-administrator', place.school, place.administrator);
		const auditor = await people.person(app, { school: place.district, role: 'administrator' });
		await people.granted(app, auditor, 'auditor', place.district, place.administrator);
		for (const actor of [principal, auditor, await teacher()])
			expect(['not-district-administrator', 'unknown-person']).toContain(
				reasonOf(await give(await teacher(), {}, await people.actorOf(app, actor)))
			);
	});

	test('is not granted to a student, a guardian, a leaver or nobody', async () => {
		const student = await people.person(app, { school: place.school, role: 'student', band: '9-12' });
		const guardian = await people.person(app, { school: place.school, role: 'guardian' });
		const volunteer = await people.person(app, { school: place.school, role: 'volunteer' });
		for (const somebody of [student, guardian, volunteer])
			expect(await give(somebody)).toEqual({ ok: false, reason: 'not-staff' });
		const outsider = { right: 'auditor', place: place.district } as const;
		expect(reasonOf(await give(guardian, outsider))).toBe('not-staff');
		expect(reasonOf(await give(volunteer, outsider))).toBe('ok');
		const gone = await people.person(app, { school: place.school, until: new Date('2024-06-30') });
		expect(await give(gone)).toEqual({ ok: false, reason: 'not-here' });
		for (const person of ['nobody', '00000000-0000-7000-8000-000000000000'])
			expect(await give({ person })).toEqual({ ok: false, reason: 'unknown-person' });
	});

	test('of the district is held for the district, and dates have to be days to come', async () => {
		const somebody = await teacher();
		for (const right of ['district-administrator', 'auditor'] as Right[])
			expect(reasonOf(await give(somebody, { right }))).toBe('district-only');
		expect(reasonOf(await give(somebody, { place: somebody.person }))).toBe('unknown-place');
		expect(reasonOf(await give(somebody, { from: day(-1) }))).toBe('from-past');
		expect(reasonOf(await give(somebody, { from: '2026-02-30' }))).toBe('from-not-a-day');
		expect(reasonOf(await give(somebody, { through: 'soon' }))).toBe('through-not-a-day');
		expect(reasonOf(await give(somebody, { from: day(3), through: day(2) }))).toBe('through-before-from');
		await given(somebody, { through: day(5) });
		expect(reasonOf(await give(somebody, { from: day(4) }))).toBe('held-already');
		expect(reasonOf(await give(somebody, { from: day(6) }))).toBe('ok');
	});

	test('that is granted twice at once is held once, so that ending it ends it', async () => {
		const somebody = await teacher();
		const both = await owner.transaction().execute(async (trx) => {
			// Nothing is written for a while, so that both have looked before either writes.
			await sql`lock table scope_grant in share mode`.execute(trx);
			const given = [give(somebody), give(somebody)];
			await new Promise((resolve) => setTimeout(resolve, 300));
			return { given };
		});
		const answers = await Promise.all(both.given);
		expect(answers.map(reasonOf).sort()).toEqual(['held-already', 'ok']);
		const [made] = answers.filter((answer) => answer.ok);
		expect(await rights.end(app, admin, made?.id ?? '')).toEqual({ ok: true });
		expect(await heldBy(somebody)).toEqual([]);
	});

	test('is not granted by somebody whose own right ended after they opened the page', async () => {
		const colleague = await people.person(app, { school: place.district, role: 'administrator' });
		const own = await given(colleague, { right: 'district-administrator', place: place.district });
		const asTheyBegan = await people.actorOf(app, colleague);
		const somebody = await teacher();
		expect(await rights.end(app, admin, own)).toEqual({ ok: true });
		expect(reasonOf(await give(somebody, {}, asTheyBegan))).toBe('not-district-administrator');
		expect(await heldBy(somebody)).toEqual([]);
	});

	test('is not held twice by whoever writes it around these rules', async () => {
		const somebody = await teacher();
		await given(somebody, { from: day(1), through: day(5) });
		await expect(
			people.granted(app, somebody, 'reviewer', place.school, place.administrator)
		).rejects.toMatchObject({ code: 'WP033' });
		await people.granted(app, somebody, 'reviewer', place.otherSchool, place.administrator);
	});
});

describe('ending a right', () => {
	test('takes it away at once, and names who did it', async () => {
		const somebody = await teacher();
		const id = await given(somebody);
		expect(await rights.end(app, admin, id)).toEqual({ ok: true });
		expect(await heldBy(somebody)).toEqual([]);
		expect((await rights.held(app, admin, { people: [somebody.person] }))[0]).toMatchObject({
			standing: 'over',
			endedBy: 'Test Administrator'
		});
		expect(await events(somebody.person)).toEqual([
			['right.granted', admin.person],
			['right.ended', admin.person]
		]);
		expect(await rights.end(app, admin, id)).toEqual({ ok: false, reason: 'over' });
		expect(reasonOf(await give(somebody))).toBe('ok');
	});

	test('that was to begin later means that it never does', async () => {
		const somebody = await teacher();
		await rights.end(app, admin, await given(somebody, { from: day(10) }));
		await setClock(new Date(Date.now() + 20 * 86_400_000));
		expect(await heldBy(somebody)).toEqual([]);
		await setClock(null);
	});

	test('is not for oneself, nor for anybody without the right', async () => {
		const own = await app
			.selectFrom('scope_grant')
			.select('id')
			.where('person', '=', admin.person)
			.executeTakeFirstOrThrow();
		expect(await rights.end(app, admin, own.id)).toEqual({ ok: false, reason: 'oneself' });
		const id = await given(await teacher());
		const other = await people.actorOf(app, await teacher());
		expect(reasonOf(await rights.end(app, other, id))).toBe('not-district-administrator');
		expect(reasonOf(await rights.end(app, admin, 'nothing'))).toBe('unknown');
		// The database asks as well: whatever rights somebody claims, those on record count.
		const claims = { ...other, rights: admin.rights };
		expect(reasonOf(await rights.end(app, claims, id))).toBe('not-district-administrator');
	});

	test('never leaves a district without an administrator, even when two end each other’s at once', async () => {
		const second = await people.person(app, { school: place.district, role: 'administrator' });
		await given(second, { right: 'district-administrator', place: place.district });
		const grantOf = async (person: string) =>
			(
				await app
					.selectFrom('scope_grant')
					.select('id')
					.where('person', '=', person)
					.where('right', '=', 'district-administrator')
					.executeTakeFirstOrThrow()
			).id;
		const answers = await Promise.all([
			rights.end(app, admin, await grantOf(second.person)),
			rights.end(app, await people.actorOf(app, second), await grantOf(admin.person))
		]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(answers.map(reasonOf)).toContain('not-district-administrator');
		const left = [...(await heldBy(place.administrator)), ...(await heldBy(second))];
		expect(left).toEqual(['district-administrator']);
		if (left.length > 0 && !(await heldBy(place.administrator)).length) {
			// Set right for the tests that follow.
			const by = await people.actorOf(app, second);
			await give(place.administrator, { right: 'district-administrator', place: place.district }, by);
		}
	});

	test('can’t be done in any other way: not by the app, not for oneself, not by changing what it says', async () => {
		const somebody = await teacher();
		const id = await given(somebody);
		await expect(
			sql`update scope_grant set during = 'empty' where id = ${id}`.execute(app)
		).rejects.toMatchObject({ code: '42501' });
		await expect(sql`delete from scope_grant where id = ${id}`.execute(owner)).rejects.toMatchObject({
			code: 'WP014'
		});
		for (const change of [
			sql`"right" = 'district-administrator'`,
			sql`during = '[,)'`,
			sql`granted_by = person`,
			sql`ended_at = null`
		])
			await expect(
				sql`update scope_grant set ${change} where id = ${id}`.execute(owner)
			).rejects.toMatchObject({ code: 'WP014' });
		await expect(
			sql`update scope_grant set ended_at = waypost_now(), ended_by = person where id = ${id}`.execute(owner)
		).rejects.toMatchObject({ code: '23514' });
	});
});

test('who holds which right is seen in one’s scope only', async () => {
	const north = await teacher();
	await given(north);
	const south = await people.person(app, { school: place.otherSchool });
	await given(south, { place: place.otherSchool });
	const principal = await people.person(app, { school: place.school, role: 'principal' });
	await people.granted(app, principal, 'school-administrator', place.school, place.administrator);
	const seen = await rights.held(app, await people.actorOf(app, principal));
	expect(seen.map(({ person }) => person)).toContain(north.person);
	expect(seen.map(({ person }) => person)).not.toContain(south.person);
	expect(await within(app, { kind: 'self', actor: south.person }, (trx) => rights.places(trx))).toHaveLength(
		3
	);
});

function reasonOf(answer: { ok: true } | { ok: false; reason: string }): string {
	return answer.ok ? 'ok' : answer.reason;
}
