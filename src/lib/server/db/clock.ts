import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** The instant by Waypost's one clock (the database's, see migrations/001). Read it after locks are held. */
export async function now(db: Kysely<Database>): Promise<Date> {
	const { rows } = await sql<{ now: Date }>`select waypost_now() as now`.execute(db);
	const row = rows[0];
	if (!row) throw new Error('the database gave no time');
	return row.now;
}
