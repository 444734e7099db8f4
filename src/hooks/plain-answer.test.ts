import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { plainAnswers } from './plain-answer.ts';

function ask(thrown: () => never, { accept = 'text/html', isDataRequest = false } = {}) {
	const event = {
		url: new URL('https://waypost.example/accounts'),
		request: new Request('https://waypost.example/accounts', { headers: { accept } }),
		route: { id: '/accounts' },
		locals: { requestId: 'r-1', actor: { kind: 'nobody' }, locale: 'es' },
		isDataRequest
	} as unknown as RequestEvent;
	return plainAnswers({
		event,
		resolve: async () => {
			thrown();
		}
	});
}
const refuse = () => error(403, { message: 'Only for <staff>', hint: 'Ask & see' });

describe('what a handle refuses', () => {
	test('is a page in the person’s language, with the hint and ways on, under a policy that allows nothing else', async () => {
		const answer = await ask(refuse);
		expect(answer.status).toBe(403);
		expect(answer.headers.get('content-security-policy')).toMatch(
			/^default-src 'none'; style-src 'sha256-.+'; frame-ancestors 'none'/
		);
		const html = await answer.text();
		expect(html).toContain('<html lang="es">');
		expect(html).toContain('<h1>Only for &lt;staff&gt;</h1><p>Ask &amp; see</p>');
		expect(html).toContain('href="/help"');
	});

	test('is JSON to scripts and to other systems', async () => {
		for (const asked of [
			await ask(refuse, { isDataRequest: true }),
			await ask(refuse, { accept: 'application/json' })
		])
			expect([asked.status, await asked.json()]).toEqual([
				403,
				{ message: 'Only for <staff>', hint: 'Ask & see' }
			]);
	});

	test('that nobody expected is told with a reference and without what went wrong', async () => {
		const answer = await ask(() => {
			throw new Error('secret words');
		});
		expect(answer.status).toBe(500);
		const html = await answer.text();
		expect(html).toContain('r-1');
		expect(html).not.toContain('secret');
	});

	test('a redirect goes on as it was', async () => {
		await expect(ask(() => redirect(303, '/sign-in'))).rejects.toMatchObject({ location: '/sign-in' });
	});
});
