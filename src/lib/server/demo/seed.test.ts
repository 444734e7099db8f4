import { beforeAll, describe, expect, test } from 'vitest';
import { look } from '#lib/server/auth/invitation-use.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { ofPeople } from '#lib/server/certification/holdings.ts';
import { classCourse } from '#lib/server/certification/class-lessons.ts';
import * as officeView from '#lib/server/families/office-view.ts';
import * as classes from '#lib/server/people/classes.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { now } from '#lib/server/db/clock.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { within } from '#lib/server/db/scope.ts';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as mail from '#lib/server/mail/mail.ts';
import * as publicRegister from '#lib/server/register/public-register.ts';
import * as registrations from '#lib/server/register/registrations.ts';
import * as review from '#lib/server/register/review.ts';
import { seedDemo } from './seed.ts';

const { app, owner } = await testDatabase();

beforeAll(async () => {
	await seedDemo(app, owner);
}, 120_000);

test('the demo district holds every state that a certification can be in', async () => {
	const everybody = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx.selectFrom('person_identity').select(['person', 'email']).execute()
	);
	expect(everybody.length).toBeGreaterThanOrEqual(55);
	const held = await ofPeople(
		app,
		everybody.map((entry) => entry.person)
	);
	const at = await now(app);
	const states = [...held.values()].map((holdings) => statusOf(holdings, 'staff', at));
	for (const state of ['none', 'valid', 'in_grace', 'expired', 'revoked'])
		expect(states.filter((status) => status.state === state).length, state).toBeGreaterThan(0);
	const soon = states.filter(
		(status) =>
			status.state === 'valid' && (status.validUntil?.getTime() ?? 0) - at.getTime() < 60 * 86_400_000
	);
	expect(soon.length).toBeGreaterThan(0);
	const of = (email: string) => held.get(everybody.find((entry) => entry.email === email)?.person ?? '');
	expect(statusOf(of('certified.teacher@wrsd.example')!, 'account-owner', at).state).toBe('valid');
	expect(statusOf(of('lapsed.teacher@wrsd.example')!, 'staff', at).state).toBe('expired');
	expect(of('new.teacher@wrsd.example')?.completions).toEqual([]);
	expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(5_000);
});

test('the demo has two classes of one teacher, and one lesson led with all but one child of the first', async () => {
	const teacher = await actorOf('elementary.teacher@wrsd.example');
	const rooms = await classes.taughtBy(app, teacher.person);
	expect(rooms.map(({ title }) => title)).toEqual(['Grade 1, Room 4', 'Grade 4, Room 11']);
	const seen = await classCourse(app, teacher.person, rooms[0]?.id ?? '', 'student-k2');
	expect(seen?.students).toHaveLength(8);
	expect(seen?.students.filter(({ done }) => done.length === 1)).toHaveLength(7);
});

test('a guardian has an invitation that waits, and its mail can be read', async () => {
	const head = { origin: 'http://localhost:3000', district: 'Demo', zone: 'America/New_York' };
	const [posted, ...others] = await mail.shown(app, head);
	expect(others).toEqual([]);
	expect(posted?.to).toBe('carol.marsh@mail.example');
	const code = /\/invitation\/(\S+)/.exec(JSON.stringify(posted?.letter))?.[1]?.replace(/".*/, '') ?? '';
	expect(await look(app, code, { address: null }, new Date())).toMatchObject({
		ok: true,
		invited: { givenName: 'Carol', purpose: 'first' }
	});
});

describe('the demo’s families', () => {
	test('hold a guardian with one child confirmed and another one waiting, and several guardians of one child', async () => {
		const guardian = await actorOf('guardian@wrsd.example');
		const seen = await guardians.childrenOf(app, guardian.person);
		expect(seen).toMatchObject([{ givenName: 'Jordan', maySeeRecord: true }]);
		const office = await actorOf('admin@wrsd.example');
		const { links } = await officeView.waiting(app, office, 1);
		expect(links.map(({ childName }) => childName).sort()).toEqual(['Ellie Bell', 'Theo Marsh']);
		const jordan = await officeView.family(app, office, seen[0]?.person ?? '');
		expect(jordan.ok && jordan.links.map(({ maySeeRecord }) => maySeeRecord)).toEqual([true, false]);
		expect(jordan.ok && jordan.flags.map(({ flag }) => flag)).toEqual(['student-signs-too']);
	});

	test('hold each state that a permission can be in', async () => {
		const office = await actorOf('admin@wrsd.example');
		const states = new Set<string>();
		for (const name of ['Jordan Bell', 'Amir', 'Zoe', 'Sam Ortiz', 'Theo']) {
			const [student] = await officeView.search(app, office, name);
			const found = await officeView.family(app, office, student?.person ?? '');
			if (!found.ok) throw new Error(`${name} was not found`);
			for (const { state, history } of found.permissions.permissions) {
				states.add(state.state);
				for (const { act } of history) states.add(act);
			}
		}
		expect([...states].sort()).toEqual(
			['given', 'incomplete', 'no', 'refused', 'unasked', 'withdrawn'].sort()
		);
	});
});

describe('the demo register', () => {
	test('holds every state that a registration can stay in', async () => {
		const rows = await app.selectFrom('registration_current').select('state').execute();
		const states = rows.map(({ state }) => state);
		const all = [
			'draft',
			'submitted',
			'in_review',
			'changes_requested',
			'rejected',
			'active',
			'renewal_due',
			'lapsed'
		];
		for (const state of [...all, 'suspended', 'transfer_pending', 'closing', 'closed', 'revoked'])
			expect(states, state).toContain(state);
		expect(states.filter((state) => state === 'submitted')).toHaveLength(2);
	});

	test('shows active accounts of three schools, one of them in grace, and none whose owner was revoked', async () => {
		const shown = await publicRegister.all(app, {});
		expect(shown.length).toBeGreaterThanOrEqual(6);
		expect(new Set(shown.map(({ school }) => school)).size).toBe(3);
		const names = shown.map(({ displayName }) => displayName);
		expect(names).toContain('Origami Wednesdays');
		expect(names).not.toContain('Grade 8 History Day');
	});

	test('has one registration that is ready for the principal of Mountain View to approve', async () => {
		const principal = await actorOf('principal@wrsd.example');
		const waiting = await review.queue(app, principal);
		expect(waiting.map(({ coOwnerSigned }) => coOwnerSigned)).toEqual([true, false]);
		const opened = await review.open(app, principal, waiting[0]?.registration.id ?? '');
		expect(opened).toMatchObject({
			gateAllows: true,
			missing: [],
			mistakes: [],
			may: { ok: true },
			reviewer: { allow: true }
		});
	});

	test('was begun by nobody who has done nothing', async () => {
		const { person } = await actorOf('new.teacher@wrsd.example');
		expect(await registrations.ofPerson(app, person)).toEqual([]);
	});
});

/** One of the demo people with the rights that they hold today. */
async function actorOf(email: string): Promise<PersonActor> {
	const { person, learner } = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx
			.selectFrom('person_identity as i')
			.innerJoin('learner_person as l', 'l.person', 'i.person')
			.select(['i.person', 'l.learner'])
			.where('i.email', '=', email)
			.executeTakeFirstOrThrow()
	);
	return people.actorOf(app, { person, learner, email });
}
