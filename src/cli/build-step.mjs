import { readFile, rm, writeFile } from 'node:fs/promises';
import { lastLines, runTool } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';
import { sourceHash } from './source-hash.mjs';
import { compileStrings } from './strings.mjs';

const BUILT_HASH = inProject('build', '.source-hash');

/** Whether what lies in `build/` was made of other sources than today's, or never finished. */
export async function needsBuild() {
	const built = await readFile(BUILT_HASH, 'utf8').catch(() => '');
	return built.trim() !== (await sourceHash());
}

/**
 * Builds the app into `build/` and records of which sources. Throws a PlainError with the last lines.
 * @param {{ show?: boolean }} [options] `show`: the tool's output straight to the screen
 */
export async function build({ show = false } = {}) {
	// Taken before: a change during the build has to lead to another one.
	const hash = await sourceHash();
	await rm(BUILT_HASH, { force: true });
	await compileStrings();
	const { code, output } = await runTool('vite', ['build'], {
		show,
		env: { ...process.env, NODE_ENV: 'production' }
	});
	if (code !== 0) throw new PlainError('The app could not be built.', '', lastLines(output, 40));
	await writeFile(BUILT_HASH, `${hash}\n`);
}
