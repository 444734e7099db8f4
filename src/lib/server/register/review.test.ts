import { afterEach, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as coOwners from './co-owner.ts';
import * as drafts from './drafts.ts';
import { record } from './moves.ts';
import * as registrations from './registrations.ts';
import * as review from './review.ts';
import {
	everyStatement,
	reviewer,
	sign,
	submitAgain,
	submitted,
	type Registered
} from './testing/registered.ts';
import { decide, type Verdict } from './verdict.ts';

const { app, setClock } = await testDatabase();
const place = await people.district(app);
const principal = await people.actorOf(app, await reviewer(app, place));
const day = 86_400_000;
const why = 'Please name the class, and not yourself.';

const give = (
	by: PersonActor,
	{ id }: Registered,
	verdict: Verdict,
	revision = 1,
	reason = verdict === 'approve' ? '' : why
) => decide(app, by, { registration: id, revision, verdict, reason });
const stateOf = async ({ id }: Registered) => (await registrations.find(app, id))?.state;
const decisionsOf = ({ id }: Registered) =>
	app.selectFrom('gate_decision').selectAll().where('registration', '=', id).orderBy('decided_at').execute();

afterEach(() => setClock(null));

describe('approving', () => {
	test('makes the account active, with one decision behind both moves', async () => {
		const one = await submitted(app, place);
		expect(await give(principal, one, 'approve')).toEqual({ ok: true, state: 'active' });
		const moves = await app
			.selectFrom('registration_move')
			.select(['to_state', 'decision', 'actor'])
			.where('registration', '=', one.id)
			.orderBy('n')
			.execute();
		expect(moves.map(({ to_state }) => to_state)).toEqual([
			'draft',
			'submitted',
			'in_review',
			'approved',
			'active'
		]);
		const approval = (await decisionsOf(one)).at(-1);
		expect(approval).toMatchObject({ allow: true, purpose: 'open', revision: 1 });
		expect(moves.slice(-2).map(({ decision, actor }) => [decision, actor])).toEqual(
			Array(2).fill([approval?.id, principal.person])
		);
		const kept = await app
			.selectFrom('registration_current')
			.select('keep_until')
			.where('registration', '=', one.id)
			.executeTakeFirst();
		expect(kept?.keep_until).toBeInstanceOf(Date);
		const events = await app
			.selectFrom('ledger_event')
			.select('kind')
			.where('subject', '=', one.id)
			.execute();
		expect(events.map(({ kind }) => kind)).toContain('registration.active');
	});

	test('waits for every statement of owner and co-owner, on this very revision', async () => {
		const one = await submitted(app, place, { signed: false });
		expect(await give(principal, one, 'approve')).toEqual({
			ok: false,
			reason: 'attestations',
			missing: everyStatement.map((code) => ({ part: 'co-owner', code }))
		});
		expect(await stateOf(one)).toBe('submitted');
		await sign(app, one, 1);
		await give(principal, one, 'change');
		await submitAgain(app, one);
		expect(await give(principal, one, 'approve', 2)).toMatchObject({ ok: false, reason: 'attestations' });
		await sign(app, one, 2);
		expect(await give(principal, one, 'approve', 2)).toEqual({ ok: true, state: 'active' });
	});

	test('is refused when a certification ran out since the submission, with the reason, and the decision is kept', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await submitted(app, place, { until });
		await setClock(new Date(until.getTime() + 1000));
		const result = await give(principal, one, 'approve');
		expect(result).toMatchObject({ ok: false, reason: 'gate', answer: { allow: false, purpose: 'open' } });
		expect(await stateOf(one)).toBe('in_review');
		const kept = (await decisionsOf(one)).at(-1);
		expect(kept).toMatchObject({ allow: false, revision: 1, allowed_until: null });
		expect(kept?.reasons).toContainEqual(
			expect.objectContaining({
				part: 'owner',
				code: 'in_grace',
				requirement: 'certification:staff',
				met: false
			})
		);
		const opened = await review.open(app, principal, one.id);
		expect(opened?.history[0]).toMatchObject({ kind: 'approval-refused' });
		expect(opened).toMatchObject({
			gateAllows: false,
			coOwner: { findings: expect.arrayContaining([expect.objectContaining({ met: true })]) }
		});
		await setClock(null);
		expect(await give(principal, one, 'approve')).toEqual({ ok: true, state: 'active' });
	});

	test('is refused when the co-owner lost a certification, or left the school', async () => {
		const [one, other] = [await submitted(app, place), await submitted(app, place)];
		await people.revoked(app, one.coOwner, 'account-owner', place.administrator);
		expect(await give(principal, one, 'approve')).toMatchObject({ ok: false, reason: 'gate' });
		await app
			.updateTable('affiliation')
			.set(({ fn }) => ({ superseded_at: fn('waypost_now') }))
			.where('person', '=', other.coOwner.person)
			.execute();
		expect(await give(principal, other, 'approve')).toMatchObject({ ok: false, reason: 'gate' });
	});

	test('is refused when the answers don’t keep today’s rules any more', async () => {
		const one = await submitted(app, place);
		await setClock(new Date(Date.now() + 250 * day));
		const by = await people.actorOf(app, await reviewer(app, place));
		expect(await give(by, one, 'approve')).toMatchObject({
			ok: false,
			reason: 'answers',
			errors: [{ field: 'review_date' }]
		});
		expect(await stateOf(one)).toBe('submitted');
	});
});

