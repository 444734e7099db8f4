import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { beforeEach, describe, expect, test } from 'vitest';
import { range } from '#lib/server/db/instants.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import type { PersonActor } from '../actor.ts';
import { changePassword } from '../password-change.ts';
import { signIn, beginSession } from '../sign-in.ts';
import * as limits from '../sign-in-limits.ts';
import * as sessions from '../sessions.ts';
import { addOrganisation, addPerson, cheapHasher, endPerson } from '../testing/people.ts';
import * as passkeys from './passkeys.ts';
import { relyingParty } from './relying-party.ts';
import * as secondFactor from './second-factor.ts';
import * as step from './sign-in-step.ts';
import * as steps from './steps.ts';
import { softPasskey, type Lies } from './testing/soft-passkey.ts';

const { app } = await testDatabase();
const party = relyingParty('https://waypost.example', 'Waypost') ?? expect.fail();
const now = new Date();
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const password = 'a violin in the snow';
const names = { issuer: 'Waypost', login: 'ana' };
const place = { device: null, label: 'Firefox · Mac' };

process.env.WAYPOST_SECRET_KEY = randomBytes(32).toString('base64');

beforeEach(async () => {
	await app.deleteFrom('sign_in_failure').execute();
});

let count = 0;
/** Somebody with a password, signed in with it, who has just proved it again. */
async function somebody(settings: Parameters<typeof addPerson>[1] = {}) {
	count += 1;
	const email = `person${count}@wrsd.example`;
	const { person } = await addPerson(app, { email, password, ...settings });
	return { email, person, ...(await signedIn(person)) };
}
async function signedIn(person: string) {
	const { token } = await sessions.create(app, person, { device: '', provedAt: now });
	return { token, ...(await byOf(token)) };
}
async function byOf(token: string): Promise<{ by: secondFactor.Changer }> {
	const read = await sessions.read(app, token);
	if (!read) throw new Error('not signed in');
	return { by: { actor: read.actor, deviceLabel: 'Firefox · Mac' } };
}
/** The one who changed something, in the session that they have from then on. */
async function after(changed: { ok: boolean; session?: sessions.NewSession | null }, token: string) {
	if (!changed.ok) throw new Error(JSON.stringify(changed));
	return byOf(changed.session?.token ?? token);
}

async function addPasskey(by: secondFactor.Changer, { name = 'Phone', lies = {} as Lies, at = now } = {}) {
	const key = softPasskey(party);
	const asked = await passkeys.askToRegister(
		app,
		{ person: by.actor.person, login: 'ana', name: 'Ana' },
		party,
		at
	);
	const response = key.make(asked, lies);
	return { key, response, added: await secondFactor.addPasskey(app, by, { response, name }, party, at) };
}

async function addApp(by: secondFactor.Changer, at = now) {
	await secondFactor.beginAuthenticator(app, by, at);
	const { begun } = await secondFactor.standing(app, by.actor, names, at);
	const totp = new TOTP({ secret: begun?.secret ?? '' });
	const codeAt = (when: Date) => totp.generate({ timestamp: when.getTime() });
	return { codeAt, begun, added: await secondFactor.confirmAuthenticator(app, by, codeAt(at), at) };
}

/** The step of somebody whose password was right. */
async function stepOf(email: string) {
	const input = { login: email, password, address: null, device: null };
	const answer = await signIn(app, input, now, { hasher: cheapHasher, demo: false });
	if (answer.ok || answer.reason !== 'second-factor') throw new Error(`no step: ${JSON.stringify(answer)}`);
	return answer.step.token;
}

const events = (person: string) =>
	app
		.selectFrom('ledger_event')
		.select(['kind', 'actor', 'detail'])
		.where('subject', '=', person)
		.orderBy('id')
		.execute();

