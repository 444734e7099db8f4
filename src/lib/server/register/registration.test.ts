import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Answers } from '#lib/register/form.ts';
import { rightAnswers } from '#lib/register/testing/answers.ts';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as coOwners from './co-owner.ts';
import * as drafts from './drafts.ts';
import * as ownerView from './owner-view.ts';
import * as registrations from './registrations.ts';
import { submit } from './submit.ts';

const { app, owner: asOwner } = await testDatabase();
const place = await people.district(app);
const every = catalogue().accountTypes.classroom?.attestations ?? [];
const day = 86_400_000;
let urls = 0;

async function teacher(able = true): Promise<{ made: people.TestPerson; actor: PersonActor }> {
	const made = await people.person(app, { school: place.school });
	if (able) await people.mayRunAccounts(app, made);
	return { made, actor: await people.actorOf(app, made) };
}
const answersFor = (coOwner: string, change: Answers = {}): Answers => {
	const start = new Date(Date.now() + 3 * day).toISOString().slice(0, 10);
	const review = new Date(Date.now() + 200 * day).toISOString().slice(0, 10);
	return {
		...rightAnswers({ coOwner, url: `https://photos.example/room-${++urls}`, start, review }),
		...change
	};
};
async function draftOf(actor: PersonActor, answers: Answers): Promise<drafts.Draft> {
	const begun = await drafts.create(app, actor, { type: 'classroom', organisation: place.school });
	if (!begun.ok) throw new Error(begun.reason);
	const draft = await drafts.save(app, actor, begun.id, answers);
	if (!draft) throw new Error('the draft is gone');
	return draft;
}
const send = (actor: PersonActor, draft: drafts.Draft, ticked = every) =>
	submit(app, actor, draft.id, ticked, draft.rev);
const unmet = (result: Awaited<ReturnType<typeof send>>) =>
	!result.ok && result.reason === 'refused'
		? result.answer.subjects.flatMap(({ part, findings }) =>
				findings.filter(({ met }) => !met).map(({ code, requirement }) => `${part} ${code} ${requirement}`)
			)
		: result;

describe('a draft', () => {
	test('keeps what was typed, even when it is wrong', async () => {
		const { actor } = await teacher(false);
		const draft = await draftOf(actor, { url: 'not an address', goals: [] });
		expect(await drafts.load(app, actor, draft.id)).toMatchObject({
			answers: { url: 'not an address', goals: [] },
			rev: 2
		});
		await drafts.save(app, actor, draft.id, { display_name: '508-555-0147' });
		expect((await drafts.load(app, actor, draft.id))?.answers).toEqual({
			url: 'not an address',
			goals: [],
			display_name: '508-555-0147'
		});
	});

	test('has no grades left once students are unticked, in what is submitted either', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const withStudents = answersFor(second.made.person, {
			audience: ['families', 'students'],
			bands: ['K-2'],
			under_13: 'looking_only'
		});
		const { id } = await draftOf(actor, withStudents);
		expect((await drafts.load(app, actor, id))?.answers.bands).toEqual(['K-2']);
		const draft = await drafts.save(app, actor, id, {
			audience: ['families'],
			bands: ['K-2'],
			under_13: 'no'
		});
		if (!draft) throw new Error('the draft is gone');
		expect(draft.answers.bands).toEqual([]);
		expect(await send(actor, draft)).toEqual({ ok: true, revision: 1 });
		expect((await registrations.find(app, id))?.revision?.body).toMatchObject({
			audience: ['families'],
			bands: []
		});
	});

	test('that was kept with grades of no student is read without them', async () => {
		const { actor } = await teacher(false);
		const draft = await draftOf(actor, {});
		await app
			.updateTable('registration_draft')
			.set({ body: JSON.stringify({ audience: ['families'], bands: ['K-2'] }) })
			.where('registration', '=', draft.id)
			.execute();
		expect((await drafts.load(app, actor, draft.id))?.answers).toEqual({ audience: ['families'], bands: [] });
	});

	test('of another looks like none at all, to read and to change', async () => {
		const [{ actor }, other] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, { display_name: 'Mine' });
		expect(await drafts.load(app, other.actor, draft.id)).toBeNull();
		expect(await drafts.save(app, other.actor, draft.id, { display_name: 'Taken over' })).toBeNull();
		expect(await submit(app, other.actor, draft.id, every, draft.rev)).toEqual({
			ok: false,
			reason: 'not-found'
		});
		expect(await ownerView.one(app, other.actor, draft.id)).toBeNull();
		expect(await drafts.load(app, other.actor, 'no-id')).toBeNull();
		expect((await drafts.load(app, actor, draft.id))?.answers.display_name).toBe('Mine');
	});

	test('is for staff, for their own school, and for the types that are open', async () => {
		const { actor } = await teacher();
		const create = (by: PersonActor, type: string, organisation: string) =>
			drafts.create(app, by, { type, organisation });
		const student = await people.actorOf(
			app,
			await people.person(app, { school: place.school, role: 'student', band: '9-12' })
		);
		expect(await create(student, 'classroom', place.school)).toEqual({ ok: false, reason: 'not-staff' });
		expect(await create(actor, 'classroom', place.otherSchool)).toEqual({
			ok: false,
			reason: 'other-school'
		});
		expect(await create(actor, 'school', place.school)).toEqual({ ok: false, reason: 'not-open' });
		expect(await create(actor, 'personal', place.school)).toEqual({ ok: false, reason: 'unknown-type' });
	});
});

