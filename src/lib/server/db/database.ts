import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { PreparingClient } from './prepared.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;

// Dates of the calendar stay text, big counts become numbers where they fit, instants become Date.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => text);

/**
 * Opens a pool on a database. `url` is a PostgreSQL connection string; `max` the pool's size.
 * An error on an idle connection (the database was restarted) is swallowed: the next query gets a fresh one.
 */
export function openDatabase(url: string, { max = 10 }: { max?: number } = {}): { db: Db; pool: pg.Pool } {
	const pool = new pg.Pool({
		connectionString: url,
		max,
		Client: PreparingClient,
		connectionTimeoutMillis: 10_000,
		idleTimeoutMillis: 30_000,
		options: '-c timezone=UTC -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000'
	});
	pool.on('error', () => {});
	return { db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }), pool };
}
