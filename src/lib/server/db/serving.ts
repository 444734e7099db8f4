import { sql } from 'kysely';
import type pg from 'pg';
import { openDatabase, type Db } from './database.ts';

const OLDEST_MAJOR = 18;

let open: { db: Db; pool: pg.Pool } | undefined;

/** The database of this process, opened at first use from DATABASE_URL as the serving role. */
export function serving(): Db {
	return opened().db;
}

/** The pool under it, for what needs a connection of its own: streaming with COPY. */
export function servingPool(): pg.Pool {
	return opened().pool;
}

function opened(): { db: Db; pool: pg.Pool } {
	if (!open) {
		const url = process.env.DATABASE_URL;
		if (!url)
			throw new Error('DATABASE_URL is not set: the server is started by npm start, or with that variable');
		open = openDatabase(url);
	}
	return open;
}

/** Lets running queries end and closes the connections. */
export async function closeServing(): Promise<void> {
	const closing = open;
	open = undefined;
	await closing?.db.destroy();
}

/**
 * Whether the role and server that we have been given may serve. A superuser, or a role with BYPASSRLS, ignores
 * row-level security even where it is forced, so that every rule on who sees whom would be void.
 * `one-role`: the tables' owner serves, as on a managed database that gives one role only; forced row-level security
 * and the triggers stand alone then.
 */
export async function fitness(
	db: Db
): Promise<
	| { ok: true; roles: 'separate' | 'one-role' }
	| { ok: false; reason: 'superuser' | 'bypasses-row-level-security' | 'too-old'; words: string }
> {
	const { rows } = await sql<{
		role: string;
		superuser: boolean;
		bypasses: boolean;
		version: number;
		owns: boolean;
	}>`
		select current_user as role, rolsuper as superuser, rolbypassrls as bypasses,
			current_setting('server_version_num')::int as version,
			coalesce((select relowner = r.oid from pg_class where oid = to_regclass('person')), false) as owns
		from pg_roles r where rolname = current_user`.execute(db);
	const row = rows[0];
	if (!row) throw new Error('the database does not say who we are');
	const major = Math.floor(row.version / 10_000);
	if (major < OLDEST_MAJOR) {
		const words = `The server of DATABASE_URL is PostgreSQL ${major}; Waypost needs ${OLDEST_MAJOR} or newer.`;
		return { ok: false, reason: 'too-old', words };
	}
	const advice =
		'Give DATABASE_URL the role waypost_app, or another that is neither superuser nor has BYPASSRLS.';
	if (row.superuser) {
		const words = `DATABASE_URL signs in as “${row.role}”, a superuser: who may see whom could not be enforced. ${advice}`;
		return { ok: false, reason: 'superuser', words };
	}
	if (row.bypasses) {
		const words = `DATABASE_URL signs in as “${row.role}”, which bypasses row-level security: who may see whom could not be enforced. ${advice}`;
		return { ok: false, reason: 'bypasses-row-level-security', words };
	}
	return { ok: true, roles: row.owns ? 'one-role' : 'separate' };
}

/** The migrations that this database has not had yet, of those that the program knows. */
export async function missingMigrations(db: Db, known: readonly string[]): Promise<string[]> {
	const { rows: table } = await sql<{
		there: boolean;
	}>`select to_regclass('kysely_migration') is not null as there`.execute(db);
	if (!table[0]?.there) return [...known];
	const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
	const applied = new Set(rows.map(({ name }) => name));
	return known.filter((name) => !applied.has(name));
}

/** Whether a failure means that the database can't be reached just now, as opposed to a fault of ours. */
export function isUnreachable(error: unknown): boolean {
	const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
	const message = error instanceof Error ? error.message : '';
	// No socket is there, as opposed to no file of another kind.
	const noSocket = code === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'connect';
	return (
		noSocket ||
		/^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|EPIPE|08\w{3}|57P0[1-3]|53300)$/.test(
			code
		) ||
		/timeout exceeded when trying to connect|Connection terminated/.test(message)
	);
}
