import { afterEach, describe, expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { addPerson } from './testing/people.ts';
import * as tokens from './tokens.ts';

const { app, setClock } = await testDatabase();
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);
const request = (over: Partial<tokens.NewToken> = {}): tokens.NewToken => ({
	name: 'Network sign-up',
	scopes: ['gate:check'],
	gates: ['byod-network'],
	expiresAt: inDays(30),
	...over
});
async function made(over: Partial<tokens.NewToken> = {}) {
	const answer = await tokens.create(app, request(over));
	if (!answer.ok) throw new Error(answer.reason);
	return answer;
}
const unknown = { ok: false, reason: 'unknown' };

afterEach(() => setClock(null));

describe('a token of another system', () => {
	test('is shown once and stored as its hash', async () => {
		const { id, token } = await made();
		expect(token).toMatch(/^wp_[A-Za-z0-9_-]{43}$/);
		const rows = await app.selectFrom('api_token').selectAll().execute();
		expect(rows.map((row) => row.token_hash.toString('base64url')).some((hash) => token.includes(hash))).toBe(
			false
		);
		expect(JSON.stringify(await tokens.list(app))).not.toContain(token.slice(3));
		expect(await tokens.verify(app, `Bearer ${token}`)).toEqual({
			ok: true,
			token: { id, name: 'Network sign-up', scopes: ['gate:check'], gates: ['byod-network'] }
		});
	});

	test('may do what it was made for and ask about its gates only', async () => {
		const token = { id: '', name: '', scopes: ['gate:check'], gates: ['byod-network'] };
		expect(tokens.allows(token, 'gate:check', 'byod-network')).toBe(true);
		expect(tokens.allows(token, 'gate:check', 'poster')).toBe(false);
		expect(tokens.allows(token, 'records:read')).toBe(false);
		expect(tokens.allows({ ...token, gates: null }, 'gate:check', 'poster')).toBe(true);
	});

	test('is refused without, with a foreign, broken or invented header', async () => {
		const { token } = await made();
		expect(await tokens.verify(app, null)).toEqual({ ok: false, reason: 'missing' });
		expect(await tokens.verify(app, '')).toEqual({ ok: false, reason: 'missing' });
		for (const header of [
			token,
			`Basic ${token}`,
			`Bearer ${token}x`,
			`Bearer wp_${'x'.repeat(43)}`,
			'Bearer',
			`Bearer ${token.slice(3)}`
		]) {
			expect(await tokens.verify(app, header)).toEqual(unknown);
		}
	});

	test('ends on its day, and at once when revoked, with the answer of an unknown one', async () => {
		const [over, revoked] = [await made({ expiresAt: inDays(1) }), await made()];
		expect(await tokens.revoke(app, revoked.id)).toBe(true);
		expect(await tokens.revoke(app, revoked.id)).toBe(false);
		expect(await tokens.verify(app, `Bearer ${revoked.token}`)).toEqual(unknown);
		expect((await tokens.verify(app, `Bearer ${over.token}`)).ok).toBe(true);
		await setClock(inDays(2));
		expect(await tokens.verify(app, `Bearer ${over.token}`)).toEqual(unknown);
	});

	test('is not made without a name, something to do, or an end within a year', async () => {
		const refused = async (over: Partial<tokens.NewToken>) => {
			const answer = await tokens.create(app, request(over));
			return answer.ok ? 'made' : answer.reason;
		};
		expect(await refused({ name: '  ' })).toBe('no-name');
		expect(await refused({ scopes: [] })).toBe('no-scope');
		expect(await refused({ gates: [] })).toBe('no-gate');
		expect(await refused({ expiresAt: inDays(-1) })).toBe('already-over');
		expect(await refused({ expiresAt: inDays(800) })).toBe('too-long');
	});

	test('leaves who made and revoked it in the ledger, and when it was last used', async () => {
		const { person } = await addPerson(app);
		const answer = await tokens.create(app, request({ name: 'Logged' }), person);
		const id = answer.ok ? answer.id : '';
		const listed = async () => (await tokens.list(app)).find((token) => token.id === id);
		expect((await listed())?.lastUsedAt).toBeNull();
		if (answer.ok) await tokens.verify(app, `Bearer ${answer.token}`);
		expect((await listed())?.lastUsedAt).toBeInstanceOf(Date);
		await tokens.revoke(app, id, person);
		const events = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor'])
			.where('subject', '=', id)
			.orderBy('id')
			.execute();
		expect(events).toEqual([
			{ kind: 'api-token-created', actor: person },
			{ kind: 'api-token-revoked', actor: person }
		]);
	});
});
