import { isRedirect, type RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import type { PersonActor, RequestActor } from '#lib/server/auth/actor.ts';
import { auditReader, districtAdministrator, peopleReader } from './manage/administrator.server.ts';
import { officeMember } from './manage/families/office.server.ts';
import { inviter } from './manage/invitations/inviter.server.ts';
import { coverageReader } from './manage/coverage/reader.server.ts';
import { recordsReader } from './manage/records/reader.server.ts';
import { rosterKeeper } from './manage/roster/keeper.server.ts';
import { reviewerOnly } from './review/reviewer.server.ts';
import { secondFactorFirst } from './second-factor-first.server.ts';
import { staffMember } from './teach/teacher.server.ts';

const asleep: PersonActor = {
	kind: 'person',
	person: 'p',
	learner: 'l',
	givenName: 'Ana',
	familyName: 'Ríos',
	email: null,
	affiliations: [
		{ organisation: 's', organisationName: 'School', role: 'principal', band: null, since: new Date(0) }
	],
	rights: [],
	teachesClass: false,
	sleepingRights: true,
	assurance: 'password',
	session: 's'
};
function at(path: string, actor: RequestActor = asleep): RequestEvent {
	return { url: new URL(path, 'https://waypost.example'), locals: { actor } } as RequestEvent;
}
function sentTo(ask: () => unknown): string | null {
	try {
		ask();
	} catch (thrown) {
		if (isRedirect(thrown)) return thrown.location;
	}
	return null;
}

test.each<[string, (event: RequestEvent) => unknown, string]>([
	['completion records', recordsReader, '/manage/records?school=1&page=2'],
	['the file of them', recordsReader, '/manage/records/export.csv?school=1'],
	['the coverage', coverageReader, '/manage/coverage'],
	['people and their stories', peopleReader, '/manage/people/some-id'],
	['the audit', auditReader, '/manage/audit?person=some-id'],
	['rights and merges', districtAdministrator, '/manage/rights/new?person=some-id'],
	['families', officeMember, '/manage/families?school=1'],
	['invitations', inviter, '/manage/invitations/letters.pdf?class=1'],
	['rosters', rosterKeeper, '/manage/roster/conflicts'],
	['registrations to review', reviewerOnly, '/review/some-id'],
	['a class and its children', staffMember, '/teach/some-class?course=student-k2']
])('before %s, whose rights sleep is sent to the second factor, and back afterwards', (_, reader, path) => {
	expect(sentTo(() => reader(at(path)))).toBe(`/second-factor?next=${encodeURIComponent(path)}`);
});

test('the name of a form action is not come back to', () => {
	expect(sentTo(() => reviewerOnly(at('/review/some-id?/approve')))).toBe(
		'/second-factor?next=%2Freview%2Fsome-id'
	);
});

test('nobody else is sent there', () => {
	for (const actor of [
		{ ...asleep, sleepingRights: false },
		{ kind: 'nobody' as const },
		{ kind: 'visitor' as const, learner: 'l' }
	])
		expect(sentTo(() => secondFactorFirst(at('/manage/records', actor), actor))).toBeNull();
});
