import { afterEach, describe, expect, test } from 'vitest';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as firstAdministrator from './first-administrator.ts';
import { signIn } from './sign-in.ts';
import * as sessions from './sessions.ts';
import { cheapHasher, endPerson } from './testing/people.ts';

const { app, setClock } = await testDatabase();
const password = 'violet teapot over the hill';
const district = {
	districtName: 'Wachusett',
	districtWords: ['Wachusett'],
	locale: 'es',
	hasher: cheapHasher
};

async function link(): Promise<string> {
	const made = await firstAdministrator.createLink(app);
	if (!made.ok) throw new Error(made.reason);
	return made.token;
}
function use(token: string, over: Partial<firstAdministrator.NewAdministrator> = {}) {
	const person = { givenName: 'Ada', familyName: 'Quill', email: 'Ada.Quill@wrsd.example', password };
	return firstAdministrator.useLink(app, token, { ...person, ...over }, district);
}

afterEach(() => setClock(null));

describe('the first administrator’s link', () => {
	test('is stored as its hash, and looking at it uses nothing up', async () => {
		const token = await link();
		const rows = await app.selectFrom('first_administrator_link').selectAll().execute();
		expect(JSON.stringify(rows)).not.toContain(token);
		expect(await firstAdministrator.isGood(app, token)).toBe(true);
		expect(await firstAdministrator.isGood(app, token)).toBe(true);
		expect(await firstAdministrator.isGood(app, 'x'.repeat(43))).toBe(false);
		expect(await firstAdministrator.isGood(app, '')).toBe(false);
	});

	test('works for an hour', async () => {
		const token = await link();
		await setClock(new Date(Date.now() + 59 * 60_000));
		expect(await firstAdministrator.isGood(app, token)).toBe(true);
		await setClock(new Date(Date.now() + 61 * 60_000));
		expect(await firstAdministrator.isGood(app, token)).toBe(false);
		expect(await use(token)).toEqual({ ok: false, reason: 'link' });
	});

	test('asks for a password that is not guessed first, and stays good', async () => {
		const token = await link();
		expect(await use(token, { password: 'short' })).toEqual({ ok: false, reason: 'too-short' });
		expect(await use(token, { password: 'Wachusett Quill 2026' })).toEqual({
			ok: false,
			reason: 'own-words'
		});
		expect(await firstAdministrator.isGood(app, token)).toBe(true);
	});

	test('makes one administrator, whoever uses two links at once', async () => {
		const [one, two] = [await link(), await link()];
		const answers = await Promise.all([
			use(one),
			use(two, { email: 'other@wrsd.example' }),
			use(one, { email: 'third@wrsd.example' })
		]);
		const made = answers.filter((answer) => answer.ok);
		expect(made).toHaveLength(1);
		expect(answers.filter((answer) => !answer.ok).map((answer) => !answer.ok && answer.reason)).toEqual([
			'link',
			'link'
		]);
		const people = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx.selectFrom('person').select('kind').orderBy('kind').execute()
		);
		expect(people).toEqual([{ kind: 'human' }, { kind: 'system' }]);
	});

	test('gives the administrator the right by another’s hand, an affiliation and a sign-in', async () => {
		const login = await app.selectFrom('sign_in').select(['login', 'person']).executeTakeFirstOrThrow();
		const answer = await signIn(
			app,
			{ login: login.login, password, address: null, device: null },
			new Date(),
			{
				hasher: cheapHasher,
				demo: false
			}
		);
		const read = answer.ok ? await sessions.read(app, answer.session.token) : null;
		expect(read?.actor.rights).toMatchObject([{ right: 'district-administrator', districtWide: true }]);
		expect(read?.actor.affiliations).toMatchObject([
			{ role: 'administrator', organisationName: 'Wachusett' }
		]);
		const grant = await app
			.selectFrom('scope_grant')
			.select(['person', 'granted_by'])
			.executeTakeFirstOrThrow();
		expect(grant.granted_by).not.toBe(grant.person);
		const event = await app
			.selectFrom('ledger_event')
			.selectAll()
			.where('kind', '=', 'first-administrator')
			.executeTakeFirstOrThrow();
		expect(event).toMatchObject({ actor: grant.granted_by, subject: login.person });
		expect(JSON.stringify(event)).not.toMatch(/quill/i);
	});

	test('is refused while there is an administrator, and the ones made before are worth nothing', async () => {
		expect(await firstAdministrator.createLink(app)).toEqual({ ok: false, reason: 'administrator-exists' });
	});

	test('can be made again when the last administrator has left; a taken e-mail is said so', async () => {
		const { person, login } = await app
			.selectFrom('sign_in')
			.select(['login', 'person'])
			.executeTakeFirstOrThrow();
		const old = await app
			.selectFrom('first_administrator_link')
			.select('used_at')
			.where('used_at', 'is not', null)
			.execute();
		expect(old).toHaveLength(1);
		await endPerson(app, person);
		const token = await link();
		expect(await use(token, { email: login })).toEqual({ ok: false, reason: 'login-taken' });
		expect((await use(token, { email: 'next@wrsd.example' })).ok).toBe(true);
		expect(await use(token, { email: 'again@wrsd.example' })).toEqual({ ok: false, reason: 'link' });
		expect(
			await app.selectFrom('organisation').select('id').where('kind', '=', 'district').execute()
		).toHaveLength(1);
	});
});