describe('a first factor', () => {
	test('ends the session of the password and every other, and begins a strong one under a new id', async () => {
		const { person, token, by } = await somebody();
		const elsewhere = await sessions.create(app, person, { device: '' });
		const { added } = await addPasskey(by);
		if (!added.ok || !added.session) throw new Error('no session');
		expect(added.session.token).not.toBe(token);
		expect(await sessions.read(app, token)).toBeNull();
		expect(await sessions.read(app, elsewhere.token)).toBeNull();
		expect((await sessions.read(app, added.session.token))?.actor.assurance).toBe('strong');
	});

	test('brings ten recovery codes, which a second one does not change', async () => {
		const { token, by } = await somebody();
		const { added } = await addPasskey(by);
		expect(added.ok && added.recoveryCodes).toHaveLength(10);
		expect(new Set(added.ok ? added.recoveryCodes : []).size).toBe(10);
		const next = await after(added, token);
		const app2 = await addApp(next.by);
		expect(app2.added).toEqual({ ok: true, session: null, recoveryCodes: null });
	});

	test('is told to the ledger, without a name', async () => {
		const { person, by } = await somebody();
		await addPasskey(by, { name: 'Ana’s own phone' });
		expect(await events(person)).toEqual([
			{ kind: 'second-factor-added', actor: person, detail: { factor: 'passkey' } }
		]);
	});

	test('is nowhere in the tables as somebody could use it', async () => {
		const { token, by } = await somebody();
		const { begun, added } = await addApp(by);
		const codes = (added.ok && added.recoveryCodes) || [];
		const stored = await within(app, { kind: 'system', purpose: 'second-factor' }, async (trx) => {
			const { rows } = await sql<{ row: string }>`
				select a::text as row from second_factor_authenticator a
				union all select c::text from second_factor_recovery_code c`.execute(trx);
			return rows
				.map(({ row }) => row)
				.join()
				.toLowerCase();
		});
		const secret = begun?.secret ?? expect.fail();
		expect(stored).not.toContain(secret.toLowerCase());
		expect(stored).not.toContain(new TOTP({ secret }).secret.hex.toLowerCase());
		for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', '').toLowerCase());
		await after(added, token);
	});

	test('can’t be added by an open screen alone: who it is has to be proved again', async () => {
		const { person, token, by } = await somebody();
		await secondFactor.forgetProof(app, by.actor);
		expect((await addPasskey(by)).added).toEqual({ ok: false, reason: 'prove-first' });
		expect((await addApp(by)).added).toEqual({ ok: false, reason: 'prove-first' });
		const wrong = { password: 'not my password at all', address: null, device: null };
		expect(
			await secondFactor.provePassword(app, by.actor, wrong, now, { hasher: cheapHasher })
		).toMatchObject({ reason: 'wrong' });
		expect((await addPasskey(by)).added).toMatchObject({ reason: 'prove-first' });
		await secondFactor.provePassword(app, by.actor, { ...wrong, password }, now, { hasher: cheapHasher });
		expect((await addPasskey(by, { at: later(11 * 60) })).added).toMatchObject({ reason: 'prove-first' });
		expect((await addPasskey(by)).added.ok).toBe(true);
		expect(await sessions.read(app, token)).toBeNull();
		expect(person).toBe(by.actor.person);
	});

	test('may be added at once by who has just come from somebody else’s sign-in page, having nothing else', async () => {
		const { person } = await addPerson(app);
		const { token } = await sessions.create(app, person, { device: '' });
		const { by } = await byOf(token);
		expect((await addPasskey(by, { at: later(11 * 60) })).added).toMatchObject({ reason: 'prove-first' });
		expect((await addPasskey(by, { at: new Date() })).added.ok).toBe(true);
	});
});

