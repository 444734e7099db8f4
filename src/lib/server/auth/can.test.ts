import { describe, expect, test } from 'vitest';
import type { PersonActor, RequestActor } from './actor.ts';
import * as can from './can.ts';

const nobody: RequestActor = { kind: 'nobody' };
const visitor: RequestActor = { kind: 'visitor', learner: 'learner-of-visitor' };
function person(name: string, ...rights: PersonActor['rights']): PersonActor {
	return {
		kind: 'person',
		person: name,
		learner: `learner-of-${name}`,
		givenName: '',
		familyName: '',
		email: null,
		affiliations: [],
		rights,
		assurance: 'password',
		session: 'session'
	};
}
const teacher = person('teacher');
const districtAdministrator = person('district', {
	right: 'district-administrator',
	organisation: 'district',
	districtWide: true
});
const schoolAdministrator = person('principal', { right: 'school-administrator', organisation: 'school-a' });
const auditor = person('auditor', { right: 'auditor', organisation: 'district', districtWide: true });
const reviewer = person('reviewer', { right: 'reviewer', organisation: 'school-a' });
const districtReviewer = person('district-reviewer', {
	right: 'reviewer',
	organisation: 'district',
	districtWide: true
});

/** `ok`, or the reason for no: refusals read as one word in a test. */
function said(answer: { ok: true } | { ok: false; reason: string }): string {
	return answer.ok ? 'ok' : answer.reason;
}

describe('deciding on a registration', () => {
	const registration = {
		owner: 'owner',
		coOwner: 'co-owner',
		organisation: 'school-a',
		everOwners: ['owner', 'co-owner', 'former']
	};
	const review = (actor: RequestActor, over = {}) =>
		said(can.reviewRegistration(actor, { ...registration, ...over }));

	test('is for a reviewer of the school, of the district, and for a district administrator', () => {
		expect(review(reviewer)).toBe('ok');
		expect(review(districtReviewer)).toBe('ok');
		expect(review(districtAdministrator)).toBe('ok');
	});
	test('is refused to whoever is not signed in', () => {
		expect(review(nobody)).toBe('not-signed-in');
		expect(review(visitor)).toBe('not-signed-in');
	});
	test('is refused without the right, also to those who hold others', () => {
		expect(review(teacher)).toBe('not-reviewer');
		expect(review(schoolAdministrator)).toBe('not-reviewer');
		expect(review(auditor)).toBe('not-reviewer');
	});
	test('is refused to a reviewer of another school', () => {
		expect(review(reviewer, { organisation: 'school-b' })).toBe('other-school');
	});
	test('is refused for one’s own registration, whatever one’s rights', () => {
		for (const actor of [reviewer, districtReviewer, districtAdministrator]) {
			expect(review(actor, { owner: actor.person })).toBe('own-registration');
			expect(review(actor, { coOwner: actor.person })).toBe('own-registration');
		}
	});
	test('is refused to who was owner a revision ago', () => {
		for (const actor of [reviewer, districtAdministrator]) {
			expect(review(actor, { everOwners: ['owner', actor.person] })).toBe('was-owner');
		}
	});
});

describe('reading records', () => {
	test('is for administrators and auditors', () => {
		for (const actor of [districtAdministrator, schoolAdministrator, auditor])
			expect(said(can.readRecords(actor))).toBe('ok');
	});
	test('is refused to everybody else', () => {
		expect(said(can.readRecords(nobody))).toBe('not-signed-in');
		expect(said(can.readRecords(visitor))).toBe('not-signed-in');
		for (const actor of [teacher, reviewer, districtReviewer])
			expect(said(can.readRecords(actor))).toBe('no-right');
	});
});

describe('reading which lessons cover which clause', () => {
	test('is for administrators and auditors', () => {
		for (const actor of [districtAdministrator, schoolAdministrator, auditor])
			expect(said(can.readCoverage(actor))).toBe('ok');
	});
	test('is refused to everybody else', () => {
		for (const actor of [nobody, visitor]) expect(said(can.readCoverage(actor))).toBe('not-signed-in');
		for (const actor of [teacher, reviewer, districtReviewer])
			expect(said(can.readCoverage(actor))).toBe('no-right');
	});
});

describe('exporting records', () => {
	test('covers the whole district for who administers or audits it', () => {
		expect(said(can.exportRecords(districtAdministrator, ['school-a', 'school-b']))).toBe('ok');
		expect(said(can.exportRecords(auditor))).toBe('ok');
	});
	test('covers one’s own school, and refuses when another is among those asked for', () => {
		expect(said(can.exportRecords(schoolAdministrator))).toBe('ok');
		expect(said(can.exportRecords(schoolAdministrator, ['school-a']))).toBe('ok');
		expect(said(can.exportRecords(schoolAdministrator, ['school-b']))).toBe('other-school');
		expect(said(can.exportRecords(schoolAdministrator, ['school-a', 'school-b']))).toBe('other-school');
	});
	test('is refused to who may not read them', () => {
		expect(said(can.exportRecords(nobody))).toBe('not-signed-in');
		expect(said(can.exportRecords(teacher))).toBe('no-right');
		expect(said(can.exportRecords(reviewer, ['school-a']))).toBe('no-right');
	});
});

