import { describe, expect, it } from 'vitest';
import { isUnder, pathToComeBackTo } from './shell.ts';

describe('the frame of a page', () => {
	it('comes back to the same page and filter after a change of language', () => {
		expect(pathToComeBackTo(new URL('https://w.example/official-accounts?school=thomas&page=2'))).toBe(
			'/official-accounts?school=thomas&page=2'
		);
	});
	it('leaves out the name of a form action, which a GET cannot repeat', () => {
		expect(pathToComeBackTo(new URL('https://w.example/sign-in?/enter'))).toBe('/sign-in');
		expect(pathToComeBackTo(new URL('https://w.example/sign-in?/enter&next=%2Flearn'))).toBe(
			'/sign-in?next=%2Flearn'
		);
	});
	it('marks a link as current on its page and below, but not on a page whose name only begins alike', () => {
		expect(isUnder('/learn/staff/1', '/learn')).toBe(true);
		expect(isUnder('/learn', '/learn')).toBe(true);
		expect(isUnder('/learning', '/learn')).toBe(false);
	});
});