describe('a passkey', () => {
	test.each<[string, Lies]>([
		['of another site', { origin: 'https://evil.example' }],
		['bound to another host', { rpId: 'evil.example' }],
		['that did not verify its user', { unverified: true }],
		['that answers what nobody asked', { challenge: randomBytes(32).toString('base64url') }]
	])('%s is not kept', async (_, lies) => {
		const { by } = await somebody();
		expect((await addPasskey(by, { lies })).added).toEqual({ ok: false, reason: 'not-made' });
	});

	test('is kept once: the answer that made it can’t be sent again, nor by somebody else', async () => {
		const { token, by } = await somebody();
		const other = await somebody();
		const { response, added } = await addPasskey(by);
		const next = await after(added, token);
		const again = (changer: secondFactor.Changer) =>
			secondFactor.addPasskey(app, changer, { response, name: 'Phone' }, party, now);
		expect(await again(next.by)).toEqual({ ok: false, reason: 'not-made' });
		expect(await again(other.by)).toEqual({ ok: false, reason: 'not-made' });
	});

	test('made for one person’s question is not another’s', async () => {
		const [one, two] = [await somebody(), await somebody()];
		const key = softPasskey(party);
		const asked = await passkeys.askToRegister(
			app,
			{ person: one.person, login: 'a', name: 'A' },
			party,
			now
		);
		const input = { response: key.make(asked), name: 'Phone' };
		expect(await secondFactor.addPasskey(app, two.by, input, party, now)).toMatchObject({
			reason: 'not-made'
		});
	});

	test('answers too late after five minutes', async () => {
		const { by } = await somebody();
		const key = softPasskey(party);
		const who = { person: by.actor.person, login: 'a', name: 'A' };
		const asked = await passkeys.askToRegister(app, who, party, now);
		const input = { response: key.make(asked), name: 'Phone' };
		expect(await secondFactor.addPasskey(app, by, input, party, later(301))).toMatchObject({
			reason: 'not-made'
		});
	});

	test('is one of several with names, ten at the most', async () => {
		const { token, by } = await somebody();
		const first = await addPasskey(by, { name: 'Phone' });
		const next = await after(first.added, token);
		for (let more = 1; more < passkeys.PASSKEYS_KEPT; more += 1)
			expect((await addPasskey(next.by, { name: `Key ${more}` })).added.ok).toBe(true);
		expect((await addPasskey(next.by)).added).toEqual({ ok: false, reason: 'too-many' });
		const { passkeys: held } = await secondFactor.standing(app, next.by.actor, names, now);
		expect(held).toHaveLength(10);
		const id = held[0]?.id ?? '';
		expect(await secondFactor.renamePasskey(app, next.by, { id, name: 'Old phone' }, now)).toMatchObject({
			ok: true
		});
		const stranger = await somebody();
		expect(await secondFactor.renamePasskey(app, stranger.by, { id, name: 'Mine' }, now)).toMatchObject({
			reason: 'gone'
		});
		const renamed = await secondFactor.standing(app, next.by.actor, names, now);
		expect(renamed.passkeys[0]?.name).toBe('Old phone');
	});
});

describe('signing in with a passkey alone', () => {
	const ask = () => passkeys.askToUse(app, null, party, now);
	const enter = (response: string, at = now) => step.signInWithPasskey(app, response, party, place, at);

	test('needs no name and no password, and is strong', async () => {
		const { person, token, by } = await somebody();
		const { key, added } = await addPasskey(by);
		await after(added, token);
		const asked = await ask();
		expect(asked.allowCredentials ?? []).toEqual([]);
		const answer = await enter(key.use(asked));
		if (!answer.ok) throw new Error(answer.reason);
		expect((await sessions.read(app, answer.session.token))?.actor).toMatchObject({
			person,
			assurance: 'strong'
		});
	});

	test('works once for each question', async () => {
		const { by } = await somebody();
		const { key } = await addPasskey(by);
		const response = key.use(await ask());
		expect((await enter(response)).ok).toBe(true);
		expect(await enter(response)).toEqual({ ok: false, reason: 'wrong' });
	});

	test.each<[string, Lies]>([
		['of another site', { origin: 'https://evil.example' }],
		['bound to another host', { rpId: 'evil.example' }],
		['without its user', { unverified: true }],
		['with a forged signature', { forged: true }],
		['to a question of its own', { challenge: randomBytes(32).toString('base64url') }],
		['in another person’s name', { userHandle: Buffer.from('somebody else').toString('base64url') }]
	])('refuses an answer %s', async (_, lies) => {
		const { by } = await somebody();
		const { key } = await addPasskey(by);
		expect(await enter(key.use(await ask(), lies))).toEqual({ ok: false, reason: 'wrong' });
		expect((await enter(key.use(await ask()))).ok).toBe(true);
	});

	test('refuses a copy, whose counter does not go on', async () => {
		const { by } = await somebody();
		const { key } = await addPasskey(by);
		expect((await enter(key.use(await ask()))).ok).toBe(true);
		expect(await enter(key.use(await ask(), { counterStays: true }))).toEqual({ ok: false, reason: 'wrong' });
	});

	test('refuses a question that was put for something else, one that is old, and what is no answer', async () => {
		const { person, by } = await somebody();
		const { key } = await addPasskey(by);
		const proving = await passkeys.askToUse(app, person, party, now);
		expect((await enter(key.use(proving))).ok).toBe(false);
		expect((await enter(key.use(await ask()), later(301))).ok).toBe(false);
		for (const text of [
			'',
			'{}',
			'null',
			'[]',
			'{"id":1}',
			`{"id":"${key.id}","response":{}}`,
			'x'.repeat(30_000)
		])
			expect(await enter(text)).toEqual({ ok: false, reason: 'wrong' });
	});

	test('refuses people who have left, and a sign-in that is disabled', async () => {
		const [left, disabled] = [await somebody(), await somebody()];
		const keys = [await addPasskey(left.by), await addPasskey(disabled.by)];
		await endPerson(app, left.person);
		await app
			.updateTable('sign_in')
			.set({ disabled_at: now })
			.where('person', '=', disabled.person)
			.execute();
		for (const { key } of keys) expect((await enter(key.use(await ask()))).ok).toBe(false);
	});

	test('works for a guardian or a student without an e-mail address and a password', async () => {
		const { person } = await addPerson(app);
		const key = softPasskey(party);
		const asked = await passkeys.askToRegister(app, { person, login: 'code', name: 'Ana' }, party, now);
		await within(app, { kind: 'system', purpose: 'second-factor' }, (trx) =>
			passkeys.register(trx, person, { response: key.make(asked), name: 'Phone' }, party, now)
		);
		const answer = await enter(key.use(await ask()));
		expect(answer.ok && answer.person).toBe(person);
	});
});

