import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { asText } from '#lib/server/mail/render.ts';
import * as tries from './limited-tries.ts';
import * as reset from './password-reset.ts';
import { changePassword } from './password-change.ts';
import { hashSecret } from './secret.ts';
import * as sessions from './sessions.ts';
import { signIn } from './sign-in.ts';
import { addPerson, cheapHasher, endPerson } from './testing/people.ts';

const { app, owner, setClock } = await testDatabase();
const now = new Date();
const old = 'a violin in the snow';
const next = 'nine otters on a raft';
const seed: Scope = { kind: 'system', purpose: 'seed' };
const head = { origin: 'https://waypost.example', district: 'Test', zone: 'America/New_York' };
let made = 0;

beforeEach(() => vi.stubEnv('WAYPOST_DEMO', '1'));
afterEach(async () => {
	vi.unstubAllEnvs();
	await setClock(null);
	await within(app, mail.scope, (trx) => trx.deleteFrom('mail').execute());
});

const somebody = (over: Parameters<typeof addPerson>[1] = {}) =>
	addPerson(app, { email: `p${++made}@mail.example`, password: old, ...over });
const newEmail = () => `p${made}@mail.example`;
const ask = (email: string, at = now, address: string | null = '203.0.113.7', locale = 'en') =>
	reset.ask(app, { email, locale, address }, at);
const mails = async () => mail.shown(app, head);
const choose = (token: string, password = next) =>
	reset.choose(app, token, password, {
		districtWords: ['Test'],
		address: '203.0.113.7',
		device: null,
		hasher: cheapHasher
	});
const enter = (login: string, password: string) =>
	signIn(app, { login, password, address: null, device: null }, now, { hasher: cheapHasher, demo: false });
const tokensIn = (text: string) =>
	[...text.matchAll(/\/sign-in\/reset\/(\S+)/g)].map(([, token]) => token ?? '');

/** Asks and reads the mail's links. */
async function linksFor(email: string): Promise<string[]> {
	await ask(email);
	await reset.answerAsked(app);
	const [newest] = await mails();
	return newest ? tokensIn(asText(newest.letter)) : [];
}

