import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { within, type Scope } from '#lib/server/db/scope.ts';
import {
	actorOf,
	district,
	granted,
	person as somePerson,
	type TestPerson
} from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { asText } from '#lib/server/mail/render.ts';
import type { PersonActor } from './actor.ts';
import { newInvitationCode, readInvitationCode, shownInvitationCode } from './invitation-code.ts';
import * as list from './invitation-list.ts';
import { accept, look, type Choice } from './invitation-use.ts';
import * as invitations from './invitations.ts';
import { newestOf } from './made-invitations.ts';
import { hashSecret } from './secret.ts';
import * as sessions from './sessions.ts';
import { signIn } from './sign-in.ts';
import { cheapHasher, endPerson } from './testing/people.ts';

const { app, owner, setClock } = await testDatabase();
const seed: Scope = { kind: 'system', purpose: 'seed' };
const head = { origin: 'https://waypost.example', district: 'Test', zone: 'America/New_York' };
const now = new Date();
const password = 'nine otters on a raft';
const { district: whole, school, otherSchool, administrator } = await district(app);
const admin = await actorOf(app, administrator);
const principal = await withRight('school-administrator', school);
const otherPrincipal = await withRight('school-administrator', otherSchool);
let address = 0;

beforeEach(() => vi.stubEnv('WAYPOST_DEMO', '1'));
afterEach(async () => {
	vi.unstubAllEnvs();
	await setClock(null);
	await within(app, mail.scope, (trx) => trx.deleteFrom('mail').execute());
});

async function withRight(
	right: 'school-administrator' | 'reviewer' | 'auditor',
	organisation: string
): Promise<PersonActor> {
	const someone = await somePerson(app, { role: 'principal', school: organisation });
	await granted(app, someone, right, organisation, administrator);
	return actorOf(app, someone);
}
async function endLink(by: TestPerson, child: TestPerson): Promise<void> {
	const ended = await within(app, { kind: 'district', actor: admin.person }, (trx) =>
		trx
			.insertInto('guardian_link_change')
			.values({
				guardian: by.person,
				child: child.person,
				kind: 'ended',
				changed_by: admin.person,
				reason: 'A court has decided so.'
			})
			.returning('id')
			.executeTakeFirst()
	);
	if (!ended) throw new Error('the link was not ended');
}
const guardian = (over: Partial<Parameters<typeof somePerson>[1]> = {}) =>
	somePerson(app, { givenName: 'Rosa', familyName: 'Marsh', role: 'guardian', school, ...over });
async function withoutEmail(someone: TestPerson): Promise<TestPerson> {
	await within(app, seed, (trx) =>
		trx.updateTable('person_identity').set({ email: null }).where('person', '=', someone.person).execute()
	);
	return someone;
}
async function withSignIn(someone: TestPerson): Promise<TestPerson> {
	await app
		.insertInto('sign_in')
		.values({ person: someone.person, login: someone.email, password_hash: `cheap:${password}` })
		.execute();
	return someone;
}
async function codeFor(someone: TestPerson, actor = admin): Promise<string> {
	const made = await invitations.invite(app, actor, someone.person, { way: 'letter', days: 30 });
	if (!made.ok) throw new Error(made.reason);
	return made.invitation.code;
}
const byUserName = (name: string, over: Partial<Choice> = {}): Choice => ({
	login: { by: 'user-name', name },
	password,
	locale: 'es',
	...over
});
const where = () => ({ address: `203.0.113.${++address % 250}`, device: null, now });
const use = (code: string, choice: Choice) =>
	accept(app, code, choice, { ...where(), districtWords: ['Test'], hasher: cheapHasher });
const see = (code: string) => look(app, code, where(), now);
const enter = (login: string, typed = password) =>
	signIn(app, { login, password: typed, ...where() }, now, { hasher: cheapHasher, demo: false });
const events = async (person: string) =>
	await app
		.selectFrom('ledger_event')
		.select(['kind', 'actor', 'detail'])
		.where('subject', '=', person)
		.orderBy('id')
		.execute();

