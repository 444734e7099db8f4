import type { RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import type { RequestActor } from '#lib/server/auth/actor.ts';
import { securityHeaders } from './headers.ts';

const visitor: RequestActor = { kind: 'visitor', learner: 'l' };

async function headersOf(
	response: Response,
	{ address = 'https://waypost.example/', actor = { kind: 'nobody' } as RequestActor } = {}
) {
	const event = { url: new URL(address), locals: { actor } } as RequestEvent;
	const answer = await securityHeaders({ event, resolve: async () => response });
	return answer.headers;
}

test('every answer refuses frames, sniffing and what a page never needs', async () => {
	const headers = await headersOf(new Response('{}'));
	expect(Object.fromEntries(headers)).toMatchObject({
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'cross-origin-opener-policy': 'same-origin',
		'referrer-policy': 'strict-origin-when-cross-origin',
		'strict-transport-security': 'max-age=31536000',
		'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
		'permissions-policy': expect.stringContaining('camera=()'),
		'cache-control': 'private, no-cache'
	});
});

test('a page keeps the policy that its nonces are in', async () => {
	const headers = await headersOf(
		new Response('', { headers: { 'content-security-policy': "script-src 'nonce-x'" } })
	);
	expect(headers.get('content-security-policy')).toBe("script-src 'nonce-x'");
});

test('what a person or a visitor is shown is stored nowhere, whatever the route says', async () => {
	const response = () => new Response('', { headers: { 'cache-control': 'public, max-age=60' } });
	expect((await headersOf(response(), { actor: visitor })).get('cache-control')).toBe('no-store');
	expect((await headersOf(response(), { actor: visitor })).get('referrer-policy')).toBe('same-origin');
	expect((await headersOf(response())).get('cache-control')).toBe('public, max-age=60');
});

test('an answer that sets a cookie is stored nowhere', async () => {
	const response = new Response('', { headers: { 'set-cookie': 'session=x', 'cache-control': 'public' } });
	expect((await headersOf(response)).get('cache-control')).toBe('no-store');
});

test('http promises no https, and a stricter referrer policy stays', async () => {
	const response = new Response('', { headers: { 'referrer-policy': 'no-referrer' } });
	const headers = await headersOf(response, { address: 'http://localhost:3000/', actor: visitor });
	expect(headers.has('strict-transport-security')).toBe(false);
	expect(headers.get('referrer-policy')).toBe('no-referrer');
});

test('an answer that can not be changed is copied', async () => {
	const headers = await headersOf(Response.redirect('https://waypost.example/learn'));
	expect(headers.get('location')).toBe('https://waypost.example/learn');
	expect(headers.get('x-content-type-options')).toBe('nosniff');
});