describe('after the right password of somebody with a second factor', () => {
	test('there is a step and no session, and the step opens nothing', async () => {
		const { email, person, token, by } = await somebody();
		const { added } = await addPasskey(by);
		await after(added, token);
		const held = await app.selectFrom('session').select('id_hash').where('person', '=', person).execute();
		const stepToken = await stepOf(email);
		expect(await app.selectFrom('session').select('id_hash').where('person', '=', person).execute()).toEqual(
			held
		);
		expect(await sessions.read(app, stepToken)).toBeNull();
	});

	test('so it is after any other way of proving who one is once', async () => {
		const { person, by } = await somebody();
		await addPasskey(by);
		expect(await beginSession(app, person, place, now)).toMatchObject({
			ok: false,
			reason: 'second-factor'
		});
	});

	test('a wrong password makes no step, and says nothing of the factor', async () => {
		const { email, by } = await somebody();
		await addPasskey(by);
		const input = { login: email, password: 'a violin in the rain', address: null, device: null };
		expect(await signIn(app, input, now, { hasher: cheapHasher, demo: false })).toEqual({
			ok: false,
			reason: 'wrong'
		});
	});

	test('a code of the app goes the step once; the session is new, strong and as shared as was said', async () => {
		const { email, token, by } = await somebody();
		const { codeAt, added } = await addApp(by);
		await after(added, token);
		const input = { login: email, password, address: null, device: null, shared: true };
		const entered = await signIn(app, input, now, { hasher: cheapHasher, demo: false });
		if (entered.ok || entered.reason !== 'second-factor') throw new Error('no step');
		const proof = { kind: 'code', code: codeAt(later(30)) } as const;
		expect(await step.offered(app, entered.step.token, now)).toMatchObject({ code: true, passkey: false });
		const done = await step.finish(app, entered.step.token, proof, place, later(30));
		if (!done.ok) throw new Error(done.reason);
		expect((await sessions.read(app, done.session.token))?.actor).toMatchObject({
			assurance: 'strong',
			shared: true
		});
		expect(await step.finish(app, entered.step.token, proof, place, later(30))).toEqual({
			ok: false,
			reason: 'over'
		});
	});

	test('a passkey goes it, and only one of that person', async () => {
		const [one, two] = [await somebody(), await somebody()];
		const [mine, theirs] = [await addPasskey(one.by), await addPasskey(two.by)];
		const token = await stepOf(one.email);
		const asked = await passkeys.askToUse(app, one.person, party, now);
		expect(asked.allowCredentials?.map(({ id }) => id)).toEqual([mine.key.id]);
		const finish = (response: string) =>
			step.finish(app, token, { kind: 'passkey', response, party }, place, now);
		expect(await finish(theirs.key.use(asked))).toMatchObject({ reason: 'wrong' });
		expect(await finish(mine.key.use(await passkeys.askToUse(app, null, party, now)))).toMatchObject({
			reason: 'wrong'
		});
		expect((await finish(mine.key.use(await passkeys.askToUse(app, one.person, party, now)))).ok).toBe(true);
	});

	test('a recovery code goes it, each of them once, however it is typed', async () => {
		const { email, person, token, by } = await somebody();
		const { added } = await addApp(by);
		const codes = (added.ok && added.recoveryCodes) || [];
		const next = await after(added, token);
		const finish = async (code: string) =>
			step.finish(app, await stepOf(email), { kind: 'recovery-code', code }, place, now);
		expect((await finish((codes[0] ?? '').toLowerCase().replaceAll('-', ' '))).ok).toBe(true);
		expect(await finish(codes[0] ?? '')).toMatchObject({ reason: 'wrong' });
		expect((await finish(codes[1] ?? '')).ok).toBe(true);
		const standing = await secondFactor.standing(app, next.by.actor, names, now);
		expect(standing.recoveryCodes?.left).toBe(8);
		expect((await events(person)).filter(({ kind }) => kind === 'recovery-code-used')).toHaveLength(2);
		const stranger = await somebody();
		await addPasskey(stranger.by);
		const theirs = await stepOf(stranger.email);
		const proof = { kind: 'recovery-code', code: codes[2] ?? '' } as const;
		expect(await step.finish(app, theirs, proof, place, now)).toMatchObject({ reason: 'wrong' });
	});

	test('the step is over after ten minutes, with a new password, and when the person is gone', async () => {
		const { email, token, by } = await somebody();
		const { codeAt, added } = await addApp(by);
		const next = await after(added, token);
		const finish = (stepToken: string, at: Date) =>
			step.finish(app, stepToken, { kind: 'code', code: codeAt(at) }, place, at);
		expect(await finish(await stepOf(email), later(601))).toEqual({ ok: false, reason: 'over' });
		const before = await stepOf(email);
		const change = {
			current: password,
			next: 'nine otters on a raft',
			ownWords: [],
			address: null,
			device: null,
			deviceLabel: ''
		};
		const changed = await changePassword(app, next.by.actor, change, now, { hasher: cheapHasher });
		if (!changed.ok) throw new Error(changed.reason);
		expect(await finish(before, later(60))).toEqual({ ok: false, reason: 'over' });
		// The new password's session is as strong as the one in which it was changed.
		expect((await sessions.read(app, changed.session.token))?.actor.assurance).toBe('strong');

		const gone = await somebody();
		const theirs = await addApp(gone.by);
		const last = await stepOf(gone.email);
		await endPerson(app, gone.person);
		const proof = { kind: 'code', code: theirs.codeAt(later(60)) } as const;
		expect(await step.finish(app, last, proof, place, later(60))).toEqual({ ok: false, reason: 'over' });
	});

	test('what was never a step is none', async () => {
		for (const token of ['', 'x', 'a'.repeat(43)]) {
			expect(await steps.find(app, token, now)).toBeNull();
			expect(await step.finish(app, token, { kind: 'code', code: '000000' }, place, now)).toEqual({
				ok: false,
				reason: 'over'
			});
		}
	});
});