describe('asking for a new password', () => {
	test('gives the same answer and leaves the same trace for a known and an unknown address', async () => {
		await somebody();
		const trace = async () =>
			within(app, { kind: 'system', purpose: 'password-reset' }, (trx) =>
				trx.selectFrom('password_reset_request').select(['email', 'locale']).execute()
			);
		expect(await ask(newEmail())).toEqual({ ok: true });
		expect(await ask('nobody@mail.example')).toEqual({ ok: true });
		expect(await trace()).toHaveLength(2);
		// Nothing else has happened while the page waits, for neither of them.
		expect(await mails()).toEqual([]);
		expect(await app.selectFrom('password_reset').selectAll().execute()).toEqual([]);
		expect(await reset.answerAsked(app)).toBe(2);
		expect((await mails()).map(({ to }) => to)).toEqual([newEmail()]);
		expect(await trace()).toEqual([]);
		expect(await app.selectFrom('password_reset_request').selectAll().execute()).toEqual([]);
	});

	test('is limited for each address that is typed, known or not, and starts anew an hour later', async () => {
		for (const email of [(await somebody(), newEmail()), 'stranger@mail.example']) {
			for (let count = 0; count < 3; count += 1) expect((await ask(email)).ok).toBe(true);
			expect(await ask(email.toUpperCase())).toEqual({
				ok: false,
				reason: 'limited',
				retryAfterSeconds: 3600
			});
			expect((await ask(email, new Date(now.getTime() + 3_600_000))).ok).toBe(true);
		}
		await reset.answerAsked(app);
	});

	test('a hundred times at once is answered three times', async () => {
		const answers = await Promise.all(Array.from({ length: 40 }, () => ask('flood@mail.example', now, null)));
		expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
		await reset.answerAsked(app);
	});

	test('from one network is limited after a hundred, and another network is not', async () => {
		const school = '198.51.100.4';
		for (let index = 0; index < 100; index += 1)
			await tries.note(app, { kind: 'password-reset', subject: `x${index}`, address: school }, now);
		expect(await ask('late@mail.example', now, school)).toMatchObject({ reason: 'limited' });
		expect((await ask('late@mail.example', now, '198.51.100.5')).ok).toBe(true);
		await reset.answerAsked(app);
	});

	test('is answered once, however many instances look', async () => {
		await somebody();
		await ask(newEmail());
		const counts = await Promise.all(Array.from({ length: 5 }, () => reset.answerAsked(app)));
		expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
		expect(await mails()).toHaveLength(1);
	});

	test('for an address that a family shares brings one mail with a link for each sign-in', async () => {
		const email = 'family@mail.example';
		const rosa = await addPerson(app, { givenName: 'Rosa', email, password: old });
		const theo = await addPerson(app, { givenName: 'Theo', email: null });
		await within(app, seed, async (trx) => {
			await trx
				.updateTable('person_identity')
				.set({ email: 'Family@Mail.example' })
				.where('person', '=', theo.person)
				.execute();
			await trx
				.insertInto('sign_in')
				.values({ person: theo.person, login: 'theo-12', password_hash: `cheap:${old}` })
				.execute();
		});
		const [toRosa, toTheo] = await linksFor(email);
		const [only, ...others] = await mails();
		expect(others).toEqual([]);
		const text = asText(only!.letter);
		expect(text).toContain('Rosa signs in as: family@mail.example');
		expect(text).toContain('Theo signs in as: theo-12');
		expect(await choose(toTheo ?? '')).toEqual({ ok: true, login: 'theo-12' });
		expect((await enter('theo-12', next)).ok).toBe(true);
		expect((await enter(email, old)).ok).toBe(true);
		expect(await reset.whose(app, toRosa ?? '')).toEqual({ givenName: 'Rosa', login: email });
		expect(rosa.person).not.toBe(theo.person);
	});

	test('with an address whose people have no sign-in says so in a mail, and asks for an invitation', async () => {
		await addPerson(app, { givenName: 'Carol', email: 'carol@mail.example' });
		await ask('carol@mail.example', now, null, 'pt-BR');
		await reset.answerAsked(app);
		const [only] = await mails();
		expect(asText(only!.letter)).toContain('Peça um convite na secretaria da sua escola');
		expect(tokensIn(asText(only!.letter))).toEqual([]);
	});

	test('that the district’s own sign-in knows says where its password is changed', async () => {
		const { person } = await addPerson(app, { givenName: 'Carol', email: 'carol.elsewhere@mail.example' });
		await within(app, seed, (trx) =>
			trx
				.insertInto('identity_link')
				.values({ person, issuer: 'https://id.example', subject: 'carol', matched_by: 'email' })
				.execute()
		);
		await ask('carol.elsewhere@mail.example');
		await reset.answerAsked(app);
		const [only] = await mails();
		expect(only?.letter.subject).toBe('Your Waypost sign-in has no password of its own');
		expect(asText(only!.letter)).toContain('Carol signs in to Waypost with another sign-in of the school');
	});

	test('brings no link to somebody who has left, or whose sign-in was disabled', async () => {
		const gone = await somebody();
		const goneEmail = newEmail();
		await endPerson(app, gone.person);
		expect(await linksFor(goneEmail)).toEqual([]);
		expect(await mails()).toEqual([]);
		const shut = await somebody();
		await app.updateTable('sign_in').set({ disabled_at: now }).where('person', '=', shut.person).execute();
		expect(await linksFor(newEmail())).toEqual([]);
	});

	test('sends to the address that the district has, never to a typed one that only looks like it', async () => {
		await addPerson(app, { email: 'kim@mail.example', password: old });
		// The sign of the kelvin becomes a plain k in small letters.
		await ask('\u212Aim@mail.example');
		await reset.answerAsked(app);
		expect((await mails()).map(({ to }) => to)).toEqual(['kim@mail.example']);
	});
});

