import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as sessions from '../sessions.ts';
import { addOrganisation, addPerson, endPerson, mergePerson } from '../testing/people.ts';
import type { Provider } from './providers.ts';
import * as requests from './requests.ts';
import { begin, finish } from './single-sign-on.ts';
import { startLocalProvider, type Account } from './testing/local-provider.ts';
import { startRogueProvider, type Forgery } from './testing/rogue-provider.ts';

const { app, setClock } = await testDatabase();
const redirectUri = 'http://127.0.0.1:3999/sign-in/with/test/back';
const accounts: Account[] = [];
const local = await startLocalProvider({ accounts, redirectUri });
const withholding = await startLocalProvider({ accounts, redirectUri, withholds: true });
const rogue = await startRogueProvider();
afterAll(() => Promise.all([local.stop(), withholding.stop(), rogue.stop()]));

const district = await addOrganisation(app, 'District', 'district');
const school = await addOrganisation(app, 'North School');

const everybody: SingleSignOn['authoritative']['audiences'] = ['staff', 'student', 'family'];
const google: SingleSignOn = {
	preset: 'google',
	id: 'google',
	label: 'Google',
	client_id: 'waypost',
	hosted_domains: ['wrsd.example', 'students.wrsd.example'],
	authoritative: { audiences: everybody, email_domains: ['wrsd.example'], sourced_id: false }
};
const entra: SingleSignOn = {
	preset: 'entra',
	id: 'entra',
	label: 'Microsoft',
	client_id: 'waypost',
	tenant: '0f0e0d0c-1111-2222-3333-444455556666',
	authoritative: { audiences: everybody, email_domains: ['wrsd.example'], sourced_id: false }
};
const clever: SingleSignOn = {
	preset: 'clever',
	id: 'clever',
	label: 'Clever',
	client_id: 'waypost',
	district: '4fd43cc56d11340000000005',
	authoritative: { audiences: everybody, email_domains: [], sourced_id: true }
};
const classlink: SingleSignOn = {
	preset: 'classlink',
	id: 'classlink',
	label: 'ClassLink',
	client_id: 'waypost',
	tenant: '2284',
	authoritative: { audiences: everybody, email_domains: [], sourced_id: true }
};
const oidc: SingleSignOn = {
	preset: 'oidc',
	id: 'oidc',
	label: 'the district’s portal',
	client_id: 'waypost',
	issuer: 'https://portal.example',
	authoritative: { audiences: everybody, email_domains: ['wrsd.example'], sourced_id: false }
};

/** A provider of the district whose issuer is on this machine. */
function at(
	{ issuer, clientId, clientSecret }: { issuer: string; clientId: string; clientSecret: string },
	settings: SingleSignOn
): Provider {
	const { id, label } = settings;
	return { id, label, issuer, clientId, clientSecret, settings, cleverUsers: `${issuer}/v3.1/users/` };
}
function believing(authoritative: Partial<SingleSignOn['authoritative']>): SingleSignOn {
	return { ...oidc, authoritative: { ...oidc.authoritative, ...authoritative } } as SingleSignOn;
}

let number = 0;
/** Somebody of the roster, with a role at the school. */
async function rostered({
	email = `person${(number += 1)}@wrsd.example`,
	...settings
}: Partial<NonNullable<Parameters<typeof addPerson>[1]>> = {}) {
	const made = await addPerson(app, { school, ...settings, email });
	const sourcedId = `roster-${(number += 1)}`;
	await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx
			.updateTable('person_identity')
			.set({ sourced_id: sourcedId })
			.where('person', '=', made.person)
			.execute()
	);
	return { ...made, email: email ?? '', sourcedId };
}
/** An account at the local provider. */
function account({ sub = `subject-${(number += 1)}`, ...claims }: Partial<Account>): string {
	accounts.push({ sub, email_verified: true, hd: 'wrsd.example', ...claims });
	return sub;
}

const place = { device: null, label: 'Firefox · Chromebook' };
const now = new Date();