describe('submitting', () => {
	test('stores a revision, the owner’s statements and the decision, and waits for review', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		expect(await send(actor, draft)).toEqual({ ok: true, revision: 1 });
		const registration = await registrations.find(app, draft.id);
		expect(registration).toMatchObject({
			state: 'submitted',
			revision: { number: 1, owner: actor.person, coOwner: second.made.person }
		});
		const signed = await registrations.signatures(app, draft.id, 1);
		expect(signed.map(({ code }) => code)).toEqual(every);
		expect(signed.every(({ part, signer }) => part === 'owner' && signer === actor.person)).toBe(true);
		expect(await drafts.load(app, actor, draft.id)).toBeNull();
		const [latest] = await registrations.history(app, actor, draft.id);
		expect(latest).toMatchObject({
			kind: 'move',
			to: 'submitted',
			actorName: expect.stringContaining('Test'),
			reasons: expect.any(Array)
		});
	});

	test('is refused without a certification, with its reasons, and leaves no revision', async () => {
		const [{ actor }, second] = [await teacher(false), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		const result = await send(actor, draft);
		expect(unmet(result)).toEqual([
			'owner not_certified certification:staff',
			'owner not_certified certification:account-owner',
			'owner not_acknowledged acknowledgement:6531-1'
		]);
		expect(await registrations.find(app, draft.id)).toMatchObject({ state: 'draft', revision: null });
		expect(await drafts.load(app, actor, draft.id)).toMatchObject({ rev: draft.rev });
		const event = await app
			.selectFrom('ledger_event')
			.selectAll()
			.where('subject', '=', draft.id)
			.where('kind', '=', 'registration.refused')
			.executeTakeFirstOrThrow();
		const decision = await app
			.selectFrom('gate_decision')
			.selectAll()
			.where('id', '=', (event.detail as { decision: string }).decision)
			.executeTakeFirstOrThrow();
		expect(decision).toMatchObject({ allow: false, purpose: 'open', registration: null, revision: null });
		expect((await registrations.history(app, actor, draft.id))[0]).toMatchObject({ kind: 'refused' });
	});

	test('is refused with a certification that ran out, grace or no grace', async () => {
		const [{ made, actor }, second] = [await teacher(false), await teacher()];
		await people.certified(
			app,
			made,
			'staff',
			new Date(Date.now() - 400 * day),
			new Date(Date.now() - 100 * day)
		);
		await people.certified(
			app,
			made,
			'account-owner',
			new Date(Date.now() - 400 * day),
			new Date(Date.now() - 5 * day)
		);
		await people.acknowledged(app, made);
		const draft = await draftOf(actor, answersFor(second.made.person));
		expect(unmet(await send(actor, draft))).toEqual([
			'owner expired certification:staff',
			'owner in_grace certification:account-owner'
		]);
	});

	test('is refused when the co-owner is not certified, and says that it is about them', async () => {
		const [{ actor }, second] = [await teacher(), await teacher(false)];
		await people.certified(app, second.made, 'staff');
		await people.acknowledged(app, second.made);
		const draft = await draftOf(actor, answersFor(second.made.person));
		expect(unmet(await send(actor, draft))).toEqual(['co-owner not_certified certification:account-owner']);
	});

	test('asks for another person of the same school as co-owner', async () => {
		const { made, actor } = await teacher();
		const elsewhere = await people.person(app, { school: place.otherSchool });
		await people.mayRunAccounts(app, elsewhere);
		const student = await people.person(app, { school: place.school, role: 'student', band: '6-8' });
		for (const person of [made.person, made.person.toUpperCase(), elsewhere.person, student.person])
			expect(await send(actor, await draftOf(actor, answersFor(person)))).toMatchObject({
				reason: 'answers',
				errors: [{ field: 'co_owner' }]
			});
	});

	test('asks for every statement, and for the answers as they were read', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		expect(
			await send(
				actor,
				draft,
				every.filter((code) => code !== 'A05')
			)
		).toEqual({ ok: false, reason: 'unsigned', codes: ['A05'] });
		await drafts.save(app, actor, draft.id, { display_name: 'Changed in another window' });
		expect(await send(actor, draft)).toEqual({ ok: false, reason: 'changed-meanwhile' });
		expect(await registrations.find(app, draft.id)).toMatchObject({ state: 'draft' });
	});

	test('with wrong answers leads to each page', async () => {
		const { actor } = await teacher();
		const result = await send(
			actor,
			await draftOf(actor, { ...answersFor(actor.person), url: 'http://x', purpose: '' })
		);
		expect(result).toMatchObject({
			reason: 'answers',
			errors: [
				{ page: 'platform', field: 'url' },
				{ page: 'purpose', field: 'purpose' }
			]
		});
	});

	test('one account is registered once: of two at the same instant one is told, beside the address, without a name', async () => {
		const [first, second, third] = [await teacher(), await teacher(), await teacher()];
		const url = 'https://photos.example/Contested';
		const one = await draftOf(first.actor, answersFor(third.made.person, { url }));
		const two = await draftOf(
			second.actor,
			answersFor(third.made.person, { url: 'https://www.photos.example/contested/' })
		);
		const results = await Promise.all([send(first.actor, one), send(second.actor, two)]);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		const lost = results.find(({ ok }) => !ok);
		expect(lost).toMatchObject({
			reason: 'answers',
			errors: [{ page: 'platform', field: 'url', message: expect.stringContaining('registered already') }]
		});
		expect(JSON.stringify(lost)).not.toContain('North School');
	});

	test('twice at the same instant makes one revision', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		const results = await Promise.all([send(actor, draft), send(actor, draft), send(actor, draft)]);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await registrations.everOwners(app, draft.id)).toHaveLength(2);
	});

	test('a revision is evidence: nobody changes or deletes it', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		await send(actor, draft);
		await expect(
			sql`update registration_revision set co_owner = ${place.administrator.person} where registration = ${draft.id}`.execute(
				asOwner
			)
		).rejects.toMatchObject({ code: 'WP001' });
		await expect(
			sql`delete from attestation where registration = ${draft.id}`.execute(asOwner)
		).rejects.toMatchObject({ code: 'WP001' });
		await expect(
			sql`update registration_revision set number = 2 where registration = ${draft.id}`.execute(app)
		).rejects.toMatchObject({ code: '42501' });
	});
});

