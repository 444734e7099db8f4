import { spawn } from 'node:child_process';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { track } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject, ROOT } from './project.mjs';

const HEALTHY_WITHIN_MILLISECONDS = 60_000;
/** Requests that still run get this long when the server is stopped. */
const SHUTDOWN_SECONDS = 10;
const KILL_AFTER_MILLISECONDS = (SHUTDOWN_SECONDS + 7) * 1000;
/**
 * How long a connection without a request stays open. Proxies keep theirs for 60 seconds; where ours ends first, a
 * request that is on its way just then is lost.
 */
const KEEP_ALIVE_SECONDS = 65;
/** A roster in its form is the biggest body (lib/server/roster/limits.ts); hooks/body-size.ts bounds all others. */
export const BODY_SIZE_LIMIT = '65M';

/**
 * @typedef {{
 *   exited: Promise<number>,
 *   stop: () => Promise<void>,
 *   kill: () => void
 * }} Server
 * `exited` gives the code, whoever ended it. `stop` lets running requests end first.
 */

/**
 * Starts the built app and waits until /healthz answers. Throws a PlainError when it ends before.
 * @param {{ host: string, port: number, origin: string, databaseUrl: string, env?: NodeJS.ProcessEnv }} options
 *   `env`: more variables for the app
 * @returns {Promise<Server>}
 */
export async function startServer({ host, port, origin, databaseUrl, env = {} }) {
	const inherited = { ...process.env };
	// The app serves as its own role and must not even know the owner's.
	delete inherited['WAYPOST_OWNER_URL'];
	const child = track(
		spawn(process.execPath, [inProject('src', 'cli', 'serve.mjs'), inProject('build', 'index.js')], {
			cwd: ROOT,
			env: {
				BODY_SIZE_LIMIT,
				SHUTDOWN_TIMEOUT: String(SHUTDOWN_SECONDS),
				KEEP_ALIVE_TIMEOUT: String(KEEP_ALIVE_SECONDS),
				...inherited,
				NODE_ENV: 'production',
				...env,
				HOST: host,
				PORT: String(port),
				ORIGIN: origin,
				DATABASE_URL: databaseUrl
			},
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
			// Its own process group: Ctrl-C reaches the start script alone, which ends things in order.
			detached: process.platform !== 'win32'
		})
	);
	/** @type {Promise<number>} */
	const exited = new Promise((resolve) => {
		child.once('error', () => resolve(1));
		child.once('exit', (code) => resolve(code ?? 1));
	});
	const server = {
		exited,
		async stop() {
			// Windows knows no SIGTERM: there, closing the channel says the same.
			if (process.platform === 'win32') child.disconnect();
			else child.kill('SIGTERM');
			const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MILLISECONDS);
			await exited;
			clearTimeout(killer);
		},
		kill: () => void child.kill('SIGKILL')
	};
	/** @type {{ code: number | null }} */
	const end = { code: null };
	void exited.then((code) => (end.code = code));
	const until = Date.now() + HEALTHY_WITHIN_MILLISECONDS;
	for (;;) {
		const status = await healthStatus(host, port, origin);
		if (status === 200) break;
		if (end.code !== null) {
			throw new PlainError(
				`The server ended before it was ready (code ${end.code}).`,
				'Its own words are above.'
			);
		}
		if (Date.now() > until) {
			await server.stop();
			throw new PlainError(
				status === 0
					? 'The server does not answer.'
					: `The server says that it is not healthy (/healthz answers ${status}).`,
				'Its own words are above.'
			);
		}
		await wait(50);
	}
	return server;
}

/**
 * @param {string} host
 * @param {number} port
 * @param {string} origin
 * @returns {Promise<number>} 0 when nothing answers
 */
function healthStatus(host, port, origin) {
	const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' };
	const hostname = Object.entries(reachable).find(([any]) => any === host)?.[1] ?? host;
	return new Promise((resolve) => {
		const request = http.get({
			hostname,
			port,
			path: '/healthz',
			// The app answers under the name of its origin only.
			headers: { host: new URL(origin).host },
			timeout: 5_000,
			agent: false
		});
		request.on('response', (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		request.on('timeout', () => request.destroy());
		request.on('error', () => resolve(0));
	});
}