/** The whole way: to the provider, there as `sub`, and back. */
async function signOn(settings: SingleSignOn, sub: string, there = local) {
	const provider = at(there, settings);
	const sent = await begin(app, provider, { redirectUri, next: '/learn', browser: null });
	if (!sent.ok) throw new Error(sent.because);
	const back = await there.visit(sent.address, sub);
	return finish(app, provider, { back, browser: sent.browser }, place, now);
}
/** The same at the rogue, which forges what it is told to. */
async function forged(forgery: Forgery, settings: SingleSignOn = oidc) {
	rogue.forge(forgery);
	const provider = at(rogue, settings);
	const sent = await begin(app, provider, { redirectUri, next: '', browser: null });
	if (!sent.ok) return sent;
	const back = await rogue.visit(sent.address);
	return finish(app, provider, { back, browser: sent.browser }, place, now);
}
/** The session that somebody got; none for who was refused, or whose second factor is still to come. */
function sessionOf(answer: Awaited<ReturnType<typeof signOn>>) {
	if (!answer.ok || !answer.begun.ok) throw new Error('there is no session');
	return answer.begun.session;
}
async function linksOf(person: string) {
	return within(app, { kind: 'system', purpose: 'sign-in' }, (trx) =>
		trx.selectFrom('identity_link').selectAll().where('person', '=', person).execute()
	);
}
async function events(person: string) {
	const rows = await app
		.selectFrom('ledger_event')
		.select(['kind', 'detail'])
		.where('subject', '=', person)
		.orderBy('id')
		.execute();
	return rows.map(({ kind, detail }) => ({ kind, ...(detail as Record<string, unknown>) }));
}

describe('who comes for the first time', () => {
	test('is found in the roster by a verified address of the district, and linked', async () => {
		const { person, email } = await rostered();
		const sub = account({ email: email.toUpperCase() });
		const answer = await signOn(google, sub);
		if (!answer.ok) throw new Error(`${answer.reason} ${answer.because}`);
		expect(answer).toMatchObject({ person, next: '/learn' });
		expect((await sessions.read(app, sessionOf(answer).token))?.actor.person).toBe(person);
		expect(await linksOf(person)).toMatchObject([
			{ issuer: local.issuer, subject: sub, matched_by: 'email' }
		]);
		expect(await events(person)).toMatchObject([
			{ kind: 'identity.linked', provider: 'google', issuer: local.issuer, matched_by: 'email' },
			{ kind: 'identity.first-used', session: sessionOf(answer).publicId }
		]);
	});

	test('is found by a source id that the issuer is believed to know, whatever the address', async () => {
		const [teacher, other] = [await rostered(), await rostered()];
		const settings = believing({ sourced_id: 'school_person_id', email_domains: ['wrsd.example'] });
		const sub = account({ school_person_id: teacher.sourcedId, email: other.email });
		expect(await signOn(settings, sub)).toMatchObject({ ok: true, person: teacher.person });
		expect(await linksOf(teacher.person)).toMatchObject([{ matched_by: 'sourced-id' }]);
	});

	test('is not looked for by an address when a source id was said that nobody has', async () => {
		const { email } = await rostered();
		const settings = believing({ sourced_id: 'school_person_id' });
		const sub = account({ school_person_id: 'nobody-has-this', email });
		expect(await signOn(settings, sub)).toMatchObject({ ok: false, reason: 'not-on-roster', next: '/learn' });
	});

	test('is not found by a source id from an issuer that is not believed to know it', async () => {
		const { sourcedId } = await rostered();
		const sub = account({ school_person_id: sourcedId });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'nothing-to-match' });
	});

	test('is found by what only the userinfo endpoint says', async () => {
		const { person, email } = await rostered();
		expect(await signOn(oidc, account({ email }), withholding)).toMatchObject({ ok: true, person });
	});

	test.each([
		['its address is not verified', { email_verified: false }],
		['its address is said to be verified by nobody', { email_verified: undefined }],
		['its address is of a domain that the issuer has no say in', { email: 'ada@elsewhere.example' }],
		['its address is of a part of the domain', { email: 'ada@staff.wrsd.example' }],
		['its address holds two domains', { email: 'ada@elsewhere.example@wrsd.example' }],
		['its address holds a letter that only looks like one of ASCII', { email: 'boo\u212aer@wrsd.example' }],
		['it has no address', { email: undefined }],
		['its address is a list', { email: ['ada@wrsd.example'] }]
	])('is refused when %s', async (_, claims) => {
		await rostered({ email: 'ada@elsewhere.example' });
		await rostered({ email: 'ada@staff.wrsd.example' });
		await rostered({ email: 'booker@wrsd.example' });
		const { email, person } = await rostered();
		const sub = account({ email, ...claims });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'nothing-to-match' });
		expect(await linksOf(person)).toEqual([]);
	});

	test('is refused when two people share the address', async () => {
		const email = 'family@wrsd.example';
		const both = [await rostered({ email }), await rostered({ email: 'Family@wrsd.example' })];
		expect(await signOn(oidc, account({ email }))).toMatchObject({ ok: false, reason: 'several-match' });
		for (const { person } of both) expect(await linksOf(person)).toEqual([]);
	});

	test('is refused when the person of the address has left, and let in when one of two has', async () => {
		const email = 'left@wrsd.example';
		const { person } = await rostered({ email });
		await endPerson(app, person);
		const sub = account({ email });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'not-on-roster' });
		const successor = await rostered({ email });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: true, person: successor.person });
	});

	test('is refused when the person was never on the roster', async () => {
		const { email } = { email: 'made.by.hand@wrsd.example' };
		await addPerson(app, { email, school });
		expect(await signOn(oidc, account({ email }))).toMatchObject({ ok: false, reason: 'not-on-roster' });
	});

	test('is refused when the person holds no role any more', async () => {
		const { email } = await rostered({ school: undefined });
		expect(await signOn(oidc, account({ email }))).toMatchObject({ ok: false, reason: 'other-audience' });
	});

	test('leaves an event that names nobody', async () => {
		const { email, person } = await rostered();
		await signOn(oidc, account({ email }));
		await signOn(oidc, account({ email, sub: `${email}-again` }));
		const noted = JSON.stringify(await events(person));
		expect(noted).toContain('"reason":"linked-otherwise"');
		expect(noted).not.toContain(email);
		expect(noted).not.toContain('again');
	});
});

