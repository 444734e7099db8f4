import { describe, expect, test } from 'vitest';
import { range } from '#lib/server/db/instants.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import type { PersonActor } from '../actor.ts';
import * as sessions from '../sessions.ts';
import { addOrganisation, addPerson, mergePerson } from '../testing/people.ts';
import { listOf, ownLinks, removeOf, removeOwn, standingOf } from './identity-links.ts';

const { app } = await testDatabase();
const district = await addOrganisation(app, 'District', 'district');
const school = await addOrganisation(app, 'North School');
const seed = { kind: 'system', purpose: 'seed' } as const;
const google = 'https://accounts.google.com';
const clever = 'https://clever.com';

let number = 0;
async function somebody({ password }: { password?: string } = {}) {
	const email = `person${(number += 1)}@wrsd.example`;
	return addPerson(app, { school, email, ...(password ? { password } : {}) });
}
async function linked(person: string, issuer: string): Promise<string> {
	return within(app, seed, async (trx) => {
		const { id } = await trx
			.insertInto('identity_link')
			.values({ person, issuer, subject: `subject-${(number += 1)}`, matched_by: 'email' })
			.returning('id')
			.executeTakeFirstOrThrow();
		return id;
	});
}
/** Somebody's session as it asks. */
async function signedIn(person: string): Promise<PersonActor> {
	const { token } = await sessions.create(app, person, { device: '' });
	const read = await sessions.read(app, token);
	if (!read) throw new Error('not signed in');
	return read.actor;
}
async function administrator(): Promise<PersonActor> {
	const granter = await somebody();
	const { person } = await addPerson(app, {
		school: district,
		role: 'administrator',
		right: { right: 'district-administrator', organisation: district, grantedBy: granter.person }
	});
	return signedIn(person);
}
async function issuersOf(person: string): Promise<string[]> {
	const listed = await within(app, seed, (trx) => listOf(trx, person));
	return listed.map(({ issuer }) => issuer);
}

describe('one’s own links', () => {
	test('can be removed while a password is left, and the removal is recorded', async () => {
		const { person } = await somebody({ password: 'a violin in the snow' });
		const id = await linked(person, google);
		const actor = await signedIn(person);
		expect(await ownLinks(app, actor)).toMatchObject({
			links: [{ id, issuer: google }],
			removable: { ok: true }
		});
		expect(await removeOwn(app, actor, id)).toEqual({ ok: true });
		expect(await issuersOf(person)).toEqual([]);
		const event = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor', 'subject', 'detail'])
			.orderBy('id', 'desc')
			.executeTakeFirst();
		expect(event).toEqual({
			kind: 'identity.unlinked',
			actor: person,
			subject: person,
			detail: { issuer: google }
		});
		// Who removes their own goes on working.
		expect(await sessions.list(app, person, new Date())).toHaveLength(1);
	});

	test('can be removed but for the last, where there is no password', async () => {
		const { person } = await somebody();
		const ids = [await linked(person, google), await linked(person, clever)];
		const actor = await signedIn(person);
		expect(await removeOwn(app, actor, ids[0] ?? '')).toEqual({ ok: true });
		expect(await removeOwn(app, actor, ids[1] ?? '')).toEqual({ ok: false, reason: 'only-way' });
		expect((await ownLinks(app, actor)).removable).toEqual({ ok: false, reason: 'only-way' });
		expect(await issuersOf(person)).toEqual([clever]);
	});

	test('are not both removed when that is tried at once', async () => {
		const { person } = await somebody();
		const ids = [await linked(person, google), await linked(person, clever)];
		const actor = await signedIn(person);
		const answers = await Promise.all(ids.map((id) => removeOwn(app, actor, id)));
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
		expect(await issuersOf(person)).toHaveLength(1);
	});

	test('do not count a password that is disabled', async () => {
		const { person } = await somebody({ password: 'a violin in the snow' });
		const id = await linked(person, google);
		const actor = await signedIn(person);
		await app.updateTable('sign_in').set({ disabled_at: new Date() }).where('person', '=', person).execute();
		expect(await removeOwn(app, actor, id)).toEqual({ ok: false, reason: 'only-way' });
	});

	test('are the only ones that one removes this way, whatever one’s rights', async () => {
		const [mine, theirs] = [await somebody({ password: 'a violin in the snow' }), await somebody()];
		await linked(mine.person, google);
		const id = await linked(theirs.person, google);
		for (const actor of [await signedIn(mine.person), await administrator()])
			expect(await removeOwn(app, actor, id)).toEqual({ ok: false, reason: 'unknown-link' });
		for (const nothing of ['', 'x', '00000000-0000-7000-8000-000000000000'])
			expect(await removeOwn(app, await signedIn(mine.person), nothing)).toEqual({
				ok: false,
				reason: 'unknown-link'
			});
		expect(await issuersOf(theirs.person)).toEqual([google]);
	});

	test('are those of a record that was brought together with one’s own as well', async () => {
		const [kept, absorbed] = [await somebody(), await somebody()];
		const ids = [await linked(kept.person, google), await linked(absorbed.person, google)];
		const by = (await administrator()).person;
		await mergePerson(app, { kept: kept.person, absorbed: absorbed.person, by });
		const actor = await signedIn(kept.person);
		expect((await ownLinks(app, actor)).links.map(({ id }) => id)).toEqual(ids);
		expect(await removeOwn(app, actor, ids[1] ?? '')).toEqual({ ok: true });
	});
});

describe('somebody else’s link', () => {
	test('is removed by a district administrator, and their sessions end', async () => {
		const { person } = await somebody();
		const id = await linked(person, google);
		await signedIn(person);
		const actor = await administrator();
		expect(await removeOf(app, actor, id)).toEqual({ ok: true });
		expect(await issuersOf(person)).toEqual([]);
		expect(await sessions.list(app, person, new Date())).toEqual([]);
		const event = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor', 'subject'])
			.orderBy('id', 'desc')
			.executeTakeFirst();
		expect(event).toEqual({ kind: 'identity.unlinked', actor: actor.person, subject: person });
	});

	test('is removed by nobody else, and by nobody for themselves', async () => {
		const { person } = await somebody();
		const id = await linked(person, google);
		const colleague = await signedIn((await somebody()).person);
		expect(await removeOf(app, colleague, id)).toEqual({ ok: false, reason: 'not-district-administrator' });
		const actor = await administrator();
		const own = await linked(actor.person, google);
		expect(await removeOf(app, actor, own)).toEqual({ ok: false, reason: 'own-link' });
		expect(await removeOf(app, actor, 'x')).toEqual({ ok: false, reason: 'unknown-link' });
		expect(await issuersOf(person)).toEqual([google]);
	});
});

test('an issuer must be believed as much for a right that begins tomorrow as for one of today', async () => {
	const { person } = await somebody();
	const standing = () => within(app, seed, (trx) => standingOf(trx, person));
	expect(await standing()).toEqual({ roles: ['teacher'], holdsRights: false });
	await app
		.insertInto('scope_grant')
		.values({
			person,
			right: 'district-administrator',
			organisation: district,
			during: range(new Date(Date.now() + 86_400_000), null),
			granted_by: (await administrator()).person
		})
		.execute();
	expect((await standing()).holdsRights).toBe(true);
});