describe('a code of the app', () => {
	async function withApp() {
		const one = await somebody();
		const made = await addApp(one.by);
		await after(made.added, one.token);
		const finish = async (code: string, at: Date) =>
			step.finish(app, await stepOf(one.email), { kind: 'code', code }, place, at);
		return { ...one, ...made, finish };
	}

	test('counts half a minute before and after, and no longer', async () => {
		const { codeAt, finish } = await withApp();
		const at = later(300);
		expect(await finish(codeAt(new Date(at.getTime() - 60_000)), at)).toMatchObject({ reason: 'wrong' });
		expect(await finish(codeAt(new Date(at.getTime() + 60_000)), at)).toMatchObject({ reason: 'wrong' });
		expect((await finish(codeAt(new Date(at.getTime() - 30_000)), at)).ok).toBe(true);
		expect((await finish(codeAt(new Date(at.getTime() + 30_000)), at)).ok).toBe(true);
	});

	test('is good once: not the one that set the app up, not one that was used, and not an older one', async () => {
		const { codeAt, finish } = await withApp();
		expect(await finish(codeAt(now), now)).toMatchObject({ reason: 'wrong' });
		const at = later(300);
		expect((await finish(codeAt(at), at)).ok).toBe(true);
		expect(await finish(codeAt(at), at)).toMatchObject({ reason: 'wrong' });
		expect(await finish(codeAt(new Date(at.getTime() - 30_000)), at)).toMatchObject({ reason: 'wrong' });
	});

	test('sent by two at once lets one of them in', async () => {
		const { email, codeAt } = await withApp();
		const at = later(300);
		const proof = { kind: 'code', code: codeAt(at) } as const;
		const tokens = await Promise.all([stepOf(email), stepOf(email), stepOf(email)]);
		const answers = await Promise.all(tokens.map((token) => step.finish(app, token, proof, place, at)));
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	});

	test('may be tried ten times, also from hundreds of requests at once; a new password does not help', async () => {
		const { email, codeAt } = await withApp();
		const at = later(300);
		const token = await stepOf(email);
		const answers = await Promise.all(
			Array.from({ length: 40 }, () => step.finish(app, token, { kind: 'code', code: '12345 x' }, place, at))
		);
		const said = answers.map((answer) => (answer.ok ? 'ok' : answer.reason));
		expect(said.filter((word) => word === 'wrong')).toHaveLength(limits.FAILURES_PER_ACCOUNT);
		expect(said.filter((word) => word === 'limited')).toHaveLength(40 - limits.FAILURES_PER_ACCOUNT);
		const right = { kind: 'code', code: codeAt(at) } as const;
		expect(await step.finish(app, await stepOf(email), right, place, at)).toMatchObject({
			reason: 'limited'
		});
		const open = later(300 + 15 * 60);
		const again = await beginSession(app, (await steps.find(app, token, now))?.person ?? '', place, open);
		if (again.ok || again.reason !== 'second-factor') throw new Error('no step');
		const fresh = { kind: 'code', code: codeAt(open) } as const;
		expect((await step.finish(app, again.step.token, fresh, place, open)).ok).toBe(true);
	});

	test('can’t be locked from the page of signing in, whatever is typed there', async () => {
		const { person, codeAt, finish } = await withApp();
		for (const login of [`SECOND FACTOR ${person}`, `second factor ${person}`])
			for (let tries = 0; tries < 12; tries += 1)
				await signIn(app, { login, password: 'x', address: null, device: null }, now, {
					hasher: cheapHasher,
					demo: false
				});
		expect((await finish(codeAt(later(300)), later(300))).ok).toBe(true);
	});

	test('says so when its secret was sealed with another key', async () => {
		const { codeAt, finish } = await withApp();
		const key = process.env.WAYPOST_SECRET_KEY;
		for (const other of [randomBytes(32).toString('base64'), '']) {
			process.env.WAYPOST_SECRET_KEY = other;
			expect(await finish(codeAt(later(300)), later(300))).toEqual({ ok: false, reason: 'unreadable' });
		}
		process.env.WAYPOST_SECRET_KEY = key;
		expect((await finish(codeAt(later(300)), later(300))).ok).toBe(true);
	});

	test('comes of the app that was confirmed last: a new phone takes the old one’s place', async () => {
		const { token, by } = await somebody();
		const old = await addApp(by);
		const next = await after(old.added, token);
		const started = await secondFactor.beginAuthenticator(app, next.by, now);
		expect(started.ok).toBe(true);
		// Until its first code is right, the old one counts.
		const proof = { kind: 'code', code: old.codeAt(later(60)) } as const;
		expect((await secondFactor.proveAgain(app, next.by.actor, proof, later(60))).ok).toBe(true);
		const fresh = await addApp(next.by, later(90));
		expect(fresh.added.ok).toBe(true);
		const late = later(200);
		expect(
			await secondFactor.proveAgain(app, next.by.actor, { kind: 'code', code: old.codeAt(late) }, late)
		).toMatchObject({ reason: 'wrong' });
		expect(
			(await secondFactor.proveAgain(app, next.by.actor, { kind: 'code', code: fresh.codeAt(late) }, late)).ok
		).toBe(true);
	});
});