describe('the co-owner', () => {
	test('is offered from those of the school who could be one now, by name', async () => {
		const school = (
			await app
				.insertInto('organisation')
				.values({ kind: 'school', name: 'West School' })
				.returning('id')
				.executeTakeFirstOrThrow()
		).id;
		const make = (familyName: string, role: 'teacher' | 'coach' = 'teacher') =>
			people.person(app, { school, role, givenName: 'Kim', familyName });
		const [asking, able, unable, lapsed, wrongRole] = [
			await make('Asking'),
			await make('Able'),
			await make('Unable'),
			await make('Lapsed'),
			await make('Coach', 'coach')
		];
		for (const one of [asking, able, wrongRole]) await people.mayRunAccounts(app, one);
		await people.certified(
			app,
			lapsed,
			'staff',
			new Date(Date.now() - 400 * day),
			new Date(Date.now() - 5 * day)
		);
		await people.acknowledged(app, unable);
		const type = catalogue().accountTypes.classroom;
		if (!type) throw new Error('there is no type for classrooms');
		const offer = await coOwners.offered(app, await people.actorOf(app, asking), type, school);
		expect(offer).toEqual([{ person: able.person, name: 'Kim Able' }]);
		await people.revoked(app, able, 'account-owner', place.administrator);
		expect(await coOwners.offered(app, await people.actorOf(app, asking), type, school)).toEqual([]);
	});

	test('signs for themselves, every statement of the revision that they read; the owner can’t', async () => {
		const [{ actor }, second, third] = [await teacher(), await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		await send(actor, draft);
		const signAs = (by: PersonActor, revision = 1, ticked = every) =>
			coOwners.signAs(app, by, draft.id, revision, ticked);
		expect(await signAs(actor)).toEqual({ ok: false, reason: 'not-yours' });
		expect(await signAs(third.actor)).toEqual({ ok: false, reason: 'not-yours' });
		expect(await signAs(second.actor, 1, ['A01'])).toEqual({
			ok: false,
			reason: 'unsigned',
			codes: every.slice(1)
		});
		expect(await signAs(second.actor, 2)).toEqual({ ok: false, reason: 'changed-meanwhile' });
		expect(await ownerView.mine(app, second.actor)).toMatchObject({
			toSign: [{ part: 'co-owner', coOwnerSigned: false }]
		});
		expect(await signAs(second.actor)).toEqual({ ok: true });
		expect(await signAs(second.actor)).toEqual({ ok: true });
		expect(await ownerView.one(app, actor, draft.id)).toMatchObject({ part: 'owner', coOwnerSigned: true });
		expect(await registrations.signatures(app, draft.id, 1)).toHaveLength(2 * every.length);
	});

	test('can’t be signed for, by the database either', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const draft = await draftOf(actor, answersFor(second.made.person));
		await send(actor, draft);
		const forge = (part: 'owner' | 'co-owner', signer: string) =>
			app
				.insertInto('attestation')
				.values({
					registration: draft.id,
					revision: 1,
					code: 'A99',
					wording: 'x',
					wording_hash: 'x',
					part,
					signer,
					given: true,
					assurance: 'password'
				})
				.execute();
		await expect(forge('co-owner', actor.person)).rejects.toMatchObject({ code: 'WP004' });
		await expect(forge('owner', second.made.person)).rejects.toMatchObject({ code: 'WP004' });
	});
});

describe('withdrawing', () => {
	test('closes the registration and frees its address', async () => {
		const [{ actor }, second] = [await teacher(), await teacher()];
		const answers = answersFor(second.made.person);
		const draft = await draftOf(actor, answers);
		await send(actor, draft);
		expect(await ownerView.withdraw(app, second.actor, draft.id)).toEqual({ ok: false, reason: 'not-found' });
		expect(await ownerView.withdraw(app, actor, draft.id)).toEqual({ ok: true });
		expect(await registrations.find(app, draft.id)).toMatchObject({ state: 'closed' });
		expect(await ownerView.withdraw(app, actor, draft.id)).toEqual({ ok: false, reason: 'not-now' });
		expect(
			await send(second.actor, await draftOf(second.actor, { ...answers, co_owner: actor.person }))
		).toMatchObject({ ok: true });
	});
});
