import type { RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { bodySize } from './body-size.ts';

async function statusOf(headers: Record<string, string>, { route = '/sign-in', body = true } = {}) {
	const event = {
		request: { body: body ? new ReadableStream() : null, headers: new Headers(headers) },
		route: { id: route }
	} as unknown as RequestEvent;
	try {
		return (await bodySize({ event, resolve: async () => new Response() })).status;
	} catch (refused) {
		return (refused as { status: number }).status;
	}
}

test('a form of ours passes, and what none of them can be is refused before it is read', async () => {
	expect(await statusOf({ 'content-length': '20000' })).toBe(200);
	expect(await statusOf({ 'content-length': '600000' })).toBe(413);
	expect(await statusOf({ 'content-length': 'many' })).toBe(413);
	expect(await statusOf({ 'transfer-encoding': 'chunked' })).toBe(411);
	expect(await statusOf({}, { body: false })).toBe(200);
});

test('a roster is as long as it is', async () => {
	expect(await statusOf({ 'content-length': '60000000' }, { route: '/manage/roster' })).toBe(200);
	expect(await statusOf({ 'content-length': '60000000' }, { route: '/manage/roster/[id]' })).toBe(413);
});