describe('an issuer is believed only of people who are what the district says', () => {
	const ofStudents = believing({ audiences: ['student'] });

	test('a student comes in through the students’ issuer, a teacher does not', async () => {
		const student = await rostered({ role: 'student' });
		const teacher = await rostered();
		expect(await signOn(ofStudents, account({ email: student.email }))).toMatchObject({ ok: true });
		expect(await signOn(ofStudents, account({ email: teacher.email }))).toMatchObject({
			ok: false,
			reason: 'other-audience'
		});
		expect(await linksOf(teacher.person)).toEqual([]);
	});

	test('a teacher who is a guardian too is a teacher to the families’ issuer', async () => {
		const { person, email } = await rostered({ role: 'guardian' });
		await app
			.insertInto('affiliation')
			.values({ person, organisation: school, role: 'teacher', band: null, during: '[2026-08-26,)' })
			.execute();
		const ofFamilies = believing({ audiences: ['family'] });
		expect(await signOn(ofFamilies, account({ email }))).toMatchObject({ reason: 'other-audience' });
	});

	test('a volunteer who holds a right over others is staff', async () => {
		const granter = await addPerson(app);
		const { email } = await rostered({
			role: 'volunteer',
			right: { right: 'auditor', organisation: district, grantedBy: granter.person }
		});
		const ofPartners = believing({ audiences: ['partner'] });
		expect(await signOn(ofPartners, account({ email }))).toMatchObject({ reason: 'other-audience' });
	});

	test('a student who becomes staff no longer comes in by the students’ link', async () => {
		const { person, email } = await rostered({ role: 'student' });
		const sub = account({ email });
		expect(await signOn(ofStudents, sub)).toMatchObject({ ok: true });
		await app
			.insertInto('affiliation')
			.values({ person, organisation: school, role: 'aide', band: null, during: '[2026-08-26,)' })
			.execute();
		expect(await signOn(ofStudents, sub)).toMatchObject({ ok: false, reason: 'other-audience' });
	});
});

