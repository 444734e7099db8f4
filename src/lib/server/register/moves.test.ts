import { describe, expect, test } from 'vitest';
import type { RegistrationState } from '#lib/register/states.ts';
import { rightAnswers } from '#lib/register/testing/answers.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { decideFor, standingOf } from '#lib/server/gate/gate.ts';
import * as drafts from './drafts.ts';
import { askKeep, isShownNow } from './keep.ts';
import { record } from './moves.ts';
import * as registrations from './registrations.ts';
import { submit } from './submit.ts';

const { app, setClock } = await testDatabase();
const place = await people.district(app);
const gate = 'register-classroom-account';
const day = 86_400_000;
let urls = 0;

type Submitted = {
	id: string;
	owner: people.TestPerson;
	coOwner: people.TestPerson;
	reviewer: people.TestPerson;
};

/** A registration that waits for review, with people of its own. */
async function submitted({ until }: { until?: Date } = {}): Promise<Submitted> {
	const [owner, coOwner] = [
		await people.person(app, { school: place.school }),
		await people.person(app, { school: place.school })
	];
	const reviewer = await people.person(app, { school: place.school, role: 'principal' });
	await people.mayRunAccounts(app, owner, until);
	await people.mayRunAccounts(app, coOwner);
	const actor = await people.actorOf(app, owner);
	const begun = await drafts.create(app, actor, { type: 'classroom', organisation: place.school });
	if (!begun.ok) throw new Error(begun.reason);
	const civil = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);
	const answers = rightAnswers({
		coOwner: coOwner.person,
		url: `https://clips.example/${++urls}`,
		start: civil(2),
		review: civil(90)
	});
	const draft = await drafts.save(app, actor, begun.id, answers);
	const sent = await submit(
		app,
		actor,
		begun.id,
		catalogue().accountTypes.classroom?.attestations ?? [],
		draft?.rev ?? 0
	);
	if (!sent.ok) throw new Error(sent.reason);
	return { id: begun.id, owner, coOwner, reviewer };
}
const move = (trx: Trx, { id, reviewer }: Submitted, to: RegistrationState, more: object = {}) =>
	record(trx, { registration: id, to, actor: reviewer.person, ...more });
const decide = (trx: Trx, { id, owner, coOwner }: Submitted, purpose: 'open' | 'keep' = 'open') =>
	decideFor(
		trx,
		gate,
		[
			{ part: 'owner', person: owner.person },
			{ part: 'co-owner', person: coOwner.person }
		],
		purpose,
		place.school,
		{ id, revision: 1 }
	);
const inTrx = <T>(work: (trx: Trx) => Promise<T>) => app.transaction().execute(work);

async function inReview(settings?: { until?: Date }): Promise<Submitted> {
	const one = await submitted(settings);
	await inTrx((trx) => move(trx, one, 'in_review'));
	return one;
}
async function active(settings?: { until?: Date }): Promise<Submitted> {
	const one = await inReview(settings);
	await inTrx(async (trx) => {
		const { decision } = await decide(trx, one);
		await move(trx, one, 'approved', { decision });
		await move(trx, one, 'active', { decision });
	});
	return one;
}
const shown = ({ id }: Submitted) => isShownNow(app, id);
const stored = ({ id }: Submitted) =>
	app
		.selectFrom('registration_current')
		.select(['keep_until', 'keep_standing', 'keep_rules'])
		.where('registration', '=', id)
		.executeTakeFirstOrThrow();