describe('taking a factor away', () => {
	test('signs the other devices out and leaves this one strong while there is another factor', async () => {
		const { person, token, by } = await somebody();
		const first = await addPasskey(by);
		const next = await after(first.added, token);
		await addApp(next.by);
		const elsewhere = await sessions.create(app, person, { device: '', assurance: 'strong' });
		const removed = await secondFactor.remove(app, next.by, { kind: 'authenticator' }, now);
		const left = await after(removed, token);
		expect(left.by.actor.assurance).toBe('strong');
		expect(await sessions.read(app, elsewhere.token)).toBeNull();
	});

	test('with the last one takes recovery codes and strength', async () => {
		const { token, by } = await somebody();
		const first = await addPasskey(by);
		const next = await after(first.added, token);
		const id = (await secondFactor.standing(app, next.by.actor, names, now)).passkeys[0]?.id ?? '';
		const removed = await secondFactor.remove(app, next.by, { kind: 'passkey', id }, now);
		const left = await after(removed, token);
		expect(left.by.actor.assurance).toBe('password');
		expect((await secondFactor.standing(app, left.by.actor, names, now)).recoveryCodes).toBeNull();
	});

	test('is refused for the only way in', async () => {
		const { person } = await addPerson(app);
		const { token, by } = await signedIn(person);
		const first = await addPasskey(by);
		const next = await after(first.added, token);
		const id = (await secondFactor.standing(app, next.by.actor, names, now)).passkeys[0]?.id ?? '';
		expect(await secondFactor.remove(app, next.by, { kind: 'passkey', id }, now)).toEqual({
			ok: false,
			reason: 'only-way-in'
		});
		expect((await secondFactor.standing(app, next.by.actor, names, now)).passkeys).toHaveLength(1);
	});

	test('is nobody else’s to do, and asks for a proof', async () => {
		const [one, two] = [await somebody(), await somebody()];
		const first = await addPasskey(one.by);
		const next = await after(first.added, one.token);
		const id = (await secondFactor.standing(app, next.by.actor, names, now)).passkeys[0]?.id ?? '';
		expect(await secondFactor.remove(app, two.by, { kind: 'passkey', id }, now)).toMatchObject({
			reason: 'gone'
		});
		await secondFactor.forgetProof(app, next.by.actor);
		expect(await secondFactor.remove(app, next.by, { kind: 'passkey', id }, now)).toMatchObject({
			reason: 'prove-first'
		});
		expect(await secondFactor.renewRecoveryCodes(app, next.by, now)).toMatchObject({ reason: 'prove-first' });
	});
});