describe('who is linked', () => {
	test('comes in by the subject alone, whatever the token says of name, address and role', async () => {
		const { person, email } = await rostered();
		const sub = account({ email });
		await signOn(oidc, sub);
		const claims = accounts.find((each) => each.sub === sub);
		if (!claims) throw new Error('no account');
		Object.assign(claims, { email: 'somebody.else@elsewhere.example', email_verified: false, role: 'admin' });
		const answer = await signOn(oidc, sub);
		expect(answer).toMatchObject({ ok: true, person });
		const actor = (await sessions.read(app, sessionOf(answer).token))?.actor;
		expect(actor).toMatchObject({ email, rights: [], affiliations: [{ role: 'teacher' }] });
		expect(await events(person)).toHaveLength(2);
	});

	test('keeps to the link when the address was given to another subject, who is refused', async () => {
		const { person, email } = await rostered();
		expect(await signOn(oidc, account({ email }))).toMatchObject({ ok: true, person });
		const second = account({ email });
		expect(await signOn(oidc, second)).toMatchObject({ ok: false, reason: 'linked-otherwise' });
		expect(await linksOf(person)).toHaveLength(1);
		expect((await events(person)).at(-1)).toMatchObject({
			kind: 'identity.refused',
			reason: 'linked-otherwise'
		});
	});

	test('and whose address moved on to a newcomer: each comes to themselves', async () => {
		const email = 'reused@wrsd.example';
		const first = await rostered({ email });
		const firstSub = account({ email });
		await signOn(oidc, firstSub);
		await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx
				.updateTable('person_identity')
				.set({ email: 'first.renamed@wrsd.example' })
				.where('person', '=', first.person)
				.execute()
		);
		const second = await rostered({ email });
		expect(await signOn(oidc, account({ email }))).toMatchObject({ ok: true, person: second.person });
		expect(await signOn(oidc, firstSub)).toMatchObject({ ok: true, person: first.person });
	});

	test('is refused once the person has left, and let in again on return', async () => {
		const { person, email } = await rostered();
		const sub = account({ email });
		await signOn(oidc, sub);
		await endPerson(app, person);
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'ended' });
		await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx.updateTable('person').set({ ended_at: null }).where('id', '=', person).execute()
		);
		expect(await signOn(oidc, sub)).toMatchObject({ ok: true, person });
	});

	test('is refused once they hold no role any more, as who comes for the first time is', async () => {
		const { person, email } = await rostered();
		const sub = account({ email });
		await signOn(oidc, sub);
		await app
			.updateTable('affiliation')
			.set({ superseded_at: sql<Date>`waypost_now()` })
			.where('person', '=', person)
			.execute();
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'other-audience' });
	});

	test('is refused once the roster’s last role ran out, whatever right they hold', async () => {
		const granter = await addPerson(app);
		const { person, email } = await rostered({
			school: undefined,
			right: { right: 'auditor', organisation: district, grantedBy: granter.person }
		});
		const sub = account({ email });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: true });
		await app
			.insertInto('affiliation')
			.values({
				person,
				organisation: school,
				role: 'principal',
				band: null,
				during: '[2026-08-26,2026-09-01)',
				origin: 'roster'
			})
			.execute();
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'ended' });
	});

	test('is refused while their sign-in is disabled', async () => {
		const { person, email } = await rostered({ password: 'a violin in the snow' });
		const sub = account({ email });
		await signOn(oidc, sub);
		await app.updateTable('sign_in').set({ disabled_at: now }).where('person', '=', person).execute();
		expect(await signOn(oidc, sub)).toMatchObject({ ok: false, reason: 'ended' });
	});

	test('comes to the record that theirs was brought together with', async () => {
		const [kept, absorbed] = [await rostered(), await rostered()];
		const sub = account({ email: absorbed.email });
		await signOn(oidc, sub);
		const { person: by } = await rostered();
		await mergePerson(app, { kept: kept.person, absorbed: absorbed.person, by });
		expect(await signOn(oidc, sub)).toMatchObject({ ok: true, person: kept.person });
		// One person is one subject at an issuer, whichever of their records it was linked with.
		expect(await signOn(oidc, account({ email: kept.email }))).toMatchObject({ reason: 'linked-otherwise' });
	});

	test('at two issuers has a link with each', async () => {
		const { person, email } = await rostered();
		await signOn(oidc, account({ email }));
		expect(await signOn(oidc, account({ email }), withholding)).toMatchObject({ ok: true, person });
		expect(await linksOf(person)).toHaveLength(2);
	});

	test('and has a second factor here gets no session before it, only the step to it', async () => {
		const { person, email } = await rostered();
		const sub = account({ email });
		await signOn(oidc, sub);
		await within(app, { kind: 'system', purpose: 'sign-in' }, (trx) =>
			trx
				.insertInto('second_factor_authenticator')
				.values({ person, sealed_secret: Buffer.from('sealed'), confirmed_at: new Date() })
				.execute()
		);
		expect(await signOn(oidc, sub)).toMatchObject({
			ok: true,
			person,
			begun: { ok: false, reason: 'second-factor' }
		});
	});

	test('gets a new session each time', async () => {
		const sub = account({ email: (await rostered()).email });
		const tokens = [await signOn(oidc, sub), await signOn(oidc, sub)].map((each) => sessionOf(each).token);
		expect(new Set(tokens).size).toBe(2);
	});

	test('when two subjects come at once with one address, exactly one of them', async () => {
		const { person, email } = await rostered();
		const answers = await Promise.all(
			[account({ email }), account({ email })].map((sub) => signOn(oidc, sub))
		);
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
		expect(await linksOf(person)).toHaveLength(1);
	});

	test('when one subject comes twice at once, both times', async () => {
		const { person, email } = await rostered();
		const sub = account({ email });
		const answers = await Promise.all([signOn(oidc, sub), signOn(oidc, sub)]);
		expect(answers).toMatchObject([
			{ ok: true, person },
			{ ok: true, person }
		]);
		expect(await linksOf(person)).toHaveLength(1);
	});
});

