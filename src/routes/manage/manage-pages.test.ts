import { describe, expect, test } from 'vitest';
import type { PersonActor, RequestActor } from '#lib/server/auth/actor.ts';
import { managePages } from './manage-pages.server.ts';

function holding(...rights: PersonActor['rights']): PersonActor {
	return {
		kind: 'person',
		person: 'somebody',
		learner: 'learner-of-somebody',
		givenName: '',
		familyName: '',
		email: null,
		affiliations: [],
		rights,
		assurance: 'password',
		session: 'session'
	};
}
const ofDistrict = { organisation: 'district', districtWide: true };
const ofSchool = { organisation: 'school' };
const opened = (actor: RequestActor) => managePages(actor).map(({ href }) => href.replace('/manage/', ''));

describe('the pages of administration that are offered', () => {
	test('are all of them to a district administrator', () => {
		expect(opened(holding({ right: 'district-administrator', ...ofDistrict }))).toEqual([
			'people',
			'records',
			'families',
			'invitations',
			'letters',
			'roster',
			'rights',
			'audit',
			'coverage'
		]);
	});
	test('are those about people and families to a school administrator, without roster, rights and audit', () => {
		const pages = ['people', 'records', 'families', 'invitations', 'letters', 'coverage'];
		expect(opened(holding({ right: 'school-administrator', ...ofSchool }))).toEqual(pages);
		expect(opened(holding({ right: 'school-administrator', ...ofDistrict }))).toEqual(pages);
	});
	test('are those that read and change nothing to an auditor', () => {
		expect(opened(holding({ right: 'auditor', ...ofDistrict }))).toEqual([
			'people',
			'records',
			'rights',
			'audit',
			'coverage'
		]);
	});
	test('are what any of several rights opens', () => {
		const both = holding({ right: 'auditor', ...ofDistrict }, { right: 'school-administrator', ...ofSchool });
		expect(opened(both)).toEqual([
			'people',
			'records',
			'families',
			'invitations',
			'letters',
			'rights',
			'audit',
			'coverage'
		]);
	});
	test('are none to reviewers and to everybody without a right', () => {
		expect(opened(holding({ right: 'reviewer', ...ofDistrict }))).toEqual([]);
		expect(opened(holding())).toEqual([]);
		expect(opened({ kind: 'visitor', learner: 'learner' })).toEqual([]);
		expect(opened({ kind: 'nobody' })).toEqual([]);
	});
	test('are none while rights sleep until a second factor', () => {
		expect(opened({ ...holding(), sleepingRights: true })).toEqual([]);
	});
	test('have each a title and a line of what they are for', () => {
		for (const { title, text } of managePages(holding({ right: 'district-administrator', ...ofDistrict }))) {
			expect(title).not.toBe('');
			expect(text).not.toBe('');
		}
	});
});
