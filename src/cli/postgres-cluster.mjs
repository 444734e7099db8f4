import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import {
	chmod,
	chown,
	lstat,
	mkdir,
	open,
	readFile,
	readdir,
	realpath,
	rename,
	rm,
	stat,
	symlink,
	writeFile
} from 'node:fs/promises';
import path from 'node:path';
import { lastLines } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { freePort } from './port.mjs';
import {
	isReachableBy,
	makeReachableFolder,
	postgresAccount,
	postgresBinaries,
	reachableHome
} from './postgres-binaries.mjs';
import { spawn } from 'node:child_process';

export const POSTGRES_MAJOR = 18;

/**
 * @typedef {{
 *   port: number,
 *   socket?: string,
 *   passwords: { postgres: string, waypost_owner: string, waypost_app: string }
 * }} Connection
 * All that is needed to connect to a cluster of this machine: through the socket in the folder `socket`, and where
 * there is none, at 127.0.0.1. Plain JSON, so that it can be handed to other processes.
 *
 * @typedef {{
 *   home: string,
 *   data: string,
 *   log: string,
 *   socket: string,
 *   bin: string,
 *   account: import('./postgres-binaries.mjs').Account | null
 * }} Cluster
 * A cluster on disk: `home` holds everything, `data` is PostgreSQL's own folder in it, `socket` the folder of its
 * socket (empty where it can have none), `bin` its programs, `account` who runs it.
 */

/** The longest path that every system takes for a socket. */
const SOCKET_PATH_LIMIT = 103;

/**
 * Finds the cluster of a data folder, or creates it: UTF8, the builtin C.UTF-8 locale, passwords at random. It
 * appears under its name only when it is complete, so a start that was killed leaves nothing half-made.
 * @param {string} dataDir
 * @param {{ fast: boolean }} options `fast`: no fsync, for throw-away clusters
 * @returns {Promise<Cluster>}
 */
export async function findOrCreateCluster(dataDir, { fast }) {
	const link = path.join(dataDir, 'postgres');
	if (!existsSync(link)) {
		const account = await postgresAccount();
		const bin = await postgresBinaries(account);
		await mkdir(dataDir, { recursive: true });
		if (account === null || (await isReachableBy(dataDir, account)))
			await createCluster(link, { bin, account, fast });
		else {
			const home = path.join(reachableHome(dataDir), 'postgres');
			await makeReachableFolder(path.dirname(home));
			if (!existsSync(home)) await createCluster(home, { bin, account, fast });
			await rm(link, { force: true });
			await symlink(home, link);
		}
	}
	return openCluster(await realpath(link));
}

/**
 * @param {string} home
 * @returns {Promise<Cluster>}
 */
async function openCluster(home) {
	const data = path.join(home, 'cluster');
	const version = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => '');
	if (version.trim() !== String(POSTGRES_MAJOR)) {
		throw new PlainError(
			version
				? `The database in ${home} is one of PostgreSQL ${version.trim()}; this Waypost runs ${POSTGRES_MAJOR}.`
				: `${home} holds no complete database.`,
			'Set DATA_DIR to another folder to begin with an empty database, or bring this folder back from a backup.'
		);
	}
	const account = await accountOf(data);
	if (account && !(await isReachableBy(home, account))) {
		throw new PlainError(
			`The user who runs the database can't enter ${home}.`,
			'Let others enter the folders above it (chmod o+x), move it to where it was, or set DATA_DIR to another folder.'
		);
	}
	const socket = socketFolder(home);
	return {
		home,
		data,
		log: path.join(home, 'postgres.log'),
		socket,
		bin: await postgresBinaries(account),
		account
	};
}

/**
 * Where the socket of a cluster goes: a statement costs less through it than through TCP. Empty on Windows, and where
 * the path would be too long.
 * @param {string} home
 */
function socketFolder(home) {
	const folder = path.join(home, 'socket');
	const fits = Buffer.byteLength(socketFile(folder, 65_535)) <= SOCKET_PATH_LIMIT;
	return process.platform !== 'win32' && fits ? folder : '';
}

/**
 * @param {string} folder
 * @param {number} port
 */
function socketFile(folder, port) {
	return path.join(folder, `.s.PGSQL.${port}`);
}

/**
 * Whether a server of this port has its socket in the cluster's folder: one that an older Waypost started has none.
 * @param {Cluster} cluster
 * @param {number} port
 */
export function hasSocket({ socket }, port) {
	return (
		socket !== '' && (statSync(socketFile(socket, port), { throwIfNoEntry: false })?.isSocket() ?? false)
	);
}

/**
 * Makes the folder for the socket of a server that is about to start, and takes away what one that was killed left.
 * @param {Cluster} cluster
 * @param {number} port
 */
export async function prepareSocket({ socket, account }, port) {
	if (socket === '') return;
	await mkdir(socket, { recursive: true, mode: 0o700 });
	if (account) await chown(socket, account.uid, account.gid);
	const lock = `${socketFile(socket, port)}.lock`;
	const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
	if (pid > 0 && !(await isPostgres(pid))) await rm(lock, { force: true });
}

/**
 * Who runs an existing cluster: its owner, whoever that is, when we are root; else only ourselves.
 * @param {string} data
 */
async function accountOf(data) {
	const { uid, gid } = await stat(data);
	const own = process.getuid?.();
	if (own === undefined || own === uid) return null;
	if (own === 0) return { uid, gid };
	throw new PlainError(
		`The database in ${path.dirname(data)} belongs to another user of this machine.`,
		'Start as that user, or set DATA_DIR to another folder.'
	);
}

/**
 * @param {string} home
 * @param {{ bin: string, account: import('./postgres-binaries.mjs').Account | null, fast: boolean }} how
 */
