import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, writeFile, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { isAlive, removeCluster } from './postgres-cluster.mjs';
import { asSuperuser, databaseUrls, ensureDatabase } from './postgres-roles.mjs';
import { startPostgres } from './postgres.mjs';

/** @typedef {import('./postgres-cluster.mjs').Connection} Connection */

export const TEMPLATE = 'waypost_template';
const FOLDER_PREFIX = 'waypost-test-';

/**
 * Starts a throw-away PostgreSQL in a temporary folder (roles and the empty database `waypost` included) and takes
 * away what killed test runs left. `connection` is plain JSON: hand it to the workers of vitest or Playwright.
 * @returns {Promise<{ connection: Connection, stop: () => Promise<void> }>} `stop` removes it with its files
 */
export async function startTestCluster() {
	await removeLeftovers();
	const dataDir = await mkdtemp(path.join(os.tmpdir(), FOLDER_PREFIX));
	// mkdtemp shuts the folder; as root the server runs as another user.
	await chmod(dataDir, 0o711);
	await writeFile(path.join(dataDir, 'pid'), String(process.pid));
	const postgres = await startPostgres({ dataDir, fast: true });
	return {
		connection: postgres.connection,
		async stop() {
			await postgres.stop();
			await removeCluster(dataDir);
		}
	};
}

/** Clusters whose test run was killed: still serving, or only files. */
async function removeLeftovers() {
	for (const name of await readdir(os.tmpdir())) {
		if (!name.startsWith(FOLDER_PREFIX)) continue;
		const dataDir = path.join(os.tmpdir(), name);
		const pid = Number(await readFile(path.join(dataDir, 'pid'), 'utf8').catch(() => '0'));
		// Without a number it is just being made, or somebody else's.
		if (pid === 0 || isAlive(pid)) continue;
		const server = await readFile(path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(
			() => ''
		);
		const serverPid = Number(server.split('\n')[0]);
		try {
			if (serverPid > 0) process.kill(serverPid, 'SIGQUIT');
		} catch {
			// It ended already.
		}
		await removeCluster(dataDir);
	}
}

/**
 * Creates the template database once per run and lets `migrate` fill it; afterwards nobody can connect to it, since
 * one open connection would hinder every copy.
 * @param {Connection} connection
 * @param {(ownerUrl: string) => Promise<unknown>} migrate
 */
export async function createTemplate(connection, migrate) {
	await ensureDatabase(connection, TEMPLATE);
	await migrate(databaseUrls(connection, TEMPLATE).ownerUrl);
	await asSuperuser(connection, 'postgres', async (client) => {
		await client.query(`alter database ${TEMPLATE} allow_connections false`);
		await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
			TEMPLATE
		]);
	});
}

/**
 * A fresh copy of the template (about 60 ms), for one test file.
 * @param {Connection} connection
 * @param {string} [name]
 * @returns {Promise<{ name: string, superuserUrl: string, ownerUrl: string, appUrl: string, drop: () => Promise<void> }>}
 *   `drop` ends whoever is still connected
 */
export async function createTestDatabase(connection, name = `test_${randomBytes(6).toString('hex')}`) {
	await ensureDatabase(connection, name, { template: TEMPLATE });
	return {
		name,
		...databaseUrls(connection, name),
		async drop() {
			await asSuperuser(connection, 'postgres', (client) =>
				client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
			);
		}
	};
}
