import { expect, test } from 'vitest';
import type { RequestEvent } from '@sveltejs/kit';
import { described, reportError } from './error-report.ts';

test('what the database quotes of a row is not logged', () => {
	const error = Object.assign(new Error('invalid input syntax for type uuid: "ana@wrsd.example"'), {
		severity: 'ERROR',
		code: '22P02',
		detail: 'Key (login)=(ana@wrsd.example) already exists.',
		constraint: 'sign_in_login_key'
	});
	const logged = described(error);
	expect(JSON.stringify(logged)).not.toMatch(/ana|wrsd/);
	expect(logged).toMatchObject({ code: '22P02', constraint: 'sign_in_login_key' });
});

test('our own messages are logged without addresses', () => {
	const logged = described(new Error('no learner for ana.rios@wrsd.example in x'));
	expect(logged.message).toBe('no learner for [address] in x');
	expect(logged.stack).not.toContain('wrsd.example');
	expect(described('a text that was thrown')).toEqual({ name: 'string' });
});

test('a page that is not there is told in the reader’s language, with what to do', async () => {
	const event = { locals: { locale: 'es', requestId: 'r-1' } } as RequestEvent;
	const told = await reportError({ error: new Error('x'), event, status: 404, message: 'Not Found' });
	expect(told).toMatchObject({ message: 'Esta página no existe' });
	expect(told).toHaveProperty('hint');
	expect(told).not.toHaveProperty('reference');
});