describe('Google', () => {
	test('lets in the accounts of the district’s domains only', async () => {
		const [teacher, student] = [await rostered(), await rostered()];
		expect(await signOn(google, account({ email: teacher.email, hd: 'wrsd.example' }))).toMatchObject({
			ok: true
		});
		expect(
			await signOn(google, account({ email: student.email, hd: 'students.wrsd.example' }))
		).toMatchObject({ ok: true });
		const { email } = await rostered();
		for (const hd of [undefined, 'elsewhere.example', '', 'wrsd.example.elsewhere.example', ['wrsd.example']])
			expect(await signOn(google, account({ email, hd }))).toMatchObject({
				ok: false,
				reason: 'other-district'
			});
	});

	test('is asked for these domains, and to let people choose who they are', async () => {
		const sent = await begin(app, at(local, google), { redirectUri, next: '', browser: null });
		const asked = sent.ok ? sent.address.searchParams : new URLSearchParams();
		expect(Object.fromEntries(asked)).toMatchObject({
			hd: '*',
			prompt: 'select_account',
			scope: 'openid email',
			response_type: 'code',
			code_challenge_method: 'S256',
			redirect_uri: redirectUri
		});
	});
});

test('who was signed out or refused is asked anew who they are', async () => {
	const asked = async (settings: SingleSignOn, anew: boolean) => {
		const sent = await begin(app, at(local, settings), { redirectUri, next: '', browser: null, anew });
		return sent.ok && sent.address.searchParams.get('prompt');
	};
	expect(await asked(oidc, true)).toBe('login');
	expect(await asked(oidc, false)).toBeNull();
	expect(await asked(google, true)).toBe('select_account');
});

describe('Microsoft Entra', () => {
	test('is believed an address whose domain was verified, and no other', async () => {
		const { email, person } = await rostered();
		const { tenant: tid } = entra as { tenant: string };
		expect(await signOn(entra, account({ email, tid }))).toMatchObject({ reason: 'nothing-to-match' });
		expect(await signOn(entra, account({ email, tid, xms_edov: false }))).toMatchObject({
			reason: 'nothing-to-match'
		});
		expect(await signOn(entra, account({ email, tid, xms_edov: true }))).toMatchObject({ ok: true, person });
	});

	test('lets in people of the pinned tenant only', async () => {
		const { email } = await rostered();
		for (const tid of ['9188040d-6c67-4c5b-b112-36a304b66dad', undefined])
			expect(await signOn(entra, account({ email, tid, xms_edov: true }))).toMatchObject({
				reason: 'other-district'
			});
	});
});

describe('ClassLink', () => {
	test('names people by the roster’s source id, in its own tenant only', async () => {
		const { sourcedId, person } = await rostered();
		const claims = { classLink_sourcedId: sourcedId };
		for (const tenant of [2285, '22840', undefined])
			expect(await signOn(classlink, account({ ...claims, classLink_tenant_id: tenant }))).toMatchObject({
				reason: 'other-district'
			});
		const sub = account({ ...claims, classLink_tenant_id: 2284 });
		expect(await signOn(classlink, sub, withholding)).toMatchObject({ ok: true, person });
	});
});

describe('Clever', () => {
	const { district: here } = clever as { district: string };
	const told = (sub: string, data: object) => rogue.also(`/v3.1/users/${sub}`, { data });

	test('tells source ids at an address of its own', async () => {
		const { sourcedId, person } = await rostered();
		const sub = '64f0e2926b100a053fc08e14';
		told(sub, { id: sub, district: here, roles: { teacher: { sis_id: sourcedId }, student: null } });
		expect(await forged({ claims: { sub, district: here } }, clever)).toMatchObject({ ok: true, person });
		expect(await linksOf(person)).toMatchObject([{ subject: sub, matched_by: 'sourced-id' }]);
	});

	test('is not believed a person of another district', async () => {
		const { sourcedId } = await rostered();
		const sub = '64f0e2926b100a053fc08e15';
		const elsewhere = '4fd43cc56d11340000000006';
		const roles = { teacher: { sis_id: sourcedId } };
		told(sub, { id: sub, district: elsewhere, roles });
		expect(await forged({ claims: { sub, district: elsewhere } }, clever)).toMatchObject({
			reason: 'other-district'
		});
		// A token of this district, and a record that is not.
		expect(await forged({ claims: { sub, district: here } }, clever)).toMatchObject({
			reason: 'nothing-to-match'
		});
	});

	test('whose ids are of two people says nothing clear', async () => {
		const [one, two] = [await rostered(), await rostered()];
		const sub = '64f0e2926b100a053fc08e16';
		told(sub, {
			id: sub,
			district: here,
			roles: { teacher: { sis_id: one.sourcedId }, staff: { staff_id: two.sourcedId } }
		});
		expect(await forged({ claims: { sub, district: here } }, clever)).toMatchObject({
			reason: 'several-match'
		});
	});

	test('that does not answer there is down', async () => {
		expect(await forged({ claims: { sub: 'unknown', district: here } }, clever)).toMatchObject({
			reason: 'provider-down'
		});
	});
});