describe('a move of a registration', () => {
	test('that is not in the table of legal moves is refused', async () => {
		const one = await submitted();
		for (const to of ['active', 'approved', 'rejected', 'suspended', 'submitted'] as const)
			await expect(
				inTrx((trx) => move(trx, one, to, { reason: 'Because it is a test' })),
				to
			).rejects.toMatchObject({ code: 'WP005' });
		await expect(inTrx((trx) => move(trx, one, 'nowhere' as RegistrationState))).rejects.toMatchObject({
			code: 'WP005'
		});
	});

	test('can’t begin from a state that the registration is not in', async () => {
		const one = await submitted();
		const forged = (n: number, from_state: string, to_state: string) =>
			app
				.insertInto('registration_move')
				.values({
					registration: one.id,
					n,
					from_state,
					to_state,
					revision: 1,
					actor: one.reviewer.person,
					reason: 'Because it is a test'
				})
				.execute();
		await expect(forged(3, 'in_review', 'rejected')).rejects.toMatchObject({ code: '23503' });
		await expect(forged(7, 'submitted', 'in_review')).rejects.toMatchObject({ code: '23503' });
		await expect(forged(2, 'submitted', 'in_review')).rejects.toMatchObject({ code: '23505' });
	});

	test('needs a reason where one is owed to the owner', async () => {
		const one = await inReview();
		await expect(inTrx((trx) => move(trx, one, 'rejected', { reason: '  no  ' }))).rejects.toMatchObject({
			code: 'WP005'
		});
		await inTrx((trx) =>
			move(trx, one, 'changes_requested', { reason: 'Please name the class, not yourself.' })
		);
		expect(await registrations.find(app, one.id)).toMatchObject({ state: 'changes_requested' });
		expect((await drafts.load(app, await people.actorOf(app, one.owner), one.id))?.state).toBe(
			'changes_requested'
		);
	});

	test('two at the same instant: one is made, the other meets it', async () => {
		const one = await inReview();
		const results = await Promise.allSettled([
			inTrx((trx) => move(trx, one, 'changes_requested', { reason: 'One reviewer asks for this' })),
			inTrx((trx) => move(trx, one, 'rejected', { reason: 'Another reviewer says no' }))
		]);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'WP005' } });
	});

	test('of a reviewer is never made by owner, co-owner, who was owner once, or a second entry of the same person', async () => {
		const one = await submitted();
		for (const actor of [one.owner, one.coOwner])
			await expect(
				inTrx((trx) => move(trx, one, 'in_review', { actor: actor.person }))
			).rejects.toMatchObject({ code: 'WP007' });
		const second = await people.person(app, { school: place.school, role: 'principal' });
		await people.mergedInto(app, one.coOwner, second, place.administrator);
		await expect(inTrx((trx) => move(trx, one, 'in_review', { actor: second.person }))).rejects.toMatchObject(
			{ code: 'WP007' }
		);
	});

	test('of the owner is made by nobody else', async () => {
		const one = await submitted();
		for (const actor of [one.coOwner, one.reviewer])
			await expect(inTrx((trx) => move(trx, one, 'closed', { actor: actor.person }))).rejects.toMatchObject({
				code: 'WP007'
			});
	});

	test('rests on the revision that was seen, not on an older one', async () => {
		const one = await inReview();
		await inTrx((trx) => move(trx, one, 'changes_requested', { reason: 'Please check the address.' }));
		const actor = await people.actorOf(app, one.owner);
		const draft = await drafts.load(app, actor, one.id);
		await submit(app, actor, one.id, draft?.type.attestations ?? [], draft?.rev ?? 0);
		await inTrx((trx) => move(trx, one, 'in_review'));
		await expect(
			inTrx(async (trx) => {
				const { decision } = await decide(trx, one);
				await move(trx, one, 'approved', { revision: 1, decision });
			})
		).rejects.toMatchObject({ code: 'WP006' });
		await expect(
			inTrx(async (trx) => {
				const { decision } = await decide(trx, one);
				await move(trx, one, 'approved', { revision: 2, decision });
			})
		).rejects.toMatchObject({ code: '23503' });
	});
});

