import { expect, test } from 'vitest';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { awaiting } from './awaiting.ts';
import { signAs } from './co-owner.ts';
import { everyStatement, reviewer, submitted } from './testing/registered.ts';
import { decide } from './verdict.ts';

const { app } = await testDatabase();
const place = await people.district(app);
const principal = await people.actorOf(app, await reviewer(app, place));

test('what waits for somebody is said to them, and to nobody else, until it is done', async () => {
	const one = await submitted(app, place, { signed: false });
	const [owner, coOwner] = [await people.actorOf(app, one.owner), await people.actorOf(app, one.coOwner)];
	const toSign = { kind: 'sign', registration: one.id };
	expect(await awaiting(app, owner)).toEqual([]);
	expect(await awaiting(app, coOwner)).toMatchObject([toSign]);
	expect(await awaiting(app, principal)).toEqual([{ kind: 'review', count: 1 }]);

	await signAs(app, coOwner, one.id, 1, everyStatement);
	expect(await awaiting(app, coOwner)).toEqual([]);

	const reason = 'Please name the class, and not yourself.';
	await decide(app, principal, { registration: one.id, revision: 1, verdict: 'change', reason });
	expect(await awaiting(app, owner)).toMatchObject([{ kind: 'change', registration: one.id }]);
	expect(await awaiting(app, principal)).toEqual([]);
});