describe('a token is not trusted', () => {
	const past = Math.floor(Date.now() / 1000) - 3600;

	test.each<[string, Forgery, string]>([
		['of another issuer', { claims: { iss: 'https://accounts.google.com' } }, '(iss)'],
		['for another client', { claims: { aud: 'another-client' } }, '(aud)'],
		['for several clients, made for another', { claims: { aud: ['waypost', 'x'], azp: 'x' } }, '(azp)'],
		['with another nonce', { claims: { nonce: 'another nonce' } }, '(nonce)'],
		['without a nonce', { claims: { nonce: undefined } }, 'INVALID_RESPONSE'],
		['that has expired', { claims: { iat: past - 300, exp: past } }, '(exp)'],
		['that never expires', { claims: { exp: undefined } }, 'INVALID_RESPONSE'],
		['that is not valid yet', { claims: { nbf: past + 7200 } }, '(nbf)'],
		['without a subject', { claims: { sub: undefined } }, 'INVALID_RESPONSE'],
		['whose subject is too long', { claims: { sub: 'x'.repeat(256) } }, 'subject'],
		['whose subject holds other signs', { claims: { sub: 'some\u0000body' } }, 'subject'],
		['that nobody signed', { signedBy: 'none' }, 'INVALID_RESPONSE'],
		[
			'that says RS256 and has no signature',
			{ signedBy: 'none', header: { alg: 'RS256' } },
			'INVALID_RESPONSE'
		],
		['signed by a stranger', { signedBy: 'stranger' }, 'INVALID_RESPONSE'],
		['signed with the public key as a secret', { signedBy: 'public' }, 'INVALID_RESPONSE'],
		['of a key that the issuer does not have', { header: { kid: 'another' } }, 'KEY_SELECTION'],
		['that asks for what is not understood', { header: { crit: ['x'], x: 1 } }, 'UNSUPPORTED'],
		['that is none', { token: { id_token: 'nothing of this kind' } }, 'INVALID_RESPONSE'],
		['that did not come', { token: { id_token: undefined } }, 'INVALID_RESPONSE'],
		[
			'that came with another issuer’s name',
			{ back: { iss: 'https://elsewhere.example' } },
			'INVALID_RESPONSE'
		]
	])('%s', async (_, forgery, because) => {
		const before = await app.selectFrom('session').select('id_hash').execute();
		const answer = await forged(forgery);
		expect(answer).toMatchObject({ ok: false, reason: 'not-trusted' });
		expect('because' in answer && answer.because).toContain(because);
		expect(await app.selectFrom('session').select('id_hash').execute()).toHaveLength(before.length);
	});

	test('though one that is a little late by our clock is', async () => {
		const { person, email } = await rostered();
		const at = Math.floor(Date.now() / 1000);
		const claims = { sub: 'late', email, email_verified: true, iat: at - 60, exp: at - 10 };
		expect(await forged({ claims })).toMatchObject({ ok: true, person });
	});

	test('nor is a discovery document of another issuer', async () => {
		const other = await startRogueProvider();
		other.forge({ metadata: { issuer: 'https://accounts.google.com' } });
		const answer = await begin(app, at(other, google), { redirectUri, next: '', browser: null });
		expect(answer).toMatchObject({ ok: false, reason: 'not-trusted' });
		await other.stop();
	});
});

