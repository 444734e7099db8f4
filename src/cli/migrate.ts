import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { isTooOld, tooOld } from './database.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';

/**
 * Brings a database up to date with the files of `folder` (`001-….ts` and on, each exporting `up(db)`), all of them
 * or none: they run in one transaction, and instances that start together wait for each other. Gives the names of
 * those that ran. Throws a PlainError when the server is older than PostgreSQL 18 or a migration fails.
 */
export async function migrate(ownerUrl: string, folder = inProject('migrations')): Promise<string[]> {
	const pool = new pg.Pool({
		connectionString: ownerUrl,
		max: 2,
		options: '-c timezone=UTC',
		connectionTimeoutMillis: 10_000
	});
	pool.on('error', () => {});
	const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
	try {
		const { rows } = await sql<{
			version: string;
		}>`select current_setting('server_version_num') as version`.execute(db);
		const version = Number(rows[0]?.version);
		if (isTooOld(version)) throw tooOld('DATABASE_URL', version);

		const { error, results = [] } = await new Migrator({ db, provider: filesOf(folder) }).migrateToLatest();
		if (error) {
			const failed = results.find(({ status }) => status === 'Error');
			throw new PlainError(
				failed
					? `The migration ${failed.migrationName} failed; nothing was changed.`
					: 'The database could not be migrated.',
				'A database that was migrated by a newer Waypost needs that newer Waypost.',
				error instanceof Error ? error.message : String(error),
				error
			);
		}
		return results.map(({ migrationName }) => migrationName);
	} finally {
		await db.destroy();
	}
}

/** The migrations of a folder by name without ending; tests beside them are none. */
function filesOf(folder: string): MigrationProvider {
	return {
		async getMigrations() {
			const files = (await readdir(folder)).filter(isMigration).sort();
			const modules = files.map(async (file): Promise<[string, Migration]> => {
				const module: Migration = await import(
					/* @vite-ignore */ pathToFileURL(path.join(folder, file)).href
				);
				return [path.basename(file, '.ts'), module];
			});
			return Object.fromEntries(await Promise.all(modules));
		}
	};
}

/** Whether a file's name is a migration's: three digits, a dash, a name. */
export function isMigration(file: string): boolean {
	return /^\d{3}-[a-z0-9-]+\.ts$/.test(file);
}