test('new recovery codes make the old ones worthless', async () => {
	const { email, token, by } = await somebody();
	const { added } = await addPasskey(by);
	const old = (added.ok && added.recoveryCodes) || [];
	const next = await after(added, token);
	const renewed = await secondFactor.renewRecoveryCodes(app, next.by, now);
	const codes = (renewed.ok && renewed.recoveryCodes) || [];
	expect(codes).toHaveLength(10);
	const finish = async (code = '') =>
		step.finish(app, await stepOf(email), { kind: 'recovery-code', code }, place, now);
	expect(await finish(old[0])).toMatchObject({ reason: 'wrong' });
	expect((await finish(codes[0])).ok).toBe(true);
	const without = await somebody();
	expect(await secondFactor.renewRecoveryCodes(app, without.by, now)).toMatchObject({ reason: 'no-factor' });
});

test('what somebody has is seen by nobody else, whatever their scope', async () => {
	const { by } = await somebody();
	await addPasskey(by);
	const other = await somebody();
	for (const kind of ['self', 'district'] as const) {
		const seen = await within(app, { kind, actor: other.person }, (trx) =>
			trx.selectFrom('second_factor_passkey').select('id').execute()
		);
		expect(seen).toEqual([]);
	}
	expect(await app.selectFrom('second_factor_recovery_code').selectAll().execute()).toEqual([]);
});

