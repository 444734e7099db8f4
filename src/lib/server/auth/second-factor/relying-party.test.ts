import { expect, test } from 'vitest';
import { relyingParty } from './relying-party.ts';

const idOf = (origin: string) => relyingParty(origin, 'Waypost')?.id ?? null;

test('passkeys belong to the host of the site’s origin', () => {
	expect(relyingParty('https://waypost.example:8443/', 'Waypost')).toEqual({
		id: 'waypost.example',
		origin: 'https://waypost.example:8443',
		name: 'Waypost'
	});
	expect(idOf('http://localhost:3000')).toBe('localhost');
});

test('there are none without https, nor under a number', () => {
	expect(idOf('http://waypost.example')).toBeNull();
	expect(idOf('http://127.0.0.1:3000')).toBeNull();
	expect(idOf('https://192.0.2.7')).toBeNull();
	expect(idOf('https://[2001:db8::1]')).toBeNull();
	expect(idOf('')).toBeNull();
});
