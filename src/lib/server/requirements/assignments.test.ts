import { describe, expect, test } from 'vitest';
import { nothingHeld, type Holdings } from '#lib/server/certification/holdings.ts';
import { assignmentsFor, type Role } from './assignments.ts';

const at = new Date('2026-11-23T12:00:00Z');
const days = (count: number) => new Date(at.getTime() + count * 86_400_000);
const teacher: Role = { role: 'teacher', band: null, organisationName: 'Mill Pond', since: days(-10) };
const student = (band: Role['band']): Role => ({ ...teacher, role: 'student', band });
const holding = (certification: string, from: Date, until: Date): Holdings => ({
	...nothingHeld,
	periods: [{ id: 'p', certification, from, until, completedAt: from, certificate: null }]
});
const required = (roles: Role[], held: Holdings = nothingHeld, when = at) =>
	assignmentsFor(roles, held, when)
		.filter((entry) => entry.required)
		.map((entry) => ({ course: entry.course.slug, due: entry.dueAt }));

describe('what is asked of a member of staff', () => {
	test('who begins: the first certification, thirty days from the start in the role, and no refresher', () => {
		expect(required([teacher])).toEqual([{ course: 'staff-initial', due: days(20) }]);
	});

	test('whose certification runs: nothing is due, and no refresher is offered before renewal opens', () => {
		const held = holding('staff', days(-100), days(265));
		expect(required([teacher], held)).toEqual([{ course: 'staff-initial', due: null }]);
	});

	test('whose certification ends soon or is in grace: the refresher, by its end', () => {
		const soon = days(40);
		expect(required([teacher], holding('staff', days(-325), soon))).toEqual([
			{ course: 'staff-refresher', due: soon },
			{ course: 'staff-initial', due: null }
		]);
		const ended = days(-5);
		expect(required([teacher], holding('staff', days(-370), ended))[0]).toEqual({
			course: 'staff-refresher',
			due: ended
		});
	});

	test('whose certification ended before grace did: the first course again, for a refresher is too late', () => {
		const ended = days(-40);
		expect(required([teacher], holding('staff', days(-405), ended))).toEqual([
			{ course: 'staff-initial', due: ended }
		]);
	});
});

describe('what somebody has begun though nothing asks for it', () => {
	const listed = (roles: Role[], held: Holdings, ...begun: string[]) =>
		assignmentsFor(roles, held, at, new Map(), new Set(begun)).map(({ course, required, dueAt }) => ({
			course: course.slug,
			required,
			dueAt
		}));

	test('is listed: a refresher before renewal opens, and a course for families', () => {
		const held = holding('staff', days(-100), days(265));
		const nothingAsked = { required: false, dueAt: null };
		expect(listed([teacher], held, 'staff-refresher')).toContainEqual({
			course: 'staff-refresher',
			...nothingAsked
		});
		expect(listed([teacher], held, 'family-core')).toContainEqual({ course: 'family-core', ...nothingAsked });
		expect(listed([teacher], held).map(({ course }) => course)).not.toContain('family-core');
	});

	test('stays what it is where it is asked for, too', () => {
		expect(listed([teacher], nothingHeld, 'staff-initial')[0]).toEqual({
			course: 'staff-initial',
			required: true,
			dueAt: days(20)
		});
	});
});

describe('when something is due', () => {
	const principal: Role = { ...teacher, role: 'principal', since: days(-900) };
	const due = (held: Holdings, asked?: ReadonlyMap<string, Date>) =>
		assignmentsFor([principal], held, at, asked).find(({ course }) => course.slug === 'reviewer-admin')
			?.dueAt;

	test('nobody is late for a course that was published after they began', () => {
		expect(due(nothingHeld)).toEqual(days(-840));
		expect(due(nothingHeld, new Map([['reviewer-admin', days(-5)]]))).toEqual(days(55));
	});

	test('training recorded from outside puts it off until that ends', () => {
		const credit = { certification: 'reviewer-admin', from: days(-100), until: days(200) };
		expect(due({ ...nothingHeld, credits: [credit] })).toEqual(days(200));
		expect(due({ ...nothingHeld, credits: [{ ...credit, until: days(-1) }] })).toEqual(days(-840));
	});
});

describe('what is asked of a student', () => {
	test('is the course of the band, and no other', () => {
		expect(required([student('K-2')]).map(({ course }) => course)).toEqual(['student-k2']);
		expect(required([student('9-12')]).map(({ course }) => course)).toEqual(['student-912']);
		const all = assignmentsFor([student('6-8')], nothingHeld, at).map(({ course }) => course.slug);
		expect(all).toEqual(['student-68', 'student-publication']);
	});

	test('over the summer is nothing: what held to 30 June is due anew in the next school year', () => {
		const held = holding(
			'student-digital-citizenship',
			new Date('2026-10-01T04:00:00Z'),
			new Date('2027-07-01T04:00:00Z')
		);
		const july = new Date('2027-07-20T12:00:00Z');
		expect(required([student('6-8')], held, july)).toEqual([
			{ course: 'student-68', due: new Date('2027-12-24T05:00:00Z') }
		]);
		const may = new Date('2027-05-20T12:00:00Z');
		expect(required([student('6-8')], held, may)[0]?.due).toBeNull();
	});
});
