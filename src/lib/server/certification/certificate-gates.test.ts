import { describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { gatesAskingFor } from './certificate-gates.ts';

const staff = { certification: 'staff', courseSlug: 'staff-initial' };

function actor(role: AffiliationRole): PersonActor {
	return {
		kind: 'person',
		person: 'someone',
		learner: 'their learner',
		givenName: 'Ana',
		familyName: 'Costa',
		email: null,
		affiliations: [
			{ organisation: 'school', organisationName: 'A school', role, band: null, since: new Date(0) }
		],
		rights: [],
		assurance: 'password',
		session: 'session'
	};
}
const ids = (certificate: typeof staff, role?: AffiliationRole) =>
	gatesAskingFor(certificate, role ? actor(role) : null).map((gate) => gate.id);

describe('what a certificate counts towards', () => {
	test('are the gates that ask for its certification, as far as the holder’s role goes', () => {
		expect(ids(staff, 'teacher')).toContain('register-classroom-account');
		expect(ids(staff, 'teacher')).not.toContain('review-registrations');
		expect(ids(staff, 'principal')).toContain('review-registrations');
		expect(ids(staff, 'student')).toEqual([]);
	});

	test('are all such gates for whoever looks at another’s', () => {
		expect(ids(staff)).toEqual(
			expect.arrayContaining(['register-classroom-account', 'review-registrations'])
		);
	});

	test('are also the gates that ask for the course itself', () => {
		expect(ids({ certification: 'family-core', courseSlug: 'family-core' })).toEqual(['sign-in-family']);
	});
});
