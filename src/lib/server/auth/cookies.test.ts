import { expect, test } from 'vitest';
import { cookieName, deviceCookie, sessionCookie, type CookieEvent } from './cookies.ts';
import { visitorCookie } from './visitor-cookie.ts';

function eventAt(address: string) {
	const jar = new Map<string, { value: string; attributes: object }>();
	const event: CookieEvent = {
		url: new URL(address),
		cookies: {
			get: (name) => jar.get(name)?.value,
			set: (name, value, attributes) => void jar.set(name, { value, attributes }),
			delete: (name) => void jar.delete(name)
		}
	};
	return { event, jar };
}

test('on https a cookie belongs to this host alone, and no script reads it', () => {
	const { event, jar } = eventAt('https://waypost.example/');
	sessionCookie.set(event, 'secret');
	expect(jar.get('__Host-session')).toEqual({
		value: 'secret',
		attributes: { path: '/', httpOnly: true, sameSite: 'lax', secure: true, maxAge: 43_200 }
	});
	expect(sessionCookie.read(event)).toBe('secret');
	sessionCookie.clear(event);
	expect(sessionCookie.read(event)).toBeUndefined();
});

test('on http, where that prefix is unknown, it has the plain name', () => {
	const { event, jar } = eventAt('http://localhost:3000/');
	const until = new Date('2027-01-01T00:00:00Z');
	visitorCookie.set(event, 'a', until);
	deviceCookie.set(event, 'b');
	expect(jar.get('visitor')?.attributes).toMatchObject({ secure: false, expires: until });
	expect(jar.get('device')?.attributes).toMatchObject({ secure: false, maxAge: 400 * 86_400 });
	expect(cookieName('session', event.url)).toBe('session');
});
