import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './project.mjs';

/** Children that run now, so that Ctrl-C can end them. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let ending = false;

/**
 * @typedef {{
 *   cwd?: string,
 *   env?: NodeJS.ProcessEnv,
 *   show?: boolean,
 *   shell?: boolean
 * }} RunOptions `show`: straight to the screen; else the output is collected and given back
 */

/**
 * Runs a program to its end. Gives its exit code and, unless shown, what it printed. A program that can't be
 * started at all gives code 127 and the reason as output.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd = ROOT, env = process.env, show = false, shell = false } = {}) {
	if (ending) return Promise.resolve({ code: 130, output: '' });
	return new Promise((resolve) => {
		const child = track(
			spawn(command, args, { cwd, env, shell, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
		);
		let output = '';
		child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
		child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
		child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
		child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output }));
	});
}

/**
 * Remembers a child until it ends, so that `endChildren` reaches it.
 * @template {import('node:child_process').ChildProcess} Child
 * @param {Child} child
 */
export function track(child) {
	running.add(child);
	child.once('exit', () => running.delete(child));
	child.once('error', () => running.delete(child));
	if (ending) child.kill('SIGTERM');
	return child;
}

/** Ends what was started and still runs; nothing new starts from here on. */
export function endChildren() {
	ending = true;
	for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a JavaScript tool of node_modules with this Node, whatever the platform's shims look like.
 * @param {string} packageName
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function runTool(packageName, args, options) {
	return run(process.execPath, [toolScript(packageName), ...args], options);
}

/**
 * The script behind a package's (first) command.
 * @param {string} packageName
 */
function toolScript(packageName) {
	const folder = path.join(ROOT, 'node_modules', packageName);
	/** @type {{ bin: string | Record<string, string> }} */
	const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
	const script = typeof bin === 'string' ? bin : Object.values(bin)[0];
	if (!script) throw new Error(`${packageName} has no command`);
	return path.join(folder, script);
}

/**
 * The last lines of a tool's output, for a message.
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = 20) {
	return output.trimEnd().split('\n').slice(-count).join('\n');
}
