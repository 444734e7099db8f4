import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { testDatabase } from './testing/test-database.ts';

const { app, owner, setClock } = await testDatabase();

describe('the ground', () => {
	test('the serving role is neither superuser nor above row-level security', async () => {
		const { rows } = await sql<{ rolsuper: boolean; rolbypassrls: boolean }>`
			select rolsuper, rolbypassrls from pg_roles where rolname = current_user`.execute(app);
		expect(rows[0]).toEqual({ rolsuper: false, rolbypassrls: false });
	});

	test('evidence refuses update, delete and truncate, for the owner as well', async () => {
		const learner = await app
			.insertInto('learner')
			.values({ kind: 'visitor' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await expect(
			sql`update learner set kind = 'person' where id = ${learner.id}`.execute(owner)
		).rejects.toMatchObject({ code: 'WP001' });
		await expect(sql`delete from learner`.execute(owner)).rejects.toMatchObject({ code: 'WP001' });
		await expect(sql`truncate learner cascade`.execute(owner)).rejects.toMatchObject({ code: 'WP001' });
		await expect(sql`delete from learner`.execute(app)).rejects.toMatchObject({ code: '42501' });
	});

	test('the clock can be set by the owner and not by the serving role', async () => {
		await setClock(new Date('2027-01-15T12:00:00Z'));
		const { rows } = await sql<{ now: Date }>`select waypost_now() as now`.execute(app);
		expect(rows[0]?.now.toISOString().slice(0, 16)).toBe('2027-01-15T12:00');
		await expect(sql`update clock_setting set clock_offset = '1 day'`.execute(app)).rejects.toMatchObject({
			code: '42501'
		});
		await setClock(null);
	});
});