describe('a code', () => {
	test('is sixteen characters for human eyes, and read however it is typed', () => {
		const code = newInvitationCode();
		expect(code).toMatch(/^KEY(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
		const bare = code.slice(4).replaceAll('-', '');
		for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' '), bare, ` ${bare} `])
			expect(readInvitationCode(typed)).toEqual({ ok: true, code: bare });
		expect(shownInvitationCode(bare.toLowerCase())).toBe(code);
		expect(readInvitationCode('KEY-7K3M')).toMatchObject({ ok: false, reason: 'length' });
		expect(shownInvitationCode('no code')).toBeNull();
	});

	test('is stored as its hash, and nowhere else', async () => {
		const someone = await guardian();
		const code = await codeFor(someone);
		const bare = code.slice(4).replaceAll('-', '');
		const tables = ['invitation', 'ledger_event', 'access_log'] as const;
		for (const table of tables) {
			const rows = await within(owner, seed, (trx) => trx.selectFrom(table).selectAll().execute());
			for (const secret of [code, bare]) expect(JSON.stringify(rows)).not.toContain(secret);
		}
		const stored = await within(app, seed, (trx) =>
			trx.selectFrom('invitation').select('person').where('code_hash', '=', hashSecret(bare)).execute()
		);
		expect(stored).toEqual([{ person: someone.person }]);
	});

	test('tells whoever holds it a given name and a school, as often as they look', async () => {
		const code = await codeFor(await guardian());
		for (let count = 0; count < 2; count += 1) {
			const seen = await see(code);
			expect(seen).toEqual({
				ok: true,
				invited: {
					purpose: 'first',
					givenName: 'Rosa',
					school: 'North School',
					login: null,
					hasEmail: true,
					email: null,
					suggestion: expect.stringMatching(/^rosa-\d{3}$/),
					roles: ['guardian']
				}
			});
			expect(JSON.stringify(seen)).not.toMatch(/marsh|example/i);
		}
	});

	test('that nobody has tells nothing, and an address that tries very many has to wait', async () => {
		const guess = (from: string) => look(app, newInvitationCode(), { address: from }, now);
		expect(await guess('198.51.100.1')).toEqual({ ok: false, reason: 'unknown' });
		expect(await look(app, 'hello', { address: '198.51.100.1' }, now)).toEqual({
			ok: false,
			reason: 'unknown'
		});
		for (let count = 0; count < 60; count += 1) await guess('198.51.100.2');
		const code = await codeFor(await guardian());
		expect(await look(app, code, { address: '198.51.100.2' }, now)).toMatchObject({
			reason: 'limited',
			retryAfterSeconds: 900
		});
		expect((await look(app, code, { address: '198.51.100.3' }, now)).ok).toBe(true);
		expect(
			await look(app, code, { address: '198.51.100.2' }, new Date(now.getTime() + 901_000))
		).toMatchObject({
			ok: true
		});
		await app.deleteFrom('limited_try').execute();
	});
});

