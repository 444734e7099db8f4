import { expect, test } from 'vitest';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { signAs } from './co-owner.ts';
import { everyStatement, submitted } from './testing/registered.ts';

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
