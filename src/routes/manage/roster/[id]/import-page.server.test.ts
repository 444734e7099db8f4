import { expect, test } from 'vitest';
import type { ImportView } from '#lib/server/roster/history.ts';
import type { NewSchools } from '#lib/server/roster/organisations.ts';
import { importPage } from './import-page.server.ts';

/** What the page says of new schools, when nothing else would change. */
function schoolsOf(newSchools?: NewSchools) {
	const plan: NonNullable<ImportView['plan']> = {
		organisations: { added: newSchools?.count ?? 0, changed: 0, ended: 0 },
		...(newSchools ? { newSchools } : {}),
		people: {
			...{ added: 0, changed: 0, ended: 0, returned: 0, held: 0, leftOut: 0 },
			...{ unchanged: 0, before: 0, ranOut: 0 }
		},
		affiliations: { begun: 0, changed: 0, ended: 0 },
		classes: { added: 0, changed: 0, ended: 0 },
		memberships: { begun: 0, changed: 0, ended: 0 },
		links: { begun: 0, ended: 0 },
		guard: { percent: 10, share: 0, asks: false },
		leavesNoAdministrator: false
	};
	const found: ImportView = {
		...{ id: 'an-import', name: 'roster.csv', way: 'browser', by: null, state: 'planned', reason: null },
		...{
			reading: null,
			problems: {},
			plan,
			fingerprint: 'a',
			progress: {},
			begunAt: new Date(),
			endedAt: null
		}
	};
	return importPage(found, {}, 'en').plan?.groups.find(({ key }) => key === 'schools');
}

test('a school that a file would make is named before anybody says yes', () => {
	expect(schoolsOf({ count: 1, names: ['Nroth School'] })).toMatchObject({
		title: 'New schools',
		count: '1',
		examples: [{ name: 'Nroth School' }],
		more: null
	});
});

test('of many new schools a few are named, and the others counted', () => {
	expect(schoolsOf({ count: 12, names: ['East School', 'North School'] })).toMatchObject({
		count: '12',
		examples: [{ name: 'East School' }, { name: 'North School' }],
		more: 'and 10 more'
	});
});

test('nothing is said of new schools where there are none, or where a plan is older than their names', () => {
	expect(schoolsOf({ count: 0, names: [] })).toBeUndefined();
	expect(schoolsOf()).toBeUndefined();
});