describe('a change or a rejection', () => {
	test('needs a reason, which the owner reads', async () => {
		const one = await submitted(app, place);
		expect(await give(principal, one, 'change', 1, '  too bad  ')).toEqual({
			ok: false,
			reason: 'reason-short'
		});
		expect(await give(principal, one, 'reject', 1, 'x'.repeat(2_001))).toEqual({
			ok: false,
			reason: 'reason-long'
		});
		expect(await stateOf(one)).toBe('submitted');
		expect(await give(principal, one, 'change')).toEqual({ ok: true, state: 'changes_requested' });
		const history = await registrations.history(app, await people.actorOf(app, one.owner), one.id);
		expect(history[0]).toMatchObject({ to: 'changes_requested', reason: why });
		expect((await drafts.load(app, await people.actorOf(app, one.owner), one.id))?.state).toBe(
			'changes_requested'
		);
	});

	test('a rejection frees the address for another registration', async () => {
		const one = await submitted(app, place, { change: { url: 'https://pond.example/free-again' } });
		expect(await give(principal, one, 'reject')).toEqual({ ok: true, state: 'rejected' });
		const again = await submitted(app, place, { change: { url: 'https://pond.example/free-again' } });
		expect(await stateOf(again)).toBe('submitted');
	});
});

describe('who reviews', () => {
	test('is never owner or co-owner, of an earlier revision neither, nor a second entry of the same person', async () => {
		const one = await submitted(app, place);
		for (const own of [one.owner, one.coOwner]) {
			await people.granted(app, own, 'reviewer', place.school, place.administrator);
			await people.credited(app, own, 'reviewer-admin', place.administrator);
			const by = await people.actorOf(app, own);
			expect(await give(by, one, 'approve')).toEqual({
				ok: false,
				reason: 'may-not',
				why: 'own-registration'
			});
			expect((await review.open(app, by, one.id))?.may).toEqual({ ok: false, reason: 'own-registration' });
		}
		const another = await people.person(app, { school: place.school });
		await people.mayRunAccounts(app, another);
		await give(principal, one, 'change');
		await drafts.save(app, await people.actorOf(app, one.owner), one.id, { co_owner: another.person });
		await submitAgain(app, one);
		const before = await people.actorOf(app, one.coOwner);
		expect(await give(before, one, 'approve', 2)).toEqual({ ok: false, reason: 'may-not', why: 'was-owner' });
		await coOwners.signAs(app, await people.actorOf(app, another), one.id, 2, everyStatement);
		const twin = await reviewer(app, place);
		await people.mergedInto(app, another, twin, place.administrator);
		expect(await give(await people.actorOf(app, twin), one, 'approve', 2)).toEqual({
			ok: false,
			reason: 'may-not',
			why: 'was-owner'
		});
		expect(await stateOf(one)).toBe('submitted');
	});

	test('reviews for their own school: another’s is not there at all', async () => {
		const one = await submitted(app, place, { school: place.otherSchool });
		expect(await review.open(app, principal, one.id)).toBeNull();
		expect((await review.queue(app, principal)).map(({ registration }) => registration.id)).not.toContain(
			one.id
		);
		expect(await give(principal, one, 'approve')).toEqual({ ok: false, reason: 'not-found' });
		const administrator = await people.actorOf(app, place.administrator);
		expect((await review.queue(app, administrator)).map(({ registration }) => registration.id)).toContain(
			one.id
		);
		expect(await review.open(app, administrator, one.id)).toMatchObject({
			may: { ok: true },
			reviewer: { allow: false }
		});
	});

	test('meets an address that is none as one that is not there', async () => {
		const nowhere = { registration: 'no-id', revision: 1, verdict: 'approve', reason: '' } as const;
		expect(await decide(app, principal, nowhere)).toEqual({ ok: false, reason: 'not-found' });
		expect(await review.open(app, principal, 'no-id')).toBeNull();
	});

	test('is a reviewer: teachers, students and nobody find nothing', async () => {
		const one = await submitted(app, place);
		const teacher = await people.actorOf(app, await people.person(app, { school: place.school }));
		expect(review.isReviewer(teacher)).toBe(false);
		expect(review.isReviewer({ kind: 'nobody' })).toBe(false);
		expect(await review.queue(app, teacher)).toEqual([]);
		expect(await review.open(app, teacher, one.id)).toBeNull();
		expect(await give(teacher, one, 'approve')).toEqual({
			ok: false,
			reason: 'may-not',
			why: 'not-reviewer'
		});
	});

	test('is certified for it at that moment: a credit counts, and without one nothing is decided', async () => {
		const one = await submitted(app, place);
		const unable = await reviewer(app, place, { able: false });
		const by = await people.actorOf(app, unable);
		for (const verdict of ['approve', 'change', 'reject'] as const)
			expect(await give(by, one, verdict), verdict).toMatchObject({
				ok: false,
				reason: 'reviewer-gate',
				findings: expect.arrayContaining([
					expect.objectContaining({ requirement: 'certification:reviewer-admin', met: false })
				])
			});
		expect(await stateOf(one)).toBe('submitted');
		await people.certified(app, unable, 'staff');
		await people.credited(app, unable, 'reviewer-admin', place.administrator);
		expect(await give(by, one, 'approve')).toEqual({ ok: true, state: 'active' });
	});
});

