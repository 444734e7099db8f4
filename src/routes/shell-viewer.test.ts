import { expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { shellViewer } from './shell-viewer.server.ts';

function person(roles: AffiliationRole[], ...rights: PersonActor['rights']): PersonActor {
	const affiliations = roles.map((role) => ({
		organisation: 'school',
		organisationName: 'School',
		role,
		band: null,
		since: new Date(0)
	}));
	return {
		kind: 'person',
		person: 'p',
		learner: 'l',
		givenName: 'Ana',
		familyName: 'Ríos',
		email: null,
		affiliations,
		rights,
		assurance: 'password',
		session: 's'
	};
}

test('nobody and visitors are not signed in', () => {
	expect(shellViewer({ kind: 'nobody' })).toBeNull();
	expect(shellViewer({ kind: 'visitor', learner: 'l' })).toBeNull();
});

test('students and guardians see no links of staff', () => {
	const none = {
		name: 'Ana Ríos',
		canReview: false,
		canManage: false,
		hasClasses: false,
		hasFamily: false,
		rightsSleep: false,
		shared: false,
		lessonsOnly: false
	};
	expect(shellViewer(person(['student']))).toEqual({ ...none, kind: 'student' });
	expect(shellViewer(person(['guardian']))).toEqual({ ...none, kind: 'guardian', hasFamily: true });
	expect(shellViewer(person(['guardian', 'teacher']))).toEqual({ ...none, kind: 'staff', hasFamily: true });
	expect(shellViewer(person([]))).toEqual({ ...none, kind: 'staff' });
});

test('whoever has a child here finds their family, whatever their role', () => {
	expect(shellViewer({ ...person(['teacher']), hasChildren: true })).toMatchObject({ hasFamily: true });
});

test('rights show the links that they open', () => {
	const at = { organisation: 'school' };
	expect(shellViewer(person(['teacher'], { right: 'reviewer', ...at }))).toMatchObject({
		kind: 'staff',
		canReview: true,
		canManage: false
	});
	expect(shellViewer(person(['principal'], { right: 'school-administrator', ...at }))).toMatchObject({
		kind: 'admin',
		canReview: false,
		canManage: true
	});
	expect(shellViewer(person([], { right: 'auditor', ...at }))).toMatchObject({
		canReview: false,
		canManage: true
	});
	expect(shellViewer(person([], { right: 'district-administrator', ...at }))).toMatchObject({
		kind: 'admin',
		canReview: true,
		canManage: true
	});
});

test('whom pictures signed in is called by the given name, on a screen that a class sees', () => {
	const child = { ...person(['student']), assurance: 'low' as const, shared: true };
	expect(shellViewer(child)).toMatchObject({ name: 'Ana', lessonsOnly: true, shared: true });
});

test('rights that sleep show no link that they would open, and that they sleep', () => {
	const asleep = { ...person(['principal']), sleepingRights: true };
	expect(shellViewer(asleep)).toMatchObject({ canReview: false, canManage: false, rightsSleep: true });
});