describe('coming back', () => {
	/** Two browsers that have been to the provider and are about to come back. */
	async function away(sub: string) {
		const provider = at(local, oidc);
		const sent = await begin(app, provider, { redirectUri, next: '/policy', browser: null });
		if (!sent.ok) throw new Error(sent.because);
		return { provider, browser: sent.browser, back: await local.visit(sent.address, sub) };
	}
	const comesBack = ({ provider, back, browser }: Awaited<ReturnType<typeof away>>) =>
		finish(app, provider, { back, browser }, place, now);
	const somebody = async () => account({ email: (await rostered()).email });

	test('leads on to the page that was asked for', async () => {
		expect(await comesBack(await away(await somebody()))).toMatchObject({ ok: true, next: '/policy' });
	});

	test('works once', async () => {
		const trip = await away(await somebody());
		expect(await comesBack(trip)).toMatchObject({ ok: true });
		expect(await comesBack(trip)).toMatchObject({ ok: false, reason: 'unknown-request' });
	});

	test('works once when it is tried twice at the same time', async () => {
		const trip = await away(await somebody());
		const answers = await Promise.all([comesBack(trip), comesBack(trip)]);
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
	});

	test('works in the browser that went, and leaves it the chance when another one tried', async () => {
		const [mine, others] = [await away(await somebody()), await away(await somebody())];
		expect(await comesBack({ ...mine, browser: others.browser })).toMatchObject({
			reason: 'unknown-request'
		});
		for (const browser of ['', 'not a secret'])
			expect(await comesBack({ ...mine, browser })).toMatchObject({ reason: 'unknown-request' });
		expect(await comesBack(mine)).toMatchObject({ ok: true });
	});

	test('with another state is refused', async () => {
		const trip = await away(await somebody());
		trip.back.searchParams.set('state', 'x'.repeat(43));
		expect(await comesBack(trip)).toMatchObject({ reason: 'unknown-request' });
	});

	test('with a code that was stolen from another browser is refused', async () => {
		const [victim, thief] = [await away(await somebody()), await away(await somebody())];
		thief.back.searchParams.set('code', victim.back.searchParams.get('code') ?? '');
		expect(await comesBack(thief)).toMatchObject({ reason: 'not-trusted', because: 'invalid_grant' });
	});

	test('with the state of a way to another provider is refused', async () => {
		const trip = await away(await somebody());
		expect(await comesBack({ ...trip, provider: { ...trip.provider, id: 'another' } })).toMatchObject({
			reason: 'unknown-request'
		});
	});

	test('after too long a time is refused', async () => {
		const trip = await away(await somebody());
		await setClock(new Date(Date.now() + 11 * 60_000));
		expect(await comesBack(trip)).toMatchObject({ reason: 'unknown-request' });
		await requests.deleteExpired(app);
		await setClock(null);
		expect(await comesBack(trip)).toMatchObject({ reason: 'unknown-request' });
	});

	test('from two tabs of one browser works for both', async () => {
		const provider = at(local, oidc);
		const first = await begin(app, provider, { redirectUri, next: '/one', browser: null });
		if (!first.ok) throw new Error(first.because);
		const second = await begin(app, provider, { redirectUri, next: '/two', browser: first.browser });
		if (!second.ok) throw new Error(second.because);
		expect(second.browser).toBe(first.browser);
		for (const [tab, next] of [
			[second, '/two'],
			[first, '/one']
		] as const) {
			const back = await local.visit(tab.address, await somebody());
			expect(await finish(app, provider, { back, browser: tab.browser }, place, now)).toMatchObject({
				ok: true,
				next
			});
		}
	});

	test('from the provider’s own portal, where nobody of us sent them, begins the way anew', async () => {
		const provider = at(local, oidc);
		const back = new URL(`${redirectUri}?code=from-the-portal`);
		expect(await finish(app, provider, { back, browser: null }, place, now)).toMatchObject({
			reason: 'started-elsewhere'
		});
		// A provider that never brings the state back does not send people round for ever.
		let browser: string | null = null;
		for (let round = 0; round < 3; round += 1) {
			const sent = await begin(app, provider, { redirectUri, next: '', browser });
			browser = sent.ok ? sent.browser : null;
		}
		expect(await finish(app, provider, { back, browser }, place, now)).toMatchObject({
			reason: 'unknown-request'
		});
	});

	test('after turning the provider down says so', async () => {
		expect(await comesBack(await away(''))).toMatchObject({
			ok: false,
			reason: 'declined',
			because: 'access_denied',
			next: '/policy'
		});
	});

	test('stores neither the state nor the cookie', async () => {
		const trip = await away(await somebody());
		const { rows } = await sql<{ row: string }>`select r::text as row from single_sign_on_request r`.execute(
			app
		);
		const stored = rows.map(({ row }) => row).join();
		expect(stored).not.toContain(trip.back.searchParams.get('state'));
		expect(stored).not.toContain(trip.browser);
	});
});