describe('a reviewer decides on what they have read', () => {
	test('a newer revision is shown first', async () => {
		const one = await submitted(app, place);
		await give(principal, one, 'change');
		await drafts.save(app, await people.actorOf(app, one.owner), one.id, {
			display_name: 'Another name altogether'
		});
		expect(await submitAgain(app, one)).toBe(2);
		for (const verdict of ['approve', 'change', 'reject'] as const)
			expect(await give(principal, one, verdict), verdict).toEqual({
				ok: false,
				reason: 'changed-since',
				revision: 2
			});
		expect(await stateOf(one)).toBe('submitted');
		const opened = await review.open(app, principal, one.id);
		expect(opened?.changes).toEqual([
			expect.objectContaining({ before: one.name, now: 'Another name altogether' })
		]);
		expect(opened?.missing.every(({ part }) => part === 'co-owner')).toBe(true);
	});

	test('a co-owner who was exchanged is named, before and now', async () => {
		const one = await submitted(app, place);
		const next = await people.person(app, { school: place.school, givenName: 'Nell', familyName: 'Cedar' });
		await people.mayRunAccounts(app, next);
		await give(principal, one, 'change');
		await drafts.save(app, await people.actorOf(app, one.owner), one.id, { co_owner: next.person });
		await submitAgain(app, one);
		expect((await review.open(app, principal, one.id))?.changes).toEqual([
			{ label: 'Co-owner', before: expect.stringContaining('Coral Birchfield'), now: 'Nell Cedar' }
		]);
	});

	test('of two at the same moment one decides, and the other is told', async () => {
		const one = await submitted(app, place);
		const second = await people.actorOf(app, await reviewer(app, place));
		const results = await Promise.all([
			give(principal, one, 'approve'),
			give(second, one, 'reject'),
			give(second, one, 'approve')
		]);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		for (const result of results)
			if (!result.ok) expect(result).toMatchObject({ reason: 'already-decided', state: await stateOf(one) });
		expect((await decisionsOf(one)).filter(({ purpose }) => purpose === 'open').length).toBeLessThanOrEqual(
			2
		);
	});

	test('a withdrawn registration can’t be approved', async () => {
		const one = await submitted(app, place);
		await app
			.transaction()
			.execute((trx) => record(trx, { registration: one.id, to: 'closed', actor: one.owner.person }));
		expect(await give(principal, one, 'approve')).toEqual({
			ok: false,
			reason: 'already-decided',
			state: 'closed'
		});
	});

	test('a reviewer whose credit ends while waiting for the lock decides nothing', async () => {
		const one = await submitted(app, place);
		const until = new Date(Date.now() + 60_000);
		const brief = await reviewer(app, place, { able: false });
		await people.certified(app, brief, 'staff');
		await people.credited(app, brief, 'reviewer-admin', place.administrator, until);
		const by = await people.actorOf(app, brief);
		let waiting: Promise<unknown> | undefined;
		await app.transaction().execute(async (trx) => {
			await trx
				.selectFrom('registration_current')
				.select('n')
				.where('registration', '=', one.id)
				.forUpdate()
				.execute();
			waiting = give(by, one, 'approve');
			await new Promise((done) => setTimeout(done, 150));
			await setClock(new Date(until.getTime() + 1000));
		});
		expect(await waiting).toMatchObject({ ok: false, reason: 'reviewer-gate' });
	});
});

