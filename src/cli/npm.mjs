import path from 'node:path';
import { run } from './child.mjs';

/**
 * Runs npm: the one that started us when there is one, else the one on the PATH. With `node`, npm and every
 * script it starts run on that Node.
 * @param {string[]} args
 * @param {{ node?: string }} [options]
 */
export function runNpm(args, { node = process.execPath } = {}) {
	const env = environmentFor(node);
	const npmScript = process.env['npm_execpath'];
	// npm_execpath may as well be pnpm's or yarn's.
	if (npmScript && path.basename(npmScript) === 'npm-cli.js') return run(node, [npmScript, ...args], { env });
	// On Windows npm is a .cmd file, which only a shell can start.
	return run('npm', args, { env, shell: process.platform === 'win32' });
}

/**
 * The environment in which `node` is what a script finds when it says `node`.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(node, env = process.env) {
	const folder = path.dirname(node);
	// Windows spells it Path.
	const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	const entries = (env[name] ?? '').split(path.delimiter).filter((entry) => entry !== '' && entry !== folder);
	return {
		...env,
		[name]: [folder, ...entries].join(path.delimiter),
		NODE: node,
		npm_node_execpath: node
	};
}
