import { spawn } from 'node:child_process';
import { open, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { run } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { freePort } from './port.mjs';
import {
	findOrCreateCluster,
	hasSocket,
	isAlive,
	logTail,
	postgresEnvironment,
	prepareSocket,
	readConnection,
	runningServer,
	writeConnection
} from './postgres-cluster.mjs';
import { clientSettings, databaseUrls, ensureDatabase, ensureRoles } from './postgres-roles.mjs';

/** @typedef {import('./postgres-cluster.mjs').Cluster} Cluster */
/** @typedef {import('./postgres-cluster.mjs').Connection} Connection */

/** Every supervisor keeps one connection of this name: the last one to leave stops the server. */
const SUPERVISOR = 'waypost supervisor';
/** After a kill, PostgreSQL's other processes hold its memory and port for a moment. */
const RETRY_MILLISECONDS = 10_000;
/** A server that says “starting up” replays its log; that may take long and is no failure. */
const RECOVERY_MILLISECONDS = 600_000;
const STOP_MILLISECONDS = 60_000;
const LOG_LIMIT_BYTES = 10_000_000;

/**
 * @typedef {{
 *   connection: Connection,
 *   home: string,
 *   adopted: boolean,
 *   superuserUrl: string,
 *   ownerUrl: string,
 *   appUrl: string,
 *   stop: () => Promise<void>
 * }} Postgres
 * `adopted`: it ran already. `stop`: leaves it, and stops the server (fast shutdown) when no other supervisor of
 * ours uses it.
 *
 * @typedef {{ kind: 'lost' } | { kind: 'back' } | { kind: 'failed', error: unknown }} PostgresEvent
 */

/**
 * Starts the embedded PostgreSQL of a data folder, or adopts the one that runs there, and watches it: when it
 * dies, it is started again on the same port. Creates cluster, roles and the database `waypost` when missing.
 * Throws a PlainError when it can't run.
 * @param {{ dataDir: string, fast?: boolean, onEvent?: (event: PostgresEvent) => void }} options
 *   `fast`: for tests; may lose everything when the machine stops, and goes down with this process
 * @returns {Promise<Postgres>}
 */
export async function startPostgres({ dataDir, fast = false, onEvent = () => {} }) {
	const cluster = await findOrCreateCluster(dataDir, { fast });
	const connection = await readConnection(cluster.home);
	let stopping = false;
	let server = await ensureServing(cluster, connection, { fast, samePort: false });
	const adopted = server.adopted;
	watch();

	const killWithUs = () => {
		if (isAlive(server.pid)) process.kill(server.pid, 'SIGQUIT');
	};
	if (fast) process.on('exit', killWithUs);

	function watch() {
		const { client } = server;
		// An 'error' without listener would end the process; 'end' follows it.
		client.on('error', () => {});
		client.once('end', async () => {
			if (stopping) return;
			onEvent({ kind: 'lost' });
			try {
				// On the same port: the app's pool keeps asking there.
				server = await ensureServing(cluster, connection, { fast, samePort: true });
				watch();
				onEvent({ kind: 'back' });
			} catch (error) {
				onEvent({ kind: 'failed', error });
			}
		});
	}

	async function stop() {
		if (stopping) return;
		stopping = true;
		process.off('exit', killWithUs);
		const inUse = await hasOtherSupervisor(server.client).catch(() => false);
		await server.client.end().catch(() => {});
		if (!inUse) await stopServer(cluster);
	}

	try {
		await ensureRoles(connection);
		await ensureDatabase(connection, 'waypost');
	} catch (error) {
		await stop();
		throw error;
	}
	return { connection, home: cluster.home, adopted, ...databaseUrls(connection), stop };
}

/**
 * Sees to it that a server runs on the cluster, and connects to it.
 * @param {Cluster} cluster
 * @param {Connection} connection its port and socket are set right when the server uses others
 * @param {{ fast: boolean, samePort: boolean }} how
 * @returns {Promise<{ client: pg.Client, pid: number, adopted: boolean }>}
 */
async function ensureServing(cluster, connection, { fast, samePort }) {
	let giveUpAt = Date.now() + RETRY_MILLISECONDS;
	let adopted = true;
	/** @type {{ hasEnded: () => boolean } | null} */
	let started = null;
	const wantedPort = connection.port;
	let tried = cluster;
	for (;;) {
		const server = await runningServer(cluster);
		const socket = server && hasSocket(cluster, server.port) ? cluster.socket : '';
		// The server that was started here makes its socket last.
		const isReady = started === null || started.hasEnded() || socket === tried.socket;
		if (server && server.port > 0 && isReady) {
			if (server.port !== connection.port || socket !== (connection.socket ?? '')) {
				Object.assign(connection, { port: server.port, socket });
				await writeConnection(cluster.home, connection);
			}
			const { client, code } = await connect(connection);
			if (client) {
				if (await servesFrom(client, cluster)) return { client, pid: server.pid, adopted };
				await client.end();
			}
			// 57P03: it starts up, recovers or shuts down.
			if (code === '57P03') giveUpAt = Math.max(giveUpAt, Date.now() + RECOVERY_MILLISECONDS);
			if (code === '28P01') {
				throw new PlainError(
					`The database in ${cluster.home} does not accept the password kept beside it.`,
					`Bring ${path.join(cluster.home, 'connection.json')} back from a backup.`
				);
			}
		} else if (started === null || started.hasEnded()) {
			adopted = false;
			const port = await freePort(wantedPort);
			// Not every folder can hold a socket. The app that runs asks where it asked before.
			if (started !== null && !samePort) tried = { ...cluster, socket: '' };
			if (port === wantedPort || !samePort) started = await spawnServer(tried, connection, { fast, port });
		}
		if (Date.now() > giveUpAt) {
			throw new PlainError(
				'The embedded database does not start.',
				`Its own words are above, all of them in ${cluster.log}.`,
				await logTail(cluster)
			);
		}
		await wait(started?.hasEnded() ? 500 : 50);
	}
}

/**
 * @param {Cluster} cluster
 * @param {Connection} connection
 * @param {{ fast: boolean, port: number }} how
 */
async function spawnServer(cluster, connection, { fast, port }) {
	if (port !== connection.port) {
		connection.port = port;
		await writeConnection(cluster.home, connection);
	}
	const size = await stat(cluster.log).then(
		(log) => log.size,
		() => 0
	);
	if (size > LOG_LIMIT_BYTES) await truncate(cluster.log);
	await prepareSocket(cluster, port);
	const log = await open(cluster.log, 'a', 0o600);
	const settings = {
		port,
		listen_addresses: '127.0.0.1',
		unix_socket_directories: cluster.socket,
		timezone: 'UTC',
		log_timezone: 'UTC',
		max_connections: 200,
		jit: 'off',
		// Solid-state disks: a page from anywhere costs hardly more than the next one.
		random_page_cost: 1.1,
		log_checkpoints: 'off',
		...(fast
			? { shared_buffers: '128MB', fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }
			: { shared_buffers: '256MB', synchronous_commit: 'on' })
	};
	const child = spawn(
		path.join(cluster.bin, 'postgres'),
		['-D', cluster.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
		{
			...cluster.account,
			cwd: cluster.data,
			env: postgresEnvironment(),
			// Its own process group: Ctrl-C in the terminal must reach the app first.
			detached: true,
			windowsHide: true,
			stdio: ['ignore', log.fd, log.fd]
		}
	);
	let ended = false;
	child.once('error', () => (ended = true));
	child.once('exit', () => (ended = true));
	child.unref();
	await log.close();
	return { hasEnded: () => ended };
}

/**
 * @param {Connection} connection
 * @returns {Promise<{ client: pg.Client | null, code: string }>}
 */
async function connect(connection) {
	const client = new pg.Client({
		...clientSettings(databaseUrls(connection, 'postgres').superuserUrl),
		application_name: SUPERVISOR,
		keepAlive: true
	});
	client.on('error', () => {});
	try {
		await client.connect();
		return { client, code: '' };
	} catch (error) {
		await client.end().catch(() => {});
		return { client: null, code: error instanceof Error && 'code' in error ? String(error.code) : '' };
	}
}

/**
 * Whether the server that answered is the one of this cluster.
 * @param {pg.Client} client
 * @param {Cluster} cluster
 */
async function servesFrom(client, cluster) {
	const { rows } = await client.query(`select current_setting('data_directory') as folder`);
	return path.resolve(rows[0].folder) === path.resolve(cluster.data);
}

/** @param {pg.Client} client */
async function hasOtherSupervisor(client) {
	const { rowCount } = await client.query(
		'select from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
		[SUPERVISOR]
	);
	return (rowCount ?? 0) > 0;
}

/**
 * A fast shutdown: open transactions are rolled back, everything is on disk afterwards.
 * @param {Cluster} cluster
 */
async function stopServer(cluster) {
	const server = await runningServer(cluster);
	if (!server) return;
	if (process.platform === 'win32') {
		await run(path.join(cluster.bin, 'pg_ctl'), ['stop', '-D', cluster.data, '-m', 'fast', '-w']);
		return;
	}
	process.kill(server.pid, 'SIGINT');
	const killAt = Date.now() + STOP_MILLISECONDS;
	// The note goes last; the process itself may stay as a zombie where nobody collects those.
	while ((await runningServer(cluster))?.pid === server.pid) {
		if (Date.now() > killAt) {
			process.kill(server.pid, 'SIGQUIT');
			return;
		}
		await wait(25);
	}
}