describe('a draft', () => {
	test('is changed by its owner', () => {
		expect(said(can.editDraft(teacher, { owner: 'teacher' }))).toBe('ok');
	});
	test('is refused to others, administrators included', () => {
		expect(said(can.editDraft(nobody, { owner: 'teacher' }))).toBe('not-signed-in');
		expect(said(can.editDraft(visitor, { owner: 'teacher' }))).toBe('not-signed-in');
		expect(said(can.editDraft(districtAdministrator, { owner: 'teacher' }))).toBe('not-owner');
	});
});

describe('signing as co-owner', () => {
	const registration = { owner: 'owner', coOwner: 'teacher' };
	test('is for the person who is named', () => {
		expect(said(can.signAsCoOwner(teacher, registration))).toBe('ok');
	});
	test('is refused to the owner, to others, and to nobody', () => {
		expect(said(can.signAsCoOwner(person('owner'), registration))).toBe('is-owner');
		expect(said(can.signAsCoOwner(person('owner'), { owner: 'owner', coOwner: 'owner' }))).toBe('is-owner');
		expect(said(can.signAsCoOwner(districtAdministrator, registration))).toBe('not-co-owner');
		expect(said(can.signAsCoOwner(teacher, { owner: 'owner', coOwner: null }))).toBe('not-co-owner');
		expect(said(can.signAsCoOwner(nobody, registration))).toBe('not-signed-in');
	});
});

describe('a certificate', () => {
	const certificate = { learner: 'learner-of-teacher', person: 'teacher', schools: ['school-a'] };
	test('is seen by its holder, and by who may read the holder’s record', () => {
		expect(said(can.seeCertificate(teacher, certificate))).toBe('ok');
		expect(said(can.seeCertificate(teacher, { ...certificate, learner: 'carried-over' }))).toBe('ok');
		expect(said(can.seeCertificate(visitor, { learner: 'learner-of-visitor', person: null }))).toBe('ok');
		for (const actor of [districtAdministrator, auditor, schoolAdministrator]) {
			expect(said(can.seeCertificate(actor, certificate))).toBe('ok');
		}
	});
	test('is refused to others', () => {
		expect(said(can.seeCertificate(nobody, certificate))).toBe('not-signed-in');
		expect(said(can.seeCertificate(visitor, certificate))).toBe('not-yours');
		expect(said(can.seeCertificate(person('colleague'), certificate))).toBe('not-yours');
		expect(said(can.seeCertificate(reviewer, certificate))).toBe('not-yours');
		expect(said(can.seeCertificate(person('x'), { learner: 'learner-of-visitor', person: null }))).toBe(
			'not-yours'
		);
	});
	test('is refused to an administrator of another school', () => {
		expect(said(can.seeCertificate(schoolAdministrator, { ...certificate, schools: ['school-b'] }))).toBe(
			'other-school'
		);
		expect(said(can.seeCertificate(schoolAdministrator, { learner: 'l', person: 'p' }))).toBe('other-school');
	});
});

describe('an attempt', () => {
	test('is opened by whose it is, person or visitor', () => {
		expect(said(can.openAttempt(teacher, { learner: 'learner-of-teacher' }))).toBe('ok');
		expect(said(can.openAttempt(visitor, { learner: 'learner-of-visitor' }))).toBe('ok');
	});
	test('is refused to everybody else, administrators included', () => {
		expect(said(can.openAttempt(nobody, { learner: 'learner-of-teacher' }))).toBe('no-evidence-yet');
		expect(said(can.openAttempt(visitor, { learner: 'learner-of-teacher' }))).toBe('not-yours');
		expect(said(can.openAttempt(districtAdministrator, { learner: 'learner-of-teacher' }))).toBe('not-yours');
	});
});

describe('tokens of other systems', () => {
	test('are managed by a district administrator alone', () => {
		expect(said(can.manageTokens(districtAdministrator))).toBe('ok');
		expect(said(can.manageTokens(nobody))).toBe('not-signed-in');
		expect(said(can.manageTokens(visitor))).toBe('not-signed-in');
		for (const actor of [teacher, schoolAdministrator, auditor, reviewer]) {
			expect(said(can.manageTokens(actor))).toBe('not-district-administrator');
		}
	});
});

