import pg from 'pg';
import { PlainError } from './plain-error.mjs';
import { POSTGRES_MAJOR } from './postgres-cluster.mjs';
import { startPostgres } from './postgres.mjs';

/**
 * @typedef {{
 *   embedded: boolean,
 *   ownerUrl: string,
 *   appUrl: string,
 *   close: () => Promise<void>
 * }} OpenDatabase
 * `ownerUrl` migrates, `appUrl` serves. `close` lets go of it; the embedded one stops when nobody else uses it.
 */

/**
 * Opens the database that the settings name: the given one (which has to answer and be recent enough) or the
 * embedded one, which is started or adopted.
 * @param {Pick<import('./settings.mjs').Settings, 'databaseUrl' | 'ownerUrl' | 'dataDir'>} settings
 * @param {{ onEvent?: (event: import('./postgres.mjs').PostgresEvent) => void }} [options]
 * @returns {Promise<OpenDatabase>}
 */
export async function openDatabase({ databaseUrl, ownerUrl, dataDir }, { onEvent } = {}) {
	if (databaseUrl !== null) {
		await checkGivenDatabase('DATABASE_URL', databaseUrl);
		if (ownerUrl !== null && ownerUrl !== databaseUrl)
			await checkGivenDatabase('WAYPOST_OWNER_URL', ownerUrl);
		return { embedded: false, ownerUrl: ownerUrl ?? databaseUrl, appUrl: databaseUrl, close: async () => {} };
	}
	const postgres = await startPostgres({ dataDir, ...(onEvent ? { onEvent } : {}) });
	return { embedded: true, ownerUrl: postgres.ownerUrl, appUrl: postgres.appUrl, close: postgres.stop };
}

/**
 * @param {string} name of the variable
 * @param {string} url
 */
async function checkGivenDatabase(name, url) {
	const version = await withClient(url, async (client) => {
		const { rows } = await client.query('show server_version_num');
		return Number(rows[0].server_version_num);
	}).catch((error) => {
		throw unreachable(name, url, error);
	});
	if (isTooOld(version)) throw tooOld(name, version);
}

/**
 * @param {number} version as in server_version_num, 180004 for 18.4
 */
export function isTooOld(version) {
	return version < POSTGRES_MAJOR * 10_000;
}

/**
 * @param {string} name of the variable that names the server
 * @param {number} version as in server_version_num
 */
export function tooOld(name, version) {
	return new PlainError(
		`The server of ${name} is PostgreSQL ${Math.floor(version / 10_000)}; Waypost needs ${POSTGRES_MAJOR} or newer.`,
		`Give the address of a newer one, or leave DATABASE_URL out: Waypost brings PostgreSQL ${POSTGRES_MAJOR} along.`
	);
}

/**
 * What to say when a given database does not answer. Never shows the password.
 * @param {string} name of the variable
 * @param {string} url
 * @param {NodeJS.ErrnoException} error
 */
export function unreachable(name, url, error) {
	const { hostname, port, pathname, username } = new URL(url);
	const place = `${hostname || 'this machine'}:${port || 5432}`;
	const known = {
		'28P01': `it refuses the password of “${decodeURIComponent(username)}”`,
		28000: `it does not let “${decodeURIComponent(username)}” in`,
		'3D000': `it has no database “${decodeURIComponent(pathname.slice(1))}”`,
		ECONNREFUSED: 'nothing listens there',
		ENOTFOUND: 'no machine has that name',
		EHOSTUNREACH: 'no way leads to that machine',
		ETIMEDOUT: 'it does not answer'
	};
	const why = Object.entries(known).find(([code]) => code === error.code)?.[1] ?? error.message;
	return new PlainError(
		`The database of ${name} (${place}) can't be used: ${why}.`,
		`Check ${name}, or leave it out: Waypost then uses a PostgreSQL of its own.`
	);
}

/**
 * @template T
 * @param {string} url
 * @param {(client: pg.Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withClient(url, work) {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
	// The server may end the connection at any time; the query that notices reports it.
	client.on('error', () => {});
	try {
		await client.connect();
		return await work(client);
	} finally {
		await client.end().catch(() => {});
	}
}

/**
 * Sets Waypost's clock (see migrations/001): to `now` from this moment on, or right again. Embedded only.
 * @param {string} ownerUrl
 * @param {Date | null} now
 */
export async function setClock(ownerUrl, now) {
	await withClient(ownerUrl, (client) =>
		client.query(
			`update clock_setting set clock_offset = coalesce($1::timestamptz - clock_timestamp(), '0')`,
			[now?.toISOString() ?? null]
		)
	);
}

/**
 * Whether nobody has been entered yet, so that a demo may be laid out.
 * @param {string} ownerUrl
 */
export function isEmpty(ownerUrl) {
	return seesAll(ownerUrl, async (client) => {
		const { rows } = await client.query(
			`select not exists (select from person where kind = 'human') as empty`
		);
		return rows[0].empty === true;
	});
}

/**
 * Whether somebody with this address is known, as a demo's people are.
 * @param {string} ownerUrl
 * @param {string} email
 */
export function knowsEmail(ownerUrl, email) {
	return seesAll(ownerUrl, async (client) => {
		const { rows } = await client.query(
			'select exists (select from person_identity where lower(email) = lower($1)) as known',
			[email]
		);
		return rows[0].known === true;
	});
}

/**
 * Row-level security hides people from the owner, too, unless the work is named.
 * @template T
 * @param {string} ownerUrl
 * @param {(client: pg.Client) => Promise<T>} work
 */
function seesAll(ownerUrl, work) {
	return withClient(ownerUrl, async (client) => {
		await client.query('begin read only');
		await client.query(`select set_config('waypost.scope', 'system:seed', true)`);
		return work(client);
	});
}
