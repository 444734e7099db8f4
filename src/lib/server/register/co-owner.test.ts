import { expect, test } from 'vitest';
import type { Answers } from '#lib/register/form.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { signAs } from './co-owner.ts';
import * as drafts from './drafts.ts';
import * as ownerView from './owner-view.ts';
import * as registrations from './registrations.ts';
import { everyStatement, reviewer, submitAgain, submitted, type Registered } from './testing/registered.ts';
import { decide } from './verdict.ts';

const { app } = await testDatabase();
const place = await people.district(app);

test('a co-owner who presses the button twice signs once, and it is noted once', async () => {
	const one = await submitted(app, place, { signed: false });
	const coOwner = await people.actorOf(app, one.coOwner);
	const signing = () => signAs(app, coOwner, one.id, 1, everyStatement);
	expect(await Promise.all([signing(), signing()])).toEqual([{ ok: true }, { ok: true }]);
	expect(await signing()).toEqual({ ok: true });
	const noted = await app
		.selectFrom('ledger_event')
		.select('kind')
		.where('subject', '=', one.id)
		.where('kind', '=', 'registration.co_owner_signed')
		.execute();
	expect(noted).toHaveLength(1);
});

const reason = 'Please name the class in the description.';
/** A reviewer asks for a change, and the owner submits a second revision with it. */
async function changed(one: Registered, change: Answers): Promise<void> {
	const by = await people.actorOf(app, await reviewer(app, place));
	const decided = await decide(app, by, { registration: one.id, revision: 1, verdict: 'change', reason });
	if (!decided.ok) throw new Error(decided.reason);
	await drafts.save(app, await people.actorOf(app, one.owner), one.id, change);
	await submitAgain(app, one);
}
/** What somebody who is to sign is told of the revision before. */
async function toldTo(person: people.TestPerson, id: string) {
	const actor = await people.actorOf(app, person);
	const account = await ownerView.one(app, actor, id);
	if (!account) throw new Error('they do not run it');
	return ownerView.sinceBefore(app, actor, account.registration);
}

test('a co-owner who signs a later revision is told why it was changed, and which answers are new', async () => {
	const one = await submitted(app, place);
	expect(await toldTo(one.coOwner, one.id)).toBeNull();
	await changed(one, { description: 'What class 4D finds in the pond.' });
	expect(await toldTo(one.coOwner, one.id)).toEqual({
		before: 1,
		asked: reason,
		changes: [
			{
				label: 'Description shown on the account',
				before: 'What our robots do, week by week.',
				now: 'What class 4D finds in the pond.'
			}
		]
	});
	const draft = await registrations.find(app, one.id);
	expect(await registrations.changeAsked(app, one.id, draft?.revision?.number ?? 0)).toBeNull();
});

test('a co-owner who came with the later revision is told the reason, and nothing of the answers before', async () => {
	const one = await submitted(app, place);
	const next = await people.person(app, { school: place.school });
	await people.mayRunAccounts(app, next);
	await changed(one, { description: 'Something else.', co_owner: next.person });
	expect(await toldTo(next, one.id)).toEqual({ before: 1, asked: reason, changes: [] });
});

test('the owner who is asked for a change finds the reason beside the answers to be checked', async () => {
	const one = await submitted(app, place);
	const by = await people.actorOf(app, await reviewer(app, place));
	await decide(app, by, { registration: one.id, revision: 1, verdict: 'change', reason });
	const draft = await drafts.load(app, await people.actorOf(app, one.owner), one.id);
	expect(draft).toMatchObject({ state: 'changes_requested', revision: 1 });
	expect(await registrations.changeAsked(app, one.id, draft?.revision ?? 0)).toBe(reason);
});
