import { afterEach, describe, expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { addPerson } from './testing/people.ts';
import * as visitors from './visitors.ts';

const { app, setClock } = await testDatabase();
const day = 86_400_000;

afterEach(() => setClock(null));

describe('a visitor', () => {
	test('is a learner without a person, found by a token that the table does not hold', async () => {
		const { token, learner } = await visitors.begin(app);
		expect(await visitors.read(app, token)).toEqual({ learner });
		const rows = await app.selectFrom('visitor').selectAll().execute();
		expect(rows.map((row) => row.token_hash.toString('base64url'))).not.toContain(token);
		expect(
			await app.selectFrom('learner').select('kind').where('id', '=', learner).executeTakeFirst()
		).toEqual({ kind: 'visitor' });
	});

	test('is remembered for thirty days, and swept away afterwards', async () => {
		const { token, learner } = await visitors.begin(app);
		await setClock(new Date(Date.now() + 30 * day - 60_000));
		expect(await visitors.read(app, token)).toEqual({ learner });
		await setClock(new Date(Date.now() + 30 * day + 60_000));
		expect(await visitors.read(app, token)).toBeNull();
		await visitors.deleteExpired(app);
		await setClock(null);
		expect(await visitors.read(app, token)).toBeNull();
		expect(await app.selectFrom('learner').select('id').where('id', '=', learner).execute()).toHaveLength(1);
	});

	test('is no visitor any more once the evidence belongs to a person', async () => {
		const { token, learner } = await visitors.begin(app);
		const { person } = await addPerson(app);
		await app.insertInto('learner_person').values({ learner, person }).execute();
		expect(await visitors.read(app, token)).toBeNull();
	});

	test('is nobody with an invented token', async () => {
		expect(await visitors.read(app, 'x'.repeat(43))).toBeNull();
		expect(await visitors.read(app, '')).toBeNull();
	});
});