describe('resetting the factors of somebody who has lost them', async () => {
	const [here, there] = [await addOrganisation(app, 'Here'), await addOrganisation(app, 'There')];
	const whole = await addOrganisation(app, 'The district', 'district');
	const grantor = await addPerson(app);
	const withRight = (
		right: 'district-administrator' | 'school-administrator' | 'auditor',
		organisation: string
	) => somebody({ school: organisation, right: { right, organisation, grantedBy: grantor.person } });
	const district = await withRight('district-administrator', whole);
	const principal = await withRight('school-administrator', here);

	async function locked(school: string) {
		const one = await somebody({ school });
		const { added } = await addPasskey(one.by);
		return { ...one, ...(await after(added, one.token)), added };
	}
	const reset = (actor: PersonActor, person: string) => secondFactor.reset(app, actor, person);

	test('lets them in with the password alone, ends their sessions, and is told to the ledger', async () => {
		const lost = await locked(there);
		expect(await reset(district.by.actor, lost.person)).toEqual({ ok: true });
		const { session } = lost.added.ok ? lost.added : { session: null };
		expect(await sessions.read(app, session?.token ?? '')).toBeNull();
		const input = { login: lost.email, password, address: null, device: null };
		expect((await signIn(app, input, now, { hasher: cheapHasher, demo: false })).ok).toBe(true);
		expect((await events(lost.person)).at(-1)).toEqual({
			kind: 'second-factor-reset',
			actor: district.person,
			detail: { passkeys: 1, authenticator: false }
		});
		expect(await reset(district.by.actor, lost.person)).toMatchObject({ reason: 'nothing-to-reset' });
	});

	test('is for the administrator of their school, and of no other', async () => {
		expect(await reset(principal.by.actor, (await locked(here)).person)).toEqual({ ok: true });
		expect(await reset(principal.by.actor, (await locked(there)).person)).toMatchObject({
			reason: 'no-such-person'
		});
	});

	test('is nobody’s for themselves, nor a school’s for those who hold rights', async () => {
		const { added } = await addPasskey(principal.by);
		const own = await after(added, principal.token);
		expect(await reset(own.by.actor, principal.person)).toMatchObject({ reason: 'oneself' });
		const reviewer = await locked(here);
		await app
			.insertInto('scope_grant')
			.values({
				person: reviewer.person,
				right: 'reviewer',
				organisation: here,
				during: range(new Date('2026-08-26T04:00:00Z'), null),
				granted_by: grantor.person
			})
			.execute();
		expect(await reset(own.by.actor, reviewer.person)).toMatchObject({ reason: 'holds-rights' });
		expect((await reset(district.by.actor, reviewer.person)).ok).toBe(true);
	});

	test('is not a school’s for somebody whose right over others begins tomorrow', async () => {
		const soon = await locked(here);
		await app
			.insertInto('scope_grant')
			.values({
				person: soon.person,
				right: 'district-administrator',
				organisation: whole,
				during: range(new Date(Date.now() + 86_400_000), null),
				granted_by: grantor.person
			})
			.execute();
		const other = await withRight('school-administrator', here);
		expect(await reset(other.by.actor, soon.person)).toMatchObject({ reason: 'holds-rights' });
		expect((await reset(district.by.actor, soon.person)).ok).toBe(true);
	});

	test('is not for auditors, for teachers, nor for rights that sleep', async () => {
		const lost = await locked(here);
		const auditor = await withRight('auditor', whole);
		expect(await reset(auditor.by.actor, lost.person)).toMatchObject({ reason: 'no-right' });
		expect(await reset((await somebody({ school: here })).by.actor, lost.person)).toMatchObject({
			reason: 'no-such-person'
		});
		const asleep = { ...district.by.actor, rights: [], sleepingRights: true };
		expect((await reset(asleep, lost.person)).ok).toBe(false);
	});
});