describe('a provider that is not well', () => {
	test('is asked for its document once, by however many come', async () => {
		const fresh = await startRogueProvider();
		const provider = at(fresh, oidc);
		const come = () => begin(app, provider, { redirectUri, next: '', browser: null });
		await Promise.all([come(), come(), come()]);
		await come();
		expect(fresh.asked()).toBe(1);
		await fresh.stop();
	});

	test('is down when nobody answers, and may come back', async () => {
		const fresh = await startRogueProvider();
		const provider = at({ ...fresh, issuer: 'http://127.0.0.1:9' }, oidc);
		const come = () => begin(app, provider, { redirectUri, next: '', browser: null });
		expect(await come()).toMatchObject({ ok: false, reason: 'provider-down', because: 'unreachable' });
		expect(await come()).toMatchObject({ ok: false, reason: 'provider-down' });
		await fresh.stop();
	});

	test('is down when it takes the request and says nothing', async () => {
		const silent = createServer(() => {});
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
		const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
		const provider = at({ ...local, issuer }, oidc);
		expect(await begin(app, provider, { redirectUri, next: '', browser: null })).toMatchObject({
			reason: 'provider-down',
			because: 'OAUTH_TIMEOUT'
		});
		silent.closeAllConnections();
		await new Promise((resolve) => silent.close(resolve));
	});

	test('is down when it answers with an error', async () => {
		expect(await forged({ status: 503, token: { error: 'temporarily_unavailable' } })).toMatchObject({
			reason: 'provider-down'
		});
		expect(await forged({ back: { error: 'server_error' } })).toMatchObject({ reason: 'provider-down' });
	});

	test('and that says what is no code of the protocol puts nothing of it into the log', async () => {
		const answer = await forged({ back: { error: 'Ada Quill <ada@wrsd.example> has left\n' } });
		expect(answer).toMatchObject({ reason: 'not-trusted', because: 'AdaQuilladawrsdexamplehasleft' });
	});
});

describe('the table of links', () => {
	test('holds one person for a subject, and one subject for a person, at an issuer', async () => {
		const [one, two] = [await rostered(), await rostered()];
		const sub = account({ email: one.email });
		await signOn(oidc, sub);
		const put = (person: string, subject: string) =>
			within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
				trx
					.insertInto('identity_link')
					.values({ person, issuer: local.issuer, subject, matched_by: 'email' })
					.execute()
			);
		await expect(put(two.person, sub)).rejects.toMatchObject({ code: '23505' });
		await expect(put(one.person, 'another-subject')).rejects.toMatchObject({ code: '23505' });
	});

	test('shows links to themselves, to their school and to the district, and to nobody else', async () => {
		const { person, email } = await rostered();
		const stranger = await rostered({ school: await addOrganisation(app, 'South School') });
		await signOn(oidc, account({ email }));
		const seen = async (scope: Parameters<typeof within>[1]) =>
			within(app, scope, async (trx) => {
				const rows = await trx
					.selectFrom('identity_link')
					.select('person')
					.where('person', '=', person)
					.execute();
				return rows.length;
			});
		expect(await app.selectFrom('identity_link').selectAll().execute()).toEqual([]);
		expect(await seen({ kind: 'self', actor: person })).toBe(1);
		expect(await seen({ kind: 'self', actor: stranger.person })).toBe(0);
		expect(await seen({ kind: 'schools', actor: stranger.person, schools: [school] })).toBe(1);
		expect(await seen({ kind: 'schools', actor: stranger.person, schools: [] })).toBe(0);
		expect(await seen({ kind: 'district', actor: stranger.person })).toBe(1);
	});

	test('lets nobody make, move or take away a link but named system work', async () => {
		const { person, email } = await rostered();
		await signOn(oidc, account({ email }));
		const self = { kind: 'self', actor: person } as const;
		await expect(
			within(app, self, (trx) =>
				trx
					.insertInto('identity_link')
					.values({ person, issuer: 'https://elsewhere.example', subject: 'x', matched_by: 'email' })
					.execute()
			)
		).rejects.toMatchObject({ code: '42501' });
		await within(app, self, (trx) => trx.deleteFrom('identity_link').where('person', '=', person).execute());
		expect(await linksOf(person)).toHaveLength(1);
		await expect(
			within(app, { kind: 'system', purpose: 'sign-in' }, (trx) =>
				trx.updateTable('identity_link').set({ person }).execute()
			)
		).rejects.toMatchObject({ code: '42501' });
	});
});
