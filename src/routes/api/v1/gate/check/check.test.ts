import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as tokens from '#lib/server/auth/tokens.ts';
import { closeServing } from '#lib/server/db/serving.ts';
import { district, person, type TestDistrict, type TestPerson } from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { log } from '../../../../../hooks/log.ts';
import { POST } from './+server.ts';

const { app, appUrl, owner } = await testDatabase();
const gate = 'byod-network';
const told = vi.spyOn(log, 'error').mockImplementation(() => {});
let here: TestDistrict;
let teacher: TestPerson;
let token: string;

async function ask(body: string): Promise<{ status: number; answer: Record<string, unknown> }> {
	const url = new URL('https://waypost.example/api/v1/gate/check');
	const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	const event = {
		request: new Request(url, { method: 'POST', headers, body }),
		url,
		route: { id: '/api/v1/gate/check' },
		locals: { requestId: 'a-request' }
	};
	const response = await POST(event as unknown as Parameters<typeof POST>[0]);
	return { status: response.status, answer: await response.json() };
}
const askAbout = (who: object, about = gate) => ask(JSON.stringify({ gate: about, person: who }));
const refusal = (error: string) => ({ allow: false, error, message: expect.any(String) });

beforeAll(async () => {
	here = await district(app);
	teacher = await person(app, { school: here.school });
	const made = await tokens.create(app, {
		name: 'Network',
		scopes: ['gate:check'],
		gates: null,
		expiresAt: new Date(Date.now() + 86_400_000)
	});
	if (!made.ok) throw new Error(made.reason);
	token = made.token;
	await serveFrom(appUrl);
});
afterEach(() => told.mockClear());
afterAll(async () => {
	await closeServing();
	delete process.env.DATABASE_URL;
	told.mockRestore();
});

async function serveFrom(database: string): Promise<void> {
	await closeServing();
	process.env.DATABASE_URL = database;
}

describe('a question of another system', () => {
	test('is answered with reasons', async () => {
		const { status, answer } = await askAbout({ email: teacher.email });
		expect(status).toBe(200);
		expect(answer).toMatchObject({ allow: false, gate, allowed_until: null });
		expect(told).not.toHaveBeenCalled();
	});

	test.each([
		['zero', 'a\0b@wrsd.example'],
		['a line’s end', 'a\nb@wrsd.example'],
		['an escape', 'a\u001bb@wrsd.example'],
		['a control character of Latin-1', 'a\u0085b@wrsd.example']
	])('about a key that holds %s is bad input', async (_, written) => {
		for (const who of [{ email: written }, { sourced_id: written }])
			expect(await askAbout(who)).toEqual({ status: 400, answer: refusal('bad_request') });
		expect(told).not.toHaveBeenCalled();
	});

	test('that is no JSON is bad input', async () => {
		for (const body of ['', '{', 'null', '[]', '"x"'])
			expect(await ask(body)).toEqual({ status: 400, answer: refusal('bad_request') });
	});

	test('about a gate that there is not is told so, whatever it is called', async () => {
		for (const about of ['no-such-gate', 'constructor', 'a\0b'])
			expect(await askAbout({ email: teacher.email }, about)).toEqual({
				status: 404,
				answer: refusal('unknown_gate')
			});
	});

	test('is refused in the same shape while the database is away, and that is logged without the question', async () => {
		await serveFrom('postgres://waypost_app@127.0.0.1:1/away');
		expect(await askAbout({ email: teacher.email })).toEqual({ status: 503, answer: refusal('unavailable') });
		await serveFrom(appUrl);
		expect(told).toHaveBeenCalledOnce();
		expect(JSON.stringify(told.mock.calls)).not.toContain(teacher.email);
		expect(JSON.stringify(told.mock.calls)).toContain('a-request');
	});

	test('is refused in the same shape when its answer can’t be kept', async () => {
		await owner.schema.alterTable('gate_check').renameTo('gate_check_away').execute();
		expect(await askAbout({ email: teacher.email })).toEqual({ status: 500, answer: refusal('failed') });
		await owner.schema.alterTable('gate_check_away').renameTo('gate_check').execute();
		expect(told).toHaveBeenCalledOnce();
		expect((await askAbout({ email: teacher.email })).status).toBe(200);
	});
});