describe('a link to a provider of single sign-on', () => {
	test('is removed by whose it is while another way to sign in is left', () => {
		expect(said(can.removeOwnIdentityLink(teacher, { waysToSignIn: 2 }))).toBe('ok');
		expect(said(can.removeOwnIdentityLink(teacher, { waysToSignIn: 1 }))).toBe('only-way');
		expect(said(can.removeOwnIdentityLink(visitor, { waysToSignIn: 2 }))).toBe('not-signed-in');
	});
	test('is removed for somebody else by a district administrator alone', () => {
		const link = { person: 'teacher' };
		expect(said(can.removeIdentityLink(districtAdministrator, link))).toBe('ok');
		for (const actor of [schoolAdministrator, auditor, reviewer])
			expect(said(can.removeIdentityLink(actor, link))).toBe('not-district-administrator');
		expect(said(can.removeIdentityLink(teacher, link))).toBe('own-link');
		expect(said(can.removeIdentityLink(nobody, link))).toBe('not-signed-in');
	});
});

describe('an invitation', () => {
	const somebody = { person: 'person-x', schools: ['school-a'], holdsRights: false };
	test('is made by a district administrator for anybody, by a school administrator for the own school', () => {
		expect(said(can.invite(districtAdministrator, { ...somebody, schools: [], holdsRights: true }))).toBe(
			'ok'
		);
		expect(said(can.invite(schoolAdministrator, somebody))).toBe('ok');
		expect(said(can.invite(schoolAdministrator, { ...somebody, schools: ['school-b'] }))).toBe(
			'other-school'
		);
	});
	test('of somebody with rights over others is not for a school administrator, who could use it', () => {
		expect(said(can.invite(schoolAdministrator, { ...somebody, holdsRights: true }))).toBe('holds-rights');
	});
	test('is refused to everybody else, and for oneself', () => {
		expect(said(can.invite(nobody, somebody))).toBe('not-signed-in');
		expect(said(can.invite(visitor, somebody))).toBe('not-signed-in');
		for (const actor of [teacher, auditor, reviewer]) {
			expect(said(can.invite(actor, somebody))).toBe('no-right');
			expect(said(can.invitePeople(actor))).toBe('no-right');
		}
		expect(
			said(can.invite(districtAdministrator, { ...somebody, person: districtAdministrator.person }))
		).toBe('oneself');
		for (const actor of [districtAdministrator, schoolAdministrator])
			expect(said(can.invitePeople(actor))).toBe('ok');
	});
});

describe('importing a roster', () => {
	test('is for a district administrator alone', () => {
		expect(said(can.importRoster(districtAdministrator))).toBe('ok');
		expect(said(can.importRoster(nobody))).toBe('not-signed-in');
		expect(said(can.importRoster(visitor))).toBe('not-signed-in');
		for (const actor of [teacher, schoolAdministrator, auditor, reviewer, districtReviewer]) {
			expect(said(can.importRoster(actor))).toBe('not-district-administrator');
		}
	});
});

describe('the first administrator', () => {
	test('is made while there is none, and refused afterwards', () => {
		expect(said(can.createFirstAdministrator({ administrators: 0 }))).toBe('ok');
		expect(said(can.createFirstAdministrator({ administrators: 1 }))).toBe('administrator-exists');
	});
});

describe('rights that sleep until a second factor', () => {
	// As a session reads them: the rights themselves are not there.
	const asleep: PersonActor = { ...person('asleep'), sleepingRights: true };
	const registration = { owner: 'owner', coOwner: null, organisation: 'school-a', everOwners: [] };

	test('say so wherever they would have opened something', () => {
		expect(said(can.readRecords(asleep))).toBe('second-factor');
		expect(said(can.readCoverage(asleep))).toBe('second-factor');
		expect(said(can.exportRecords(asleep, ['school-a']))).toBe('second-factor');
		expect(said(can.reviewRegistration(asleep, registration))).toBe('second-factor');
		expect(said(can.manageTokens(asleep))).toBe('second-factor');
		expect(said(can.seeCertificate(asleep, { learner: 'other', person: 'other' }))).toBe('second-factor');
	});

	test('keep nobody from what is their own', () => {
		expect(said(can.seeCertificate(asleep, { learner: 'learner-of-asleep', person: 'asleep' }))).toBe('ok');
		expect(said(can.editDraft(asleep, { owner: 'asleep' }))).toBe('ok');
		expect(said(can.reviewRegistration(asleep, { ...registration, owner: 'asleep' }))).toBe(
			'own-registration'
		);
	});
});

test('whom pictures signed in takes lessons and does nothing else', () => {
	expect(said(can.goBeyondLessons({ ...person('child'), assurance: 'low' }))).toBe('lessons-only');
	for (const actor of [nobody, visitor, teacher, { ...teacher, assurance: 'strong' as const }])
		expect(said(can.goBeyondLessons(actor))).toBe('ok');
});

