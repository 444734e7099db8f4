import { describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import { isMeantFor, mayTake, stillTheirs } from './audience.ts';

const bands: Band[] = ['K-2', '3-5', '6-8', '9-12'];

function someone(role: AffiliationRole, band: Band | null = null): PersonActor {
	return {
		kind: 'person',
		person: 'p',
		learner: 'l',
		givenName: 'A',
		familyName: 'B',
		email: null,
		affiliations: [
			{ organisation: 's', organisationName: 'School', role, band, since: new Date('2026-08-26T04:00:00Z') }
		],
		rights: [],
		session: 'x',
		assurance: 'password'
	};
}
function course(slug: string) {
	const found = catalogue().courses[slug];
	if (!found) throw new Error(`there is no course ${slug}`);
	return found;
}

describe('a course of one band', () => {
	test.each(bands)('is taken by students of %s in their own band alone', (band) => {
		const taken = Object.values(catalogue().courses)
			.filter((entry) => entry.band && mayTake(someone('student', band), entry).ok)
			.map((entry) => entry.band);
		expect(taken).toEqual([band]);
	});

	test('earns what that of another band earns, so a student of twelve does not take the one for six', () => {
		expect(course('student-k2').certification).toBe(course('student-912').certification);
		expect(mayTake(someone('student', '9-12'), course('student-k2'))).toEqual({
			ok: false,
			reason: 'other-band'
		});
	});
});

describe('of the courses that somebody began', () => {
	test('those stay theirs that they may still take: not one for other grades, nor one that is no more', () => {
		const begun = ['student-k2', 'student-35', 'family-core', 'no-such-course'];
		expect(stillTheirs(someone('student', '3-5'), begun)).toEqual(new Set(['student-35', 'family-core']));
	});
});

describe('posting for the school', () => {
	test('is for grades 6 to 12', () => {
		const meant = bands.filter((band) =>
			isMeantFor(course('student-publication'), { role: 'student', band })
		);
		expect(meant).toEqual(['6-8', '9-12']);
	});
});

describe('others', () => {
	test('are told that a course is for another audience', () => {
		expect(mayTake(someone('teacher'), course('student-k2'))).toEqual({
			ok: false,
			reason: 'other-audience'
		});
		expect(mayTake(someone('student', '6-8'), course('staff-initial'))).toEqual({
			ok: false,
			reason: 'other-audience'
		});
	});

	test('sign in first, unless the course is open to visitors', () => {
		expect(mayTake({ kind: 'nobody' }, course('staff-initial'))).toEqual({
			ok: false,
			reason: 'sign-in-first'
		});
		expect(mayTake({ kind: 'nobody' }, course('family-core'))).toEqual({ ok: true });
	});
});