describe('a move that opens an account', () => {
	test('needs a decision, of this very transaction', async () => {
		const one = await inReview();
		await expect(inTrx((trx) => move(trx, one, 'approved'))).rejects.toMatchObject({ code: 'WP008' });
		const { decision } = await inTrx((trx) => decide(trx, one));
		await expect(inTrx((trx) => move(trx, one, 'approved', { decision }))).rejects.toMatchObject({
			code: 'WP008'
		});
	});

	test('needs one that says yes, of purpose open, about owner and co-owner both', async () => {
		const one = await inReview();
		await expect(
			inTrx(async (trx) => {
				const { decision } = await decide(trx, one, 'keep');
				await move(trx, one, 'approved', { decision });
			})
		).rejects.toMatchObject({ code: 'WP008' });
		await expect(
			inTrx(async (trx) => {
				const alone = await decideFor(
					trx,
					gate,
					[{ part: 'owner', person: one.owner.person }],
					'open',
					place.school,
					{ id: one.id, revision: 1 }
				);
				await move(trx, one, 'approved', { decision: alone.decision });
			})
		).rejects.toMatchObject({ code: 'WP008' });
		await people.revoked(app, one.owner, 'staff', place.administrator);
		await expect(
			inTrx(async (trx) => {
				const { allow, decision } = await decide(trx, one);
				expect(allow).toBe(false);
				await move(trx, one, 'approved', { decision });
			})
		).rejects.toMatchObject({ code: '23503' });
	});

	test('is refused when a standing changed after the decision, in another connection or the same', async () => {
		const one = await inReview();
		await expect(
			inTrx(async (trx) => {
				// A decision written by hand, without holding what it rests on.
				const rules = await trx.selectFrom('rule_set').select('id').executeTakeFirstOrThrow();
				const { id } = await trx
					.insertInto('gate_decision')
					.values({
						gate,
						purpose: 'open',
						allow: true,
						reasons: '[]',
						rule_set: rules.id,
						registration: one.id,
						revision: 1
					})
					.returning('id')
					.executeTakeFirstOrThrow();
				const standing = await standingOf(trx, [one.owner.person, one.coOwner.person]);
				for (const [person, rev] of Object.entries(standing))
					await trx
						.insertInto('gate_decision_subject')
						.values({ decision: id, person, part: 'owner', rev })
						.execute();
				await people.revoked(app, one.coOwner, 'staff', place.administrator);
				await move(trx, one, 'approved', { decision: id });
			})
		).rejects.toMatchObject({ code: 'WP009' });

		const two = await inReview();
		await expect(
			inTrx(async (trx) => {
				const { decision } = await decide(trx, two);
				await people.revoked(trx, two.owner, 'staff', place.administrator);
				await move(trx, two, 'approved', { decision });
			})
		).rejects.toMatchObject({ code: 'WP009' });
	});

	test('a revocation waits for the decision that it would overtake, and is seen at once after it', async () => {
		const one = await inReview();
		const order: string[] = [];
		let revoking: Promise<void> | undefined;
		await inTrx(async (trx) => {
			const { decision } = await decide(trx, one);
			revoking = people
				.revoked(app, one.owner, 'staff', place.administrator)
				.then(() => void order.push('revoked'));
			await new Promise((done) => setTimeout(done, 150));
			await move(trx, one, 'approved', { decision });
			await move(trx, one, 'active', { decision });
			order.push('approved');
		});
		await revoking;
		expect(order).toEqual(['approved', 'revoked']);
		expect(await shown(one)).toBe(false);
		await inTrx((trx) => askKeep(trx, one.id));
		expect(await shown(one)).toBe(false);
	});

	test('is refused once its decision has run out, however fresh it is', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await inReview({ until });
		await expect(
			inTrx(async (trx) => {
				const { decision, allowedUntil } = await decide(trx, one);
				expect(allowedUntil).toEqual(until);
				await setClock(new Date(until.getTime() + 1000));
				await move(trx, one, 'approved', { decision });
			})
		).rejects.toMatchObject({ code: 'WP009' });
		await setClock(null);
	});
});

describe('an active account', () => {
	test('is shown until what it rests on ends, with its grace, and no longer, with no job running', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await active({ until });
		expect(await shown(one)).toBe(true);
		await setClock(new Date(until.getTime() + day));
		expect(await shown(one)).toBe(true);
		await setClock(new Date(until.getTime() + 31 * day));
		expect(await shown(one)).toBe(false);
		await setClock(null);
	});

	test('is asked about again once a standing has changed, and the new yes is stored', async () => {
		const one = await active();
		await people.credited(app, one.owner, 'reviewer-admin', place.administrator);
		const before = await stored(one);
		expect(await shown(one)).toBe(true);
		const after = await stored(one);
		expect(after.keep_standing).not.toEqual(before.keep_standing);
		expect(after.keep_standing).toEqual(await standingOf(app, [one.owner.person, one.coOwner.person]));
	});

	test('is renewed unchanged in grace, but never reactivated in grace', async () => {
		const until = new Date(Date.now() + 10 * day);
		const [renewing, suspended] = [await active({ until }), await active({ until })];
		await inTrx((trx) => move(trx, renewing, 'renewal_due'));
		await inTrx((trx) => move(trx, suspended, 'suspended', { reason: 'A picture without permission' }));
		await setClock(new Date(until.getTime() + day));
		await inTrx(async (trx) => {
			const { allow, decision } = await decide(trx, renewing, 'keep');
			expect(allow).toBe(true);
			await move(trx, renewing, 'active', { decision });
		});
		expect(await shown(renewing)).toBe(true);
		await expect(
			inTrx(async (trx) => {
				const { decision } = await decide(trx, suspended, 'keep');
				await move(trx, suspended, 'active', { decision, reason: 'The picture was taken down' });
			})
		).rejects.toMatchObject({ code: 'WP008' });
		expect(await shown(suspended)).toBe(false);
		await setClock(null);
	});
});