async function createCluster(home, { bin, account, fast }) {
	await removeUnfinished(home);
	const unfinished = `${home}.new-${process.pid}`;
	const data = path.join(unfinished, 'cluster');
	await makeReachableFolder(unfinished);
	await mkdir(data, { mode: 0o700 });
	/** @type {Connection} */
	const connection = {
		port: await freePort(),
		passwords: { postgres: newPassword(), waypost_owner: newPassword(), waypost_app: newPassword() }
	};
	await writeConnection(unfinished, connection);
	const passwordFile = path.join(unfinished, 'initdb-password');
	await writeFile(passwordFile, connection.passwords.postgres, { mode: 0o600 });
	if (account) {
		await chown(data, account.uid, account.gid);
		await chown(passwordFile, account.uid, account.gid);
	}
	const { code, output } = await initialise(bin, account, [
		...['-D', data, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
		...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
		...['--no-instructions', ...(fast ? ['--no-sync'] : [])]
	]);
	if (code !== 0) {
		await rm(unfinished, { recursive: true, force: true });
		throw new PlainError(
			'The embedded database could not be created.',
			'If the lines above speak of missing libraries, this system can’t run it: give the address of a PostgreSQL 18 as DATABASE_URL.',
			lastLines(output)
		);
	}
	await rm(passwordFile);
	await rename(unfinished, home).catch(async (error) => {
		// Another start was faster: its cluster stands.
		await rm(unfinished, { recursive: true, force: true });
		if (!existsSync(path.join(home, 'cluster'))) throw error;
	});
}

/**
 * @param {string} bin
 * @param {import('./postgres-binaries.mjs').Account | null} account
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function initialise(bin, account, args) {
	return new Promise((resolve) => {
		const child = spawn(path.join(bin, 'initdb'), args, {
			...account,
			cwd: bin,
			env: postgresEnvironment(),
			stdio: ['ignore', 'pipe', 'pipe']
		});
		let output = '';
		child.stdout.on('data', (text) => (output += text));
		child.stderr.on('data', (text) => (output += text));
		child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
		child.on('close', (code) => resolve({ code: code ?? 1, output }));
	});
}

/**
 * What a start that was killed while creating left behind.
 * @param {string} home
 */
async function removeUnfinished(home) {
	const folder = path.dirname(home);
	for (const name of await readdir(folder)) {
		const pid = name.startsWith(`${path.basename(home)}.new-`) ? Number(name.split('-').at(-1)) : 0;
		if (pid > 0 && (pid === process.pid || !isAlive(pid)))
			await rm(path.join(folder, name), { recursive: true, force: true });
	}
}

/**
 * Our own settings only: PGDATA, PGPORT and the like of the caller mean another server.
 * @returns {NodeJS.ProcessEnv}
 */
export function postgresEnvironment() {
	const kept = Object.entries(process.env).filter(([name]) => /^(PATH|SYSTEMROOT|TEMP|TMP)$/i.test(name));
	return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * @param {string} home
 * @returns {Promise<Connection>}
 */
export async function readConnection(home) {
	const file = path.join(home, 'connection.json');
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null) {
		throw new PlainError(
			`${file} is missing; it holds the passwords of the database beside it.`,
			'Bring it back from a backup, or set DATA_DIR to another folder to begin with an empty database.'
		);
	}
	return JSON.parse(text);
}

/**
 * Written beside and renamed, so that nobody ever reads half of it.
 * @param {string} home
 * @param {Connection} connection
 */
export async function writeConnection(home, connection) {
	const file = path.join(home, 'connection.json');
	const beside = `${file}.${process.pid}`;
	const handle = await open(beside, 'w', 0o600);
	await handle.writeFile(JSON.stringify(connection, null, '\t'));
	await handle.sync();
	await handle.close();
	await chmod(beside, 0o600);
	if (process.getuid?.() === 0) {
		// Root may be guest here; the file stays its owner's.
		const { uid, gid } = await stat(home);
		await chown(beside, uid, gid);
	}
	await rename(beside, file);
}

/**
 * Which process serves a cluster, by PostgreSQL's own note. null when none does, also when the note is an old one
 * and another program has got that process number since (as happens in containers).
 * @param {Cluster} cluster
 * @returns {Promise<{ pid: number, port: number } | null>}
 */
export async function runningServer({ data }) {
	const file = path.join(data, 'postmaster.pid');
	const text = await readFile(file, 'utf8').catch(() => null);
	if (text === null) return null;
	const lines = text.split('\n');
	const pid = Number(lines[0]);
	const port = Number(lines[3]);
	if (!(pid > 0) || !isAlive(pid)) return null;
	if (!(await isPostgres(pid))) {
		await rm(file, { force: true });
		return null;
	}
	return { pid, port };
}

/**
 * Whether a process that lives may be a PostgreSQL; where that can't be seen, it may.
 * @param {number} pid
 */
async function isPostgres(pid) {
	const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
	return program.trim() === 'postgres';
}

/** @param {number} pid */
export function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it lives and belongs to somebody else.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/**
 * The end of the server's log, for a message.
 * @param {Cluster} cluster
 */
export async function logTail({ log }) {
	return lastLines(await readFile(log, 'utf8').catch(() => ''), 12);
}

/**
 * Removes a throw-away cluster with its data folder, wherever it was put.
 * @param {string} dataDir
 */
export async function removeCluster(dataDir) {
	const link = path.join(dataDir, 'postgres');
	const entry = await lstat(link).catch(() => null);
	if (entry?.isSymbolicLink()) await rm(path.dirname(await realpath(link)), { recursive: true, force: true });
	await rm(dataDir, { recursive: true, force: true });
}

function newPassword() {
	return randomBytes(24).toString('base64url');
}
