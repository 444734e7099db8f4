import type { RequestEvent } from '@sveltejs/kit';
import { afterEach, expect, test, vi } from 'vitest';
import { canonicalHost } from './canonical-host.ts';

afterEach(() => vi.unstubAllEnvs());

async function ask(
	path: string,
	headers: Record<string, string>,
	{ method = 'GET', origin = 'https://waypost.example' } = {}
) {
	vi.stubEnv('ORIGIN', origin);
	const request = new Request(`https://any.example${path}`, { method });
	// A Request of its own refuses a Host header; the server's has one.
	const read = { get: (name: string) => headers[name] ?? null };
	const event = {
		url: new URL((origin || 'http://localhost') + path),
		request: { method: request.method, headers: read },
		isSubRequest: false
	};
	const answer = await canonicalHost({
		event: event as unknown as RequestEvent,
		resolve: async () => new Response('served')
	});
	return answer.status === 200 ? 'served' : `${answer.status} ${answer.headers.get('location')}`;
}

test('who came by another name is sent to the site’s own, with path and question', async () => {
	expect(await ask('/learn?a=1', { host: '127.0.0.1:3000' })).toBe('308 https://waypost.example/learn?a=1');
	expect(await ask('//evil.example/x', { host: 'other' })).toBe(
		'308 https://waypost.example//evil.example/x'
	);
});

test('who came by the right name, also through a proxy, is served', async () => {
	expect(await ask('/learn', { host: 'waypost.example' })).toBe('served');
	expect(await ask('/learn', { host: 'upstream:3000', 'x-forwarded-host': 'waypost.example' })).toBe(
		'served'
	);
});

test('health checks and forms are not sent elsewhere', async () => {
	expect(await ask('/healthz', { host: '10.0.0.7' })).toBe('served');
	expect(await ask('/readyz', { host: '10.0.0.7' })).toBe('served');
	expect(await ask('/sign-in', { host: '10.0.0.7' }, { method: 'POST' })).toBe('served');
});

test('without an origin there is no other name', async () => {
	expect(await ask('/learn', { host: '10.0.0.7' }, { origin: '' })).toBe('served');
});