describe('using an invitation', () => {
	test('makes the sign-in of somebody without an e-mail address: user name and password', async () => {
		const someone = await withoutEmail(await guardian({ givenName: 'Lucía' }));
		const code = await codeFor(someone);
		expect(await use(code, byUserName('Lucía-482'))).toEqual({
			ok: true,
			person: someone.person,
			purpose: 'first',
			login: 'lucia-482'
		});
		for (const typed of ['lucia-482', ' LUCÍA-482 ', 'Lucia-482']) expect((await enter(typed)).ok).toBe(true);
		const identity = await within(app, seed, (trx) =>
			trx
				.selectFrom('person_identity')
				.select('locale')
				.where('person', '=', someone.person)
				.executeTakeFirst()
		);
		expect(identity).toEqual({ locale: 'es' });
		expect((await events(someone.person)).map(({ kind, actor }) => [kind, actor])).toEqual([
			['invitation.made', admin.person],
			['sign-in.made', someone.person]
		]);
	});

	test('works once, however many try at once', async () => {
		const code = await codeFor(await guardian());
		const answers = await Promise.all(
			['one-111', 'two-222', 'three-333'].map((name) => use(code, byUserName(name)))
		);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await use(code, byUserName('four-444'))).toEqual({ ok: false, reason: 'used' });
		expect(await see(code)).toEqual({ ok: false, reason: 'used' });
	});

	test('takes the e-mail address that the district has, and no other: nobody types a stranger into a record', async () => {
		const someone = await guardian();
		const code = await codeFor(someone);
		const byEmail = (typed: string): Choice => ({
			...byUserName(''),
			login: { by: 'e-mail', address: typed }
		});
		expect(await use(code, byEmail('stranger@mail.example'))).toEqual({
			ok: false,
			reason: 'not-the-e-mail'
		});
		expect(await use(code, byEmail(''))).toEqual({ ok: false, reason: 'not-the-e-mail' });
		expect(await use(code, byEmail(someone.email.toUpperCase()))).toMatchObject({
			ok: true,
			login: someone.email
		});
		const none = await withoutEmail(await guardian());
		expect(await use(await codeFor(none), byEmail(''))).toEqual({ ok: false, reason: 'not-the-e-mail' });
	});

	test('asks for another user name when one is taken or can’t be one, and stays good', async () => {
		const first = await codeFor(await guardian());
		expect((await use(first, byUserName('the-marshes'))).ok).toBe(true);
		const second = await codeFor(await guardian());
		expect(await use(second, byUserName('The-Marshes'))).toEqual({ ok: false, reason: 'login-taken' });
		expect(await use(second, byUserName('me@mail.example'))).toEqual({ ok: false, reason: 'user-name' });
		expect(await use(second, byUserName('rosa-707', { password: 'rosa marsh rosa' }))).toMatchObject({
			reason: 'password'
		});
		expect((await use(second, byUserName('rosa-707'))).ok).toBe(true);
	});

	test('is over after its days, and one of a person who left opens nothing', async () => {
		const someone = await guardian();
		const code = await codeFor(someone);
		await setClock(new Date(Date.now() + 30 * 86_400_000 - 60_000));
		expect((await see(code)).ok).toBe(true);
		await setClock(new Date(Date.now() + 30 * 86_400_000 + 60_000));
		expect(await see(code)).toEqual({ ok: false, reason: 'over' });
		expect(await use(code, byUserName('late-123'))).toEqual({ ok: false, reason: 'over' });
		await setClock(null);
		await endPerson(app, someone.person);
		expect(await use(code, byUserName('gone-123'))).toEqual({ ok: false, reason: 'gone' });
	});

	test('is void once a newer one was made, or it was withdrawn', async () => {
		const someone = await guardian();
		const [older, newer] = [await codeFor(someone), await codeFor(someone)];
		expect(await see(older)).toEqual({ ok: false, reason: 'withdrawn' });
		const held = await newestOf(app, admin, someone.person);
		expect(held).toMatchObject({ state: 'waiting', way: 'letter', purpose: 'first' });
		expect(await invitations.withdraw(app, otherPrincipal, held?.id ?? '')).toBe(false);
		expect((await see(newer)).ok).toBe(true);
		expect(await invitations.withdraw(app, principal, held?.id ?? '')).toBe(true);
		expect(await invitations.withdraw(app, principal, held?.id ?? '')).toBe(false);
		expect(await see(newer)).toEqual({ ok: false, reason: 'withdrawn' });
		expect(await use(newer, byUserName('rosa-909'))).toEqual({ ok: false, reason: 'withdrawn' });
		expect(await invitations.withdraw(app, principal, 'no id')).toBe(false);
	});
});

