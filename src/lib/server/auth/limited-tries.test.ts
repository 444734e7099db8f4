import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { take } from './limited-tries.ts';

const { app } = await testDatabase();
const now = new Date('2026-11-02T15:00:00Z');
const begin = (address: string, at = now) =>
	take(app, { kind: 'visitor', subject: randomUUID(), address }, at);

test('a whole school begins as visitors from one address, a script does not, and others are not held up by it', async () => {
	await app
		.insertInto('limited_try')
		.values(
			Array.from({ length: 599 }, () => ({
				kind: 'visitor' as const,
				subject_hash: Buffer.from(randomUUID()),
				address: '192.0.2.7',
				at: now
			}))
		)
		.execute();
	expect(await begin('192.0.2.7')).toEqual({ limited: false });
	expect(await begin('192.0.2.7')).toEqual({ limited: true, retryAfterSeconds: 3600 });
	expect(await begin('192.0.2.8')).toEqual({ limited: false });
	expect(await begin('192.0.2.7', new Date(now.getTime() + 3_601_000))).toEqual({ limited: false });
});
