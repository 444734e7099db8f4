import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as sessions from '../sessions.ts';
import { addOrganisation, addPerson, endPerson } from '../testing/people.ts';
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
function account(claims: Record<string, unknown>): string {
	const sub = `subject-${(number += 1)}`;
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
		expect((await sessions.read(app, answer.session.token))?.actor.person).toBe(person);
		expect(await linksOf(person)).toMatchObject([
			{ issuer: local.issuer, subject: sub, matched_by: 'email' }
		]);
		expect(await events(person)).toMatchObject([
			{ kind: 'identity.linked', provider: 'google', issuer: local.issuer, matched_by: 'email' },
			{ kind: 'identity.first-used', session: answer.session.publicId }
		]);
	});
});
