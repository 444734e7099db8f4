import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { PlainError } from './plain-error.mjs';

const GIGABYTE = 1e9;
/** Installing, building and a new database need about this much. */
const NEEDED_FOR_WORK = GIGABYTE;
/** Below this even a database that only serves may stop writing soon. */
const NEEDED_TO_SERVE = GIGABYTE / 10;

/**
 * What to do with so much free disk.
 * @param {number} free bytes
 * @param {boolean} hasWork whether something has to be installed, built or created
 * @returns {'enough' | 'warn' | 'refuse'}
 */
export function diskVerdict(free, hasWork) {
	if (free >= NEEDED_FOR_WORK) return 'enough';
	return hasWork || free < NEEDED_TO_SERVE ? 'refuse' : 'warn';
}

/**
 * Throws a PlainError when a folder's disk is too full to go on; notes when it is nearly so.
 * @param {string} folder may not exist yet
 * @param {boolean} hasWork
 * @param {(text: string) => void} note
 */
export async function checkDiskSpace(folder, hasWork, note) {
	const { bavail, bsize } = await statfs(existingParent(folder));
	const free = bavail * bsize;
	const verdict = diskVerdict(free, hasWork);
	const text = `Only ${Math.round(free / 1e6)} MB are free on the disk of ${folder}.`;
	if (verdict === 'refuse')
		throw new PlainError(text, 'Waypost needs 1 GB free to set itself up. Free some space and start again.');
	if (verdict === 'warn') note(`${text} Free some space soon.`);
}

/**
 * @param {string} folder
 * @returns {string}
 */
function existingParent(folder) {
	return existsSync(folder) ? folder : existingParent(path.dirname(folder));
}
