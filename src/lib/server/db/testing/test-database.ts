import { afterAll, inject } from 'vitest';
import type pg from 'pg';
import { sql } from 'kysely';
import { createTestDatabase } from '../../../../cli/test-database.mjs';
import { openDatabase, type Db } from '../database.ts';

export type TestDatabase = {
	/** As the serving role sees it. */
	app: Db;
	/** As the migrating owner sees it (still under forced row-level security and the append-only guard). */
	owner: Db;
	appPool: pg.Pool;
	appUrl: string;
	ownerUrl: string;
	/** Sets Waypost's clock so that it reads `at` now and runs on from there; null sets it right again. */
	setClock(at: Date | null): Promise<void>;
	close(): Promise<void>;
};

/** A fresh, migrated database for one test file; closed and dropped by itself after the file's tests. */
export async function testDatabase(): Promise<TestDatabase> {
	const database = await createTestDatabase(JSON.parse(inject('cluster')));
	const app = openDatabase(database.appUrl, { max: 12 });
	const owner = openDatabase(database.ownerUrl, { max: 4 });
	let closed = false;
	const close = async () => {
		if (closed) return;
		closed = true;
		await app.db.destroy();
		await owner.db.destroy();
		await database.drop();
	};
	afterAll(close);
	return {
		app: app.db,
		owner: owner.db,
		appPool: app.pool,
		appUrl: database.appUrl,
		ownerUrl: database.ownerUrl,
		async setClock(at) {
			await (
				at
					? sql`update clock_setting set clock_offset = ${at.toISOString()}::timestamptz - clock_timestamp()`
					: sql`update clock_setting set clock_offset = '0'`
			).execute(owner.db);
		},
		close
	};
}