describe('inviting by mail', () => {
	test('posts a mail with the code to each who has an address, and says of the others why not', async () => {
		const rosa = await guardian();
		const theo = await withoutEmail(await guardian());
		const here = await withSignIn(await guardian());
		const people = [rosa, theo, here].map(({ person }) => person);
		const { made, skipped } = await invitations.inviteAll(app, admin, [...people, rosa.person], {
			way: 'e-mail',
			days: 30
		});
		expect(made.map(({ person }) => person)).toEqual([rosa.person]);
		expect(skipped).toEqual([
			{ person: theo.person, reason: 'no-e-mail' },
			{ person: here.person, reason: 'has-sign-in' }
		]);
		const [posted, ...others] = await mail.shown(app, head);
		expect(others).toEqual([]);
		expect(posted?.to).toBe(rosa.email);
		expect(asText(posted!.letter)).toContain(`https://waypost.example/invitation/${made[0]?.code}`);
		const seen = await see(made[0]?.code ?? '');
		expect(seen.ok && seen.invited.email).toBe(rosa.email);
	});

	test('is refused where the district sends no mail; letters go on', async () => {
		vi.stubEnv('WAYPOST_DEMO', '0');
		const someone = await guardian();
		expect(await invitations.invite(app, admin, someone.person, { way: 'e-mail', days: 30 })).toEqual({
			ok: false,
			reason: 'no-mail-server'
		});
		expect((await invitations.invite(app, admin, someone.person, { way: 'letter', days: 30 })).ok).toBe(true);
	});

	test('a whole school at once takes a few statements, and each has a code of their own', async () => {
		const place = await app
			.insertInto('organisation')
			.values({ kind: 'school', name: 'Large School' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await within(app, seed, (trx) =>
			sql`with made as (insert into person default values returning id),
				more as (insert into person (kind) select 'human' from generate_series(1, 1199) returning id),
				everybody as (select id from made union all select id from more),
				named as (insert into person_identity (person, family_name, given_name, email)
					select id, 'Many', 'Ada', id || '@mail.example' from everybody)
				insert into affiliation (person, organisation, role, during)
				select id, ${place.id}, 'guardian', tstzrange(null, null) from everybody`.execute(trx)
		);
		const filter = { school: place.id, class: null, audience: 'family' as const, state: null };
		const people = await list.everybody(app, admin, filter, { most: 2000 });
		expect(people).toHaveLength(1200);
		expect(await list.everybody(app, admin, filter, { most: 500 })).toHaveLength(501);
		const { made } = await invitations.inviteAll(app, admin, people, { way: 'e-mail', days: 30 });
		expect(new Set(made.map(({ code }) => code)).size).toBe(1200);
		const found = await list.page(app, admin, filter, { number: 24, size: 50 });
		expect(found.total).toBe(1200);
		expect(found.rows).toHaveLength(50);
		expect(found.rows[0]).toMatchObject({ state: 'waiting', invitation: { way: 'e-mail', mail: 'shown' } });
	});
});

describe('who may invite whom', () => {
	const invite = (actor: PersonActor, { person }: { person: string }) =>
		invitations.invite(app, actor, person, { way: 'letter', days: 30 });

	test('a principal invites people of the own school, and knows of no others', async () => {
		expect((await invite(principal, await guardian())).ok).toBe(true);
		expect(await invite(principal, await guardian({ school: otherSchool }))).toEqual({
			ok: false,
			reason: 'unknown'
		});
		expect(await invite(principal, await guardian({ school: whole }))).toEqual({
			ok: false,
			reason: 'unknown'
		});
	});

	test('teachers, reviewers and auditors invite nobody', async () => {
		const teacher = await actorOf(app, await somePerson(app, { school }));
		expect(await invite(teacher, await guardian())).toEqual({ ok: false, reason: 'unknown' });
		for (const right of ['reviewer', 'auditor'] as const) {
			const actor = await withRight(right, right === 'auditor' ? whole : school);
			expect(await invite(actor, await guardian())).toEqual({ ok: false, reason: 'unknown' });
			// A right that the request only claims to have shows nobody either.
			const forged = { ...actor, rights: [...actor.rights, ...principal.rights] };
			expect(await invite(forged, await guardian())).toEqual({ ok: false, reason: 'unknown' });
		}
	});

	test('nobody invites or recovers themselves', async () => {
		expect(await invite(admin, admin)).toEqual({ ok: false, reason: 'oneself' });
		expect(await invitations.recover(app, admin, admin.person, { identityChecked: true })).toEqual({
			ok: false,
			reason: 'oneself'
		});
		const byHand = within(app, { kind: 'district', actor: admin.person }, (trx) =>
			trx
				.insertInto('invitation')
				.values({
					code_hash: Buffer.from('x'),
					person: admin.person,
					purpose: 'first',
					way: 'letter',
					made_by: admin.person,
					expires_at: now
				})
				.execute()
		);
		await expect(byHand).rejects.toThrow('invitation_check');
	});

	test('a principal can’t print a code for somebody who holds rights: it would let them act as that person', async () => {
		const reviewer = await withRight('reviewer', school);
		expect(await invite(principal, reviewer)).toEqual({ ok: false, reason: 'holds-rights' });
		expect((await invite(admin, reviewer)).ok).toBe(true);
		const colleague = await withRight('school-administrator', school);
		await withSignIn({ ...colleague, email: 'colleague@wrsd.example' } as TestPerson);
		expect(await invitations.recover(app, principal, colleague.person, { identityChecked: true })).toEqual({
			ok: false,
			reason: 'holds-rights'
		});
	});

	test('the database shows a school’s invitations to its own administrators alone', async () => {
		await codeFor(await guardian());
		const count = async (scope: Scope) =>
			(await within(app, scope, (trx) => trx.selectFrom('invitation').select('id').execute())).length;
		expect(await count(invitations.reach(principal))).toBeGreaterThan(0);
		expect(await count(invitations.reach(otherPrincipal))).toBe(0);
		expect(await count({ kind: 'self', actor: principal.person })).toBe(0);
		expect(await count({ kind: 'schools', actor: principal.person, schools: [school] })).toBe(0);
		expect(await app.selectFrom('invitation').select('id').execute()).toEqual([]);
	});

	test('a principal invites the guardians of the own students, wherever these belong, as long as the link stands', async () => {
		const child = await somePerson(app, { role: 'student', band: '6-8', school });
		const linked = await guardian({ school: whole });
		const ended = await guardian({ school: whole });
		await within(app, seed, (trx) =>
			trx
				.insertInto('guardian_link')
				.values(
					[linked, ended].map(({ person }) => ({ guardian: person, child: child.person, during: '[,)' }))
				)
				.execute()
		);
		await endLink(ended, child);
		const made = await invite(principal, linked);
		expect(made.ok && (await see(made.invitation.code))).toMatchObject({
			invited: { school: 'North School', roles: ['guardian'] }
		});
		expect(await invite(principal, ended)).toMatchObject({ ok: false });
		expect(await invite(otherPrincipal, linked)).toEqual({ ok: false, reason: 'unknown' });
		const filter = { school, class: null, audience: 'family' as const, state: 'waiting' as const };
		const { rows } = await list.page(app, principal, filter, { number: 1, size: 50 });
		const people = rows.map(({ person }) => person);
		expect(people).toContain(linked.person);
		expect(people).not.toContain(ended.person);
		expect(
			(await list.page(app, otherPrincipal, { ...filter, school: otherSchool }, { number: 1, size: 50 })).rows
		).toEqual([]);
		// Who only names the scope, and administers nothing there, sees nobody.
		const forged: Scope = { kind: 'inviting', actor: otherPrincipal.person, schools: [school] };
		expect(
			await within(app, forged, (trx) => trx.selectFrom('person_identity').select('person').execute())
		).toEqual([{ person: otherPrincipal.person }]);
	});

	test('whom the district’s own sign-in lets in needs no invitation and has no password to give back', async () => {
		const someone = await guardian();
		await within(app, seed, (trx) =>
			trx
				.insertInto('identity_link')
				.values({
					person: someone.person,
					issuer: 'https://id.example',
					subject: `s-${someone.person}`,
					matched_by: 'email'
				})
				.execute()
		);
		for (const actor of [admin, principal]) {
			expect(await invite(actor, someone)).toEqual({ ok: false, reason: 'has-sign-in' });
			expect(await invitations.recover(app, actor, someone.person, { identityChecked: true })).toEqual({
				ok: false,
				reason: 'signs-in-elsewhere'
			});
			const filter = { school, class: null, audience: 'family' as const, state: null };
			const { rows } = await list.page(app, actor, filter, { number: 1, size: 500 });
			expect(rows.map(({ person }) => person)).not.toContain(someone.person);
		}
	});

	test('a list asked for with another school’s id is empty', async () => {
		await guardian({ school: otherSchool });
		const filter = { school: otherSchool, class: null, audience: null, state: null };
		expect((await list.page(app, admin, filter, { number: 1, size: 50 })).total).toBeGreaterThan(0);
		expect(await list.page(app, principal, filter, { number: 1, size: 50 })).toEqual({ rows: [], total: 0 });
		expect(await list.everybody(app, principal, filter, { most: 50 })).toEqual([]);
		expect((await list.choices(app, principal, null)).schools).toEqual([
			{ id: school, name: 'North School' }
		]);
		expect((await list.choices(app, admin, null)).schools.length).toBeGreaterThanOrEqual(3);
	});
});

describe('a way back in', () => {
	const recover = (actor: PersonActor, { person }: { person: string }, identityChecked = true) =>
		invitations.recover(app, actor, person, { identityChecked });

	test('is printed by the office after checking who asks, ends every session on use, and is told of by mail', async () => {
		const someone = await withSignIn(await guardian());
		const { token } = await sessions.create(app, someone.person, { device: '' });
		expect(await recover(principal, someone, false)).toEqual({ ok: false, reason: 'identity-not-checked' });
		const made = await recover(principal, someone);
		if (!made.ok) throw new Error(made.reason);
		expect((await mail.shown(app, head))[0]?.letter.subject).toBe(
			'A new code for your Waypost sign-in was printed'
		);
		// Printing alone changes nothing.
		expect(await sessions.read(app, token)).not.toBeNull();
		const seen = await see(made.invitation.code);
		expect(seen.ok && seen.invited).toMatchObject({ purpose: 'recovery', login: someone.email });
		const next = 'a lantern in the orchard';
		expect(await use(made.invitation.code, byUserName('another-name', { password: next }))).toEqual({
			ok: true,
			person: someone.person,
			purpose: 'recovery',
			login: someone.email
		});
		expect(await sessions.read(app, token)).toBeNull();
		expect((await enter(someone.email)).ok).toBe(false);
		expect((await enter(someone.email, next)).ok).toBe(true);
		expect((await events(someone.person)).map(({ kind, detail }) => [kind, detail])).toMatchObject([
			['recovery.made', { identity_checked: true }],
			['recovery.used', { way: 'letter' }]
		]);
		expect(await use(made.invitation.code, byUserName('x', { password: next }))).toMatchObject({
			reason: 'used'
		});
	});

	test('is for those who have a sign-in that works; an invitation is for those who have none', async () => {
		const none = await guardian();
		expect(await recover(admin, none)).toEqual({ ok: false, reason: 'no-sign-in' });
		const held = await withSignIn(await guardian());
		expect(await invitations.invite(app, admin, held.person, { way: 'letter', days: 30 })).toEqual({
			ok: false,
			reason: 'has-sign-in'
		});
		const made = await recover(admin, held);
		await app.updateTable('sign_in').set({ disabled_at: now }).where('person', '=', held.person).execute();
		expect(await recover(admin, held)).toEqual({ ok: false, reason: 'disabled' });
		const code = made.ok ? made.invitation.code : '';
		expect(await see(code)).toEqual({ ok: false, reason: 'gone' });
		expect(await use(code, byUserName('x'))).toEqual({ ok: false, reason: 'gone' });
		expect(await recover(otherPrincipal, held)).toEqual({ ok: false, reason: 'unknown' });
	});

	test('is over after a week', async () => {
		const made = await recover(admin, await withSignIn(await guardian()));
		const code = made.ok ? made.invitation.code : '';
		await setClock(new Date(Date.now() + 7 * 86_400_000 + 60_000));
		expect(await see(code)).toEqual({ ok: false, reason: 'over' });
	});
});

describe('the list of a school', () => {
	test('holds those without a sign-in by class and audience, guardians with their children', async () => {
		const place = await app
			.insertInto('organisation')
			.values({ kind: 'school', name: 'Small School' })
			.returning('id')
			.executeTakeFirstOrThrow();
		const child = await somePerson(app, {
			givenName: 'Theo',
			familyName: 'Marsh',
			role: 'student',
			band: '6-8',
			school: place.id
		});
		const teacher = await somePerson(app, { familyName: 'Teacher', school: place.id });
		const byLink = await guardian({ familyName: 'Linked', school: whole });
		const byRoster = await guardian({ familyName: 'Rostered', school: place.id });
		const room = await within(app, seed, async (trx) => {
			await trx
				.insertInto('guardian_link')
				.values({ guardian: byLink.person, child: child.person, during: '[2020-01-01,)' })
				.execute();
			const { id } = await trx
				.insertInto('class')
				.values({ organisation: place.id, title: 'Room 6B', band: '6-8', during: '[2020-01-01,)' })
				.returning('id')
				.executeTakeFirstOrThrow();
			await trx
				.insertInto('class_member')
				.values([
					{ class: id, person: child.person, part: 'student', during: '[2020-01-01,)' },
					{ class: id, person: teacher.person, part: 'teacher', during: '[2020-01-01,)' }
				])
				.execute();
			return id;
		});
		const names = async (over: Partial<list.InvitationFilter>) => {
			const filter = { school: place.id, class: null, audience: null, state: null, ...over };
			const { rows } = await list.page(app, admin, filter, { number: 1, size: 50 });
			return rows.map(({ familyName }) => familyName);
		};
		expect((await list.choices(app, admin, place.id)).classes).toEqual([{ id: room, title: 'Room 6B' }]);
		expect(await names({})).toEqual(['Linked', 'Marsh', 'Rostered', 'Teacher']);
		expect(await names({ audience: 'family' })).toEqual(['Linked', 'Rostered']);
		expect(await names({ audience: 'student' })).toEqual(['Marsh']);
		expect(await names({ audience: 'staff' })).toEqual(['Teacher']);
		expect(await names({ class: room })).toEqual(['Linked', 'Marsh', 'Teacher']);
		expect(await names({ class: room, audience: 'family' })).toEqual(['Linked']);

		const people = [byRoster.person, child.person, byLink.person];
		const letters = await list.addressees(app, admin, people, { school: place.id, class: null });
		expect(letters.map(({ name, school: at, class: room, child: by }) => [name, at, room, by])).toEqual([
			['Theo Marsh', 'Small School', 'Room 6B', null],
			['Rosa Linked', 'Small School', 'Room 6B', 'Theo Marsh'],
			['Rosa Rostered', 'Small School', null, null]
		]);
		expect(await list.addressees(app, otherPrincipal, people, null)).toEqual([]);

		const [used, over] = [await codeFor(byRoster), await codeFor(teacher)];
		await use(used, byUserName('rostered-1'));
		expect(await names({ state: 'waiting' })).toEqual(['Teacher']);
		expect(await names({ state: 'used' })).toEqual(['Rostered']);
		expect(await names({ state: 'none' })).toEqual(['Linked', 'Marsh']);
		expect(await names({})).toEqual(['Linked', 'Marsh', 'Teacher']);
		await setClock(new Date(Date.now() + 31 * 86_400_000));
		expect(await names({ state: 'over' })).toEqual(['Teacher']);
		expect(await see(over)).toEqual({ ok: false, reason: 'over' });
	});
});
