import pg from 'pg';

/** @typedef {import('./postgres-cluster.mjs').Connection} Connection */
/** @typedef {{ superuserUrl: string, ownerUrl: string, appUrl: string }} DatabaseUrls */

/** Any number; it keeps two starts from creating the roles at once. */
const ROLES_LOCK = 1_847_201;

/**
 * The addresses of one database of a cluster, by role: the superuser (administration of the cluster only), the
 * owner (migrates), the app (serves).
 * @param {Connection} connection
 * @param {string} [database]
 * @returns {DatabaseUrls}
 */
export function databaseUrls({ port, socket, passwords }, database = 'waypost') {
	const host = socket ? encodeURIComponent(socket) : '127.0.0.1';
	/** @param {keyof Connection['passwords']} role */
	const url = (role) => `postgresql://${role}:${passwords[role]}@${host}:${port}/${database}`;
	return { superuserUrl: url('postgres'), ownerUrl: url('waypost_owner'), appUrl: url('waypost_app') };
}

/**
 * Runs `work` with a superuser's connection to a database of the cluster.
 * @template T
 * @param {Connection} connection
 * @param {string} database
 * @param {(client: pg.Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function asSuperuser(connection, database, work) {
	const client = new pg.Client({
		...clientSettings(databaseUrls(connection, database).superuserUrl),
		application_name: 'waypost setup'
	});
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/**
 * Nothing of a connection to our own server comes from PGOPTIONS, PGSSLMODE and their kin.
 * @param {string} url
 * @returns {pg.ClientConfig}
 */
export function clientSettings(url) {
	return { connectionString: url, ssl: false, options: '-c timezone=UTC', connectionTimeoutMillis: 5_000 };
}

/**
 * Creates what is missing of the roles, or sets them right: the owner migrates and owns, the app serves, the
 * retention role (nobody signs in as it) owns the purge functions. None is superuser or passes row-level security.
 * @param {Connection} connection
 */
export async function ensureRoles(connection) {
	await asSuperuser(connection, 'postgres', async (client) => {
		await client.query('select pg_advisory_lock($1)', [ROLES_LOCK]);
		const plainRole = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
		for (const role of /** @type {const} */ (['waypost_owner', 'waypost_app'])) {
			await ensureRole(client, role);
			await client.query(
				`alter role ${role} with login ${plainRole} password ${pg.escapeLiteral(connection.passwords[role])}`
			);
		}
		await ensureRole(client, 'waypost_retention');
		await client.query(`alter role waypost_retention with nologin ${plainRole}`);
		// So that migrations can give functions to it; the owner does not inherit what it may do.
		await client.query('grant waypost_retention to waypost_owner with inherit false, set true');
	});
}

/**
 * @param {pg.Client} client
 * @param {string} role
 */
async function ensureRole(client, role) {
	const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
	if (rowCount === 0) await client.query(`create role ${role}`);
}

/**
 * Creates a database of the owner if it is missing, with the extensions that the migrations rely on, or as a copy
 * of a template (which has them). The app may connect to it, nobody else.
 * @param {Connection} connection
 * @param {string} name
 * @param {{ template?: string }} [options]
 */
export async function ensureDatabase(connection, name, { template } = {}) {
	const identifier = pg.escapeIdentifier(name);
	await asSuperuser(connection, 'postgres', async (client) => {
		const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
		if (rowCount === 0) {
			// A small template's files are copied in half of the time that their pages take through the log.
			const copied = template ? ` template ${pg.escapeIdentifier(template)} strategy file_copy` : '';
			await client.query(`create database ${identifier} owner waypost_owner${copied}`).catch((error) => {
				if (error.code !== '42P04') throw error;
			});
		}
		// Rights on a database don't come along with its template.
		await client.query(`revoke connect, temporary on database ${identifier} from public`);
		// Temporary tables are where the app stages a roster file.
		await client.query(`grant connect, temporary on database ${identifier} to waypost_app`);
	});
	if (template) return;
	await asSuperuser(connection, name, async (client) => {
		await client.query('create extension if not exists btree_gist');
		await client.query('create extension if not exists pg_trgm');
	});
}
