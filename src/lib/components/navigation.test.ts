import { describe, expect, it } from 'vitest';
import { mainNavigation } from './navigation.ts';
import type { ShellViewer } from './shell.ts';

const staff: ShellViewer = {
	name: 'R. Okafor',
	kind: 'staff',
	canReview: false,
	canManage: false,
	hasClasses: false,
	hasFamily: false
};
const places = (...args: Parameters<typeof mainNavigation>) =>
	mainNavigation(...args).map((link) => link.href);

describe('the main navigation', () => {
	it('shows the public register, the policy, the way in for families and help to whoever is not signed in', () => {
		expect(places(null, false)).toEqual(['/official-accounts', '/policy', '/join', '/help']);
	});
	it('leads staff to their own official accounts, and to reviews and what they manage only with that duty', () => {
		expect(places(staff, false)).toEqual(['/learn', '/accounts', '/policy', '/help']);
		expect(places({ ...staff, canReview: true, canManage: true }, false)).toEqual([
			'/learn',
			'/accounts',
			'/review',
			'/manage',
			'/policy',
			'/help'
		]);
	});
	it('leads whose rights sleep to the second step that wakes them', () => {
		expect(places({ ...staff, rightsSleep: true }, false)).toContain('/second-factor');
		expect(places(staff, false)).not.toContain('/second-factor');
	});
	it('leads whom pictures signed in to lessons and help, and nowhere else', () => {
		expect(places({ ...staff, kind: 'student', lessonsOnly: true }, false)).toEqual(['/learn', '/help']);
	});
	it('leads to the classes of whoever teaches one', () => {
		expect(places({ ...staff, hasClasses: true }, false)).toContain('/teach');
	});
	it('leads to their family whoever has a child here', () => {
		expect(places({ ...staff, hasFamily: true }, false).slice(0, 2)).toEqual(['/learn', '/family']);
		expect(places({ ...staff, kind: 'guardian', hasFamily: true }, false)).toContain('/family');
	});
	it('leads students and families to the public register', () => {
		expect(places({ ...staff, kind: 'guardian' }, false)).toEqual([
			'/learn',
			'/official-accounts',
			'/policy',
			'/help'
		]);
	});
});
