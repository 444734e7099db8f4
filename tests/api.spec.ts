import type { APIRequestContext } from '@playwright/test';
import { run } from '../src/cli/child.mjs';
import { inProject } from '../src/cli/project.mjs';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const gate = 'register-classroom-account';

/** A token as the district's technology office makes it, on the command line. */
async function tokenOf(site: Site, ...more: string[]): Promise<string> {
	const made = await run(
		process.execPath,
		[inProject('src', 'cli', 'main.ts'), 'token', 'create', '--scope', 'gate:check', ...more],
		{ env: { ...process.env, DATABASE_URL: site.appUrl } }
	);
	const token = /\bwp_\S+/.exec(made.output)?.[0];
	if (made.code !== 0 || !token) throw new Error(`no token: ${made.output}`);
	return token;
}

function asker(request: APIRequestContext, token: string) {
	return async (body: unknown) => {
		const response = await request.post('/api/v1/gate/check', {
			headers: { authorization: `Bearer ${token}` },
			data: body
		});
		return { status: response.status(), answer: await response.json() };
	};
}

test('a certified teacher is let through, and until when is said', async ({ request, site }) => {
	const ask = asker(request, await tokenOf(site));
	const { status, answer } = await ask({ gate, person: { email: 'certified.teacher@wrsd.example' } });
	expect(status).toBe(200);
	expect(Object.keys(answer).sort()).toEqual([
		'allow',
		'allowed_until',
		'checked_at',
		'decision_id',
		'gate',
		'reasons'
	]);
	expect(answer).toMatchObject({ allow: true, gate, reasons: [] });
	expect(answer.decision_id).toMatch(/^[0-9a-f-]{36}$/);
	expect(new Date(answer.allowed_until).getTime()).toBeGreaterThan(Date.now());
	expect(answer.checked_at).toMatch(/Z$/);
});

test('who is not certified is told what is missing and where to go', async ({ request, site, baseURL }) => {
	const ask = asker(request, await tokenOf(site));
	const { answer } = await ask({ gate, person: { email: 'new.teacher@wrsd.example' } });
	expect(answer.allow).toBe(false);
	expect(answer.allowed_until).toBeNull();
	expect(answer.reasons.map(({ code }: { code: string }) => code)).toEqual([
		'not_certified',
		'not_certified',
		'not_acknowledged'
	]);
	for (const reason of answer.reasons) {
		expect(Object.keys(reason).sort()).toEqual(['code', 'message', 'next_step_url', 'requirement']);
		expect(reason.message.length).toBeGreaterThan(10);
		expect(reason.next_step_url).toMatch(new RegExp(`^${baseURL}/`));
	}
});

test('a lapsed certification is told apart from a missing one, and opens nothing', async ({
	request,
	site
}) => {
	const ask = asker(request, await tokenOf(site));
	const { answer } = await ask({ gate, person: { email: 'lapsed.teacher@wrsd.example' } });
	expect(answer.allow).toBe(false);
	expect(answer.reasons.map(({ code }: { code: string }) => code)).toContain('expired');
});

test('a person can be named by their id in the roster as well', async ({ request, site }) => {
	const ask = asker(request, await tokenOf(site));
	const { person } = await site.person('certified.teacher@wrsd.example');
	const { rows } = await site.app.transaction().execute(async (trx) => {
		const { sql } = await import('kysely');
		await sql`select set_config('waypost.scope', 'system:seed', true)`.execute(trx);
		return sql<{
			sourced_id: string;
		}>`select sourced_id from person_identity where person = ${person}`.execute(trx);
	});
	const { answer } = await ask({ gate, person: { sourced_id: rows[0]?.sourced_id } });
	expect(answer.allow).toBe(true);
});

test('an unknown person looks exactly like one who is not certified', async ({ request, site }) => {
	const ask = asker(request, await tokenOf(site));
	const known = await ask({ gate, person: { email: 'new.teacher@wrsd.example' } });
	const unknown = await ask({ gate, person: { email: 'nobody.at.all@wrsd.example' } });
	const unknownId = await ask({ gate, person: { sourced_id: 'no-such-id' } });
	const same = ({ status, answer }: typeof known) => ({ status, ...answer, decision_id: '', checked_at: '' });
	expect(same(unknown)).toEqual(same(known));
	expect(same(unknownId)).toEqual(same(known));
});

test('without a valid token, with a wrong question, or for an unknown gate, the answer is never “allow”', async ({
	request,
	site
}) => {
	const person = { email: 'certified.teacher@wrsd.example' };
	const refused = async (token: string, body: unknown, status: number) => {
		const given = await asker(request, token)(body);
		expect(given.status, JSON.stringify(body)).toBe(status);
		expect(given.answer.allow).toBe(false);
	};
	await refused('wp_made-up', { gate, person }, 401);
	await refused('', { gate, person }, 401);
	const token = await tokenOf(site);
	await refused(token, { gate }, 400);
	await refused(token, { gate, person: {} }, 400);
	await refused(token, { gate, person: { email: '' } }, 400);
	await refused(token, { gate, person: { email: 'certified\0teacher@wrsd.example' } }, 400);
	await refused(token, { gate, person: { ...person, sourced_id: 'x' } }, 400);
	await refused(token, { gate, person, at: '2020-01-01' }, 400);
	await refused(token, [], 400);
	await refused(token, { gate: 'no-such-gate', person }, 404);
	await refused(await tokenOf(site, '--gate', 'poster'), { gate, person }, 403);

	const { rows } = await site.owner.query<{ id: string }>(
		'select id from api_token order by created_at limit 1'
	);
	await site.owner.query('update api_token set revoked_at = now() where id = $1', [rows[0]?.id]);
	const bare = await request.post('/api/v1/gate/check', { data: { gate, person } });
	expect(bare.status()).toBe(401);
	expect((await bare.json()).allow).toBe(false);
});

test('a revoked token and one past its end open nothing from that moment', async ({ request, site }) => {
	const person = { email: 'certified.teacher@wrsd.example' };
	const token = await tokenOf(site, '--name', 'soon revoked', '--expires', '2d');
	const ask = asker(request, token);
	expect((await ask({ gate, person })).answer.allow).toBe(true);
	await site.setClock(new Date(Date.now() + 3 * 86_400_000));
	expect((await ask({ gate, person })).status).toBe(401);
	await site.setClock(null);
	expect((await ask({ gate, person })).status).toBe(200);
	await site.owner.query(`update api_token set revoked_at = waypost_now() where name = 'soon revoked'`);
	expect((await ask({ gate, person })).status).toBe(401);
});

test('a connection stays open for longer than the minute that proxies keep theirs', async ({ request }) => {
	const answer = await request.get('/healthz');
	const seconds = /timeout=(\d+)/.exec(answer.headers()['keep-alive'] ?? '')?.[1];
	expect(Number(seconds)).toBeGreaterThan(60);
});