describe('the page of a reviewer', () => {
	test('shows each statement beside its evidence and who signed it when', async () => {
		const one = await submitted(app, place);
		const opened = await review.open(app, principal, one.id);
		expect(opened?.statements.map(({ code }) => code)).toEqual(everyStatement);
		const purpose = opened?.statements.find(({ code }) => code === 'A01');
		expect(purpose).toMatchObject({
			clauses: ['II.0a'],
			district: false,
			owner: { signer: one.owner.person },
			coOwner: { signer: one.coOwner.person }
		});
		expect(purpose?.evidence.map(({ field }) => field)).toEqual(
			expect.arrayContaining(['purpose', 'goals', 'audience'])
		);
		expect(opened?.owner.name).toMatch(/^Olive/);
		expect(opened).toMatchObject({
			missing: [],
			mistakes: [],
			changes: [],
			gateAllows: true,
			reviewer: { allow: true }
		});
	});

	test('hints at the same handle and at a name that is much the same, telling no more than the reader may see', async () => {
		const name = { display_name: 'Lighthouse Keepers of Room Nine', handle: '@lighthouse9' };
		const elsewhere = await submitted(app, place, {
			school: place.otherSchool,
			change: { ...name, display_name: 'Quite different' }
		});
		const near = await submitted(app, place, { change: { ...name, handle: '@other9' } });
		const one = await submitted(app, place, {
			change: { ...name, display_name: 'Lighthouse Keepers of Room Nin', handle: 'LightHouse9' }
		});
		const hints = (await review.open(app, principal, one.id))?.lookAlikes ?? [];
		expect(hints).toContainEqual(
			expect.objectContaining({ id: near.id, why: 'similar-name', displayName: name.display_name, own: true })
		);
		expect(hints).toContainEqual(
			expect.objectContaining({
				id: elsewhere.id,
				why: 'same-handle',
				displayName: null,
				handle: null,
				own: false
			})
		);
	});

	test('lists what waits, the longest waiting first, with the school days that it waits', async () => {
		const school = (
			await app
				.insertInto('organisation')
				.values({ kind: 'school', name: 'East School' })
				.returning('id')
				.executeTakeFirstOrThrow()
		).id;
		const first = await submitted(app, place, { school });
		const second = await submitted(app, place, { school, signed: false });
		const by = await people.actorOf(app, await reviewer(app, place, { school }));
		const now = await review.queue(app, by);
		expect(now.map(({ registration }) => registration.id)).toEqual([first.id, second.id]);
		expect(now.map(({ coOwnerSigned }) => coOwnerSigned)).toEqual([true, false]);
		expect(now[0]).toMatchObject({
			owner: expect.stringMatching(/^Olive/),
			time: { schoolDays: 0, target: 5, urgency: 'in-time' },
			may: { ok: true }
		});
		await setClock(new Date(Date.now() + 7 * day));
		expect((await review.queue(app, by))[0]?.time).toMatchObject({ schoolDays: 5, urgency: 'in-time' });
		await setClock(new Date(Date.now() + 14 * day));
		expect((await review.queue(app, by))[0]?.time).toMatchObject({ schoolDays: 10, urgency: 'late' });
		await setClock(new Date(Date.now() + 21 * day));
		expect((await review.queue(app, by))[0]?.time).toMatchObject({ schoolDays: 15, urgency: 'escalated' });
		await setClock(null);
		await give(by, first, 'change');
		expect((await review.queue(app, by)).map(({ registration }) => registration.id)).toEqual([second.id]);
	});

	test('names nobody outside the reader’s scope', async () => {
		const one = await submitted(app, place);
		await app
			.updateTable('affiliation')
			.set(({ fn }) => ({ superseded_at: fn('waypost_now') }))
			.where('person', '=', one.coOwner.person)
			.execute();
		const opened = await review.open(app, principal, one.id);
		expect(opened?.coOwner.name).toBeNull();
		expect(JSON.stringify(opened)).not.toContain('Coral');
	});
});