describe('a link to a new password', () => {
	test('is stored as its hash, apart from the mail, and looking uses nothing up', async () => {
		await somebody();
		const [token] = await linksFor(newEmail());
		for (const table of ['password_reset', 'ledger_event'] as const)
			expect(JSON.stringify(await owner.selectFrom(table).selectAll().execute())).not.toContain(token);
		const stored = await app
			.selectFrom('password_reset')
			.select('token_hash')
			.where('token_hash', '=', hashSecret(token ?? ''))
			.execute();
		expect(stored).toHaveLength(1);
		for (let look = 0; look < 3; look += 1)
			expect(await reset.whose(app, token ?? '')).toEqual({ givenName: 'Ada', login: newEmail() });
		for (const wrong of ['', 'x', 'x'.repeat(43)]) expect(await reset.whose(app, wrong)).toBeNull();
	});

	test('changes the password once, ends every session, and is told of by mail', async () => {
		const { person } = await somebody();
		const { token: session } = await sessions.create(app, person, { device: '' });
		const [token] = await linksFor(newEmail());
		expect(await choose(token ?? '')).toEqual({ ok: true, login: newEmail() });
		expect(await sessions.read(app, session)).toBeNull();
		expect((await enter(newEmail(), old)).ok).toBe(false);
		expect((await enter(newEmail(), next)).ok).toBe(true);
		expect(await choose(token ?? '', 'a third one of these')).toEqual({ ok: false, reason: 'link' });
		expect(await reset.whose(app, token ?? '')).toBeNull();
		const [told] = await mails();
		expect(asText(told!.letter)).toContain('was changed with a link that was sent to this address');
		const events = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor'])
			.where('subject', '=', person)
			.orderBy('id')
			.execute();
		expect(events).toEqual([
			{ kind: 'password-reset.asked', actor: null },
			{ kind: 'password-reset', actor: person }
		]);
	});

	test('used twice at the same time changes it once', async () => {
		await somebody();
		const [token] = await linksFor(newEmail());
		const answers = await Promise.all([choose(token ?? ''), choose(token ?? '', 'ten otters on a raft')]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	});

	test('is void after an hour', async () => {
		await somebody();
		const [token] = await linksFor(newEmail());
		await setClock(new Date(Date.now() + 59 * 60_000));
		expect(await reset.whose(app, token ?? '')).not.toBeNull();
		await setClock(new Date(Date.now() + 61 * 60_000));
		expect(await reset.whose(app, token ?? '')).toBeNull();
		expect(await choose(token ?? '')).toEqual({ ok: false, reason: 'link' });
	});

	test('makes the other links of the same person void, and so does a change of the password', async () => {
		const { person } = await somebody();
		const email = newEmail();
		const [first] = await linksFor(email);
		const [second] = await linksFor(email);
		expect((await choose(first ?? '')).ok).toBe(true);
		expect(await reset.whose(app, second ?? '')).toBeNull();
		const [third] = await linksFor(email);
		const { token } = await sessions.create(app, person, { device: '' });
		const actor = (await sessions.read(app, token))?.actor;
		if (!actor) throw new Error('not signed in');
		const change = { current: next, next: 'quiet harbor seventeen', ownWords: [], deviceLabel: '' };
		const changed = await changePassword(app, actor, { ...change, address: null, device: null }, now, {
			hasher: cheapHasher
		});
		expect(changed.ok).toBe(true);
		expect(await reset.whose(app, third ?? '')).toBeNull();
	});

	test('of somebody who leaves meanwhile opens nothing', async () => {
		const { person } = await somebody();
		const [token] = await linksFor(newEmail());
		await endPerson(app, person);
		expect(await choose(token ?? '')).toEqual({ ok: false, reason: 'link' });
	});

	test('asks for a password that is not guessed first, and stays good', async () => {
		await somebody({ givenName: 'Rosalind', familyName: 'Achterberg' });
		const [token] = await linksFor(newEmail());
		expect(await choose(token ?? '', 'short')).toEqual({ ok: false, reason: 'too-short' });
		expect(await choose(token ?? '', 'Rosalind Achterberg')).toEqual({ ok: false, reason: 'own-words' });
		expect((await choose(token ?? '')).ok).toBe(true);
	});

	test('lets in at once whoever had shut themselves out by trying', async () => {
		await somebody();
		const email = newEmail();
		const wrong = { login: email, password: 'not this one', address: '203.0.113.7', device: null };
		for (let count = 0; count < 10; count += 1)
			await signIn(app, wrong, now, { hasher: cheapHasher, demo: false });
		expect(await enter(email, old)).toMatchObject({ reason: 'limited' });
		const [token] = await linksFor(email);
		await choose(token ?? '');
		expect((await enter(email, next)).ok).toBe(true);
	});
});

test('what is over is swept away', async () => {
	await somebody();
	await linksFor(newEmail());
	await sql`update password_reset set expires_at = waypost_now() - interval '8 days'`.execute(app);
	await reset.deleteOld(app);
	expect(await app.selectFrom('password_reset').selectAll().execute()).toEqual([]);
	await tries.deleteOld(app, new Date(now.getTime() + 27 * 3_600_000));
	expect(await app.selectFrom('limited_try').selectAll().execute()).toEqual([]);
});
