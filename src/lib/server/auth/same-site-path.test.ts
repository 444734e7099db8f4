import { expect, test } from 'vitest';
import { sameSitePath } from './same-site-path.ts';

test.each(['/learn', '/accounts/new?type=classroom', '/policy#III.5a', '/'])(
	'a path of this site is kept: %s',
	(path) => {
		expect(sameSitePath(path, '/home')).toBe(path);
	}
);

test.each([
	'//evil.example',
	'/\\evil.example',
	'/\t/evil.example',
	'/\n/evil.example',
	'\\\\evil.example',
	'https://evil.example/',
	'javascript:alert(1)',
	'learn',
	'',
	'/.//evil.example',
	'/..//evil.example',
	'/learn\\..\\\\evil.example',
	`/${'x'.repeat(2000)}`,
	null,
	undefined,
	42
])('what leads elsewhere, or nowhere, becomes the page given instead: %j', (path) => {
	expect(sameSitePath(path, '/home')).toBe('/home');
});
