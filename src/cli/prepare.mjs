import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkDiskSpace } from './disk-space.mjs';
import { install, needsInstall, restoreDatabaseLinks } from './install.mjs';
import { ROOT } from './project.mjs';

/**
 * Makes the packages ready, and before that checks that the disk has room. Packages may be imported afterwards.
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 * @param {{ dataDir?: string }} [options] `dataDir`: where a database will be
 */
export async function prepare(progress, { dataDir } = {}) {
	const missing = await needsInstall();
	await checkDiskSpace(ROOT, missing, progress.note);
	if (dataDir) await checkDiskSpace(dataDir, !existsSync(path.join(dataDir, 'postgres')), progress.note);
	if (missing) await progress.step('Installing the packages', install);
	await restoreDatabaseLinks();
}