describe('people and their stories', () => {
	test('are for administrators and auditors; a reviewer knows the owners of accounts only', () => {
		for (const actor of [districtAdministrator, schoolAdministrator, auditor])
			expect(said(can.readPeople(actor))).toBe('ok');
		for (const actor of [teacher, reviewer, districtReviewer])
			expect(said(can.readPeople(actor))).toBe('no-right');
		for (const actor of [nobody, visitor]) expect(said(can.readPeople(actor))).toBe('not-signed-in');
	});
});

describe('rights and the audit', () => {
	test('are read for the district: by its administrators and auditors', () => {
		for (const actor of [districtAdministrator, auditor]) expect(said(can.readAudit(actor))).toBe('ok');
		for (const actor of [teacher, reviewer, districtReviewer, schoolAdministrator])
			expect(said(can.readAudit(actor))).toBe('no-right');
		for (const actor of [nobody, visitor]) expect(said(can.readAudit(actor))).toBe('not-signed-in');
	});
});

describe('a right', () => {
	const wanted = { person: 'teacher', right: 'reviewer', roles: ['teacher'], here: true } as const;
	const grant = (actor: RequestActor, over: object = {}) =>
		said(can.grantRight(actor, { ...wanted, ...over }));

	test('is granted and ended by a district administrator', () => {
		expect(grant(districtAdministrator)).toBe('ok');
		expect(said(can.endRight(districtAdministrator, wanted))).toBe('ok');
		expect(said(can.administerDistrict(districtAdministrator))).toBe('ok');
	});
	test('is neither granted nor ended by anybody else: an auditor changes nothing', () => {
		for (const actor of [teacher, schoolAdministrator, auditor, reviewer, districtReviewer]) {
			expect(grant(actor)).toBe('not-district-administrator');
			expect(said(can.endRight(actor, wanted))).toBe('not-district-administrator');
			expect(said(can.administerDistrict(actor))).toBe('not-district-administrator');
		}
		for (const actor of [nobody, visitor]) {
			expect(grant(actor)).toBe('not-signed-in');
			expect(said(can.endRight(actor, wanted))).toBe('not-signed-in');
			expect(said(can.administerDistrict(actor))).toBe('not-signed-in');
		}
	});
	test('is neither granted to oneself nor ended by oneself', () => {
		expect(grant(districtAdministrator, { person: 'district' })).toBe('oneself');
		expect(said(can.endRight(districtAdministrator, { person: 'district' }))).toBe('oneself');
	});
	test('is for people who work here; a teacher who is a guardian as well works here', () => {
		expect(grant(districtAdministrator, { here: false })).toBe('not-here');
		for (const roles of [['student'], ['guardian'], ['volunteer'], ['teacher', 'student'], []])
			expect(grant(districtAdministrator, { roles })).toBe('not-staff');
		expect(grant(districtAdministrator, { roles: ['guardian', 'teacher'] })).toBe('ok');
		expect(grant(districtAdministrator, { roles: ['volunteer'], right: 'auditor' })).toBe('ok');
	});
});

describe('the sign-in of another', () => {
	const somebody = { person: 'teacher', schools: ['school-a'], holdsRights: false };
	const manage = (actor: RequestActor, over: object = {}) =>
		said(can.manageSignIn(actor, { ...somebody, ...over }));

	test('is cared for by the administrators of the district and of the school', () => {
		for (const actor of [districtAdministrator, schoolAdministrator]) expect(manage(actor)).toBe('ok');
		expect(manage(districtAdministrator, { schools: [], holdsRights: true })).toBe('ok');
	});
	test('is refused beyond the school, and for people who hold rights over others', () => {
		expect(manage(schoolAdministrator, { schools: ['school-b'] })).toBe('other-school');
		expect(manage(schoolAdministrator, { holdsRights: true })).toBe('holds-rights');
	});
	test('is refused to everybody else, and to each for their own', () => {
		for (const actor of [teacher, auditor, reviewer, districtReviewer])
			expect(manage(actor, { person: 'another' })).toBe('no-right');
		for (const actor of [nobody, visitor]) expect(manage(actor)).toBe('not-signed-in');
		expect(manage(districtAdministrator, { person: 'district' })).toBe('oneself');
		expect(manage(schoolAdministrator, { person: 'principal' })).toBe('oneself');
	});
});

describe('two records of one person', () => {
	test('are brought together by a district administrator, never by anybody else or for oneself', () => {
		const merge = (actor: RequestActor, people = ['one', 'other']) => said(can.mergePeople(actor, people));
		expect(merge(districtAdministrator)).toBe('ok');
		expect(merge(districtAdministrator, ['one', 'district'])).toBe('oneself');
		for (const actor of [teacher, schoolAdministrator, auditor, reviewer])
			expect(merge(actor)).toBe('not-district-administrator');
		for (const actor of [nobody, visitor]) expect(merge(actor)).toBe('not-signed-in');
	});
});
