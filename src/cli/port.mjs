import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { PlainError } from './plain-error.mjs';

/** A server whose start script was killed lets its port go within this time (see serve.mjs). */
const PATIENCE_MILLISECONDS = 4_000;

/**
 * Makes sure that the server can listen there, before minutes of work go by. Throws a PlainError when not.
 * @param {string} host
 * @param {number} port
 */
export async function checkPort(host, port) {
	const until = Date.now() + PATIENCE_MILLISECONDS;
	for (;;) {
		const code = await listenError(host, port);
		if (code === null && !(await isHiddenByAnother(host, port))) return;
		if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
			throw new PlainError(
				`HOST is “${host}”, which is no address of this machine.`,
				'Leave HOST out to serve this machine only, or give HOST=0.0.0.0 for all its addresses.'
			);
		}
		if (code === 'EACCES') {
			throw new PlainError(
				`Port ${port} is reserved for administrators on this machine.`,
				'Choose one above 1023, for example PORT=3000 npm start'
			);
		}
		if (Date.now() > until) {
			throw new PlainError(
				`Port ${port} is taken: another program listens there (perhaps Waypost runs already).`,
				`Stop that program, or choose another port: PORT=${port === 65_535 ? 3000 : port + 1} npm start`
			);
		}
		await wait(200);
	}
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | null>} the error's code
 */
function listenError(host, port) {
	return new Promise((resolve) => {
		const server = net.createServer();
		server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
			resolve(error.code ?? error.message)
		);
		server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
	});
}

/**
 * Browsers try `localhost` on IPv6 first: a program that listens there alone would answer in our place.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isHiddenByAnother(host, port) {
	if (host !== '127.0.0.1' && host !== 'localhost') return Promise.resolve(false);
	return new Promise((resolve) => {
		const socket = net.connect({ host: '::1', port, timeout: 500 });
		/** @param {boolean} answer */
		const end = (answer) => {
			socket.destroy();
			resolve(answer);
		};
		socket
			.once('connect', () => end(true))
			.once('error', () => end(false))
			.once('timeout', () => end(false));
	});
}

/**
 * A port of 127.0.0.1 that nobody uses now: the preferred one if it is free.
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export async function freePort(preferred = 0) {
	if (preferred !== 0 && (await listenError('127.0.0.1', preferred)) === null) return preferred;
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen({ host: '127.0.0.1', port: 0 }, () => {
			const address = server.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}
