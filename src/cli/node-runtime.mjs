import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { lastLines, run } from './child.mjs';
import { environmentFor, runNpm } from './npm.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';

const NEEDED_MAJOR = 24;
const PINNED = '24.21.0';

/** Whether this process runs on a Node that the rest of Waypost can use. */
export function isNodeRecentEnough(version = process.versions.node) {
	return Number(version.split('.')[0]) >= NEEDED_MAJOR;
}

/**
 * Packages that carry a Node for this machine, best first. The ones by platform need no install script.
 * @param {string} platform
 * @param {string} architecture
 */
export function nodePackages(platform, architecture) {
	const byPlatform = `node-${platform === 'win32' ? 'win' : platform}-${architecture}`;
	return [`${byPlatform}@${PINNED}`, `${byPlatform}@${NEEDED_MAJOR}`, `node@${NEEDED_MAJOR}`];
}

/**
 * Finds the Node that an earlier start brought, or brings one into `.node/`. Gives the program's path.
 * @param {(text: string) => void} note
 */
export async function bringNode(note) {
	const found = await findBroughtNode();
	if (found) return found;
	note(
		`This is Node ${process.versions.node}; Waypost needs ${NEEDED_MAJOR}. Fetching it into .node (once, about 40 MB) …`
	);
	let output = '';
	for (const wanted of nodePackages(process.platform, process.arch)) {
		const result = await runNpm([
			'install',
			'--prefix',
			inProject('.node'),
			'--no-save',
			'--no-audit',
			'--no-fund',
			wanted
		]);
		output = result.output;
		const node = await findBroughtNode();
		if (node) return node;
	}
	throw new PlainError(
		`Node ${NEEDED_MAJOR} could not be fetched (this is Node ${process.versions.node}).`,
		`Check the connection to the npm registry and start again, or install Node ${NEEDED_MAJOR} from https://nodejs.org and start again.`,
		lastLines(output)
	);
}

async function findBroughtNode() {
	const program = process.platform === 'win32' ? 'node.exe' : 'node';
	for (const wanted of nodePackages(process.platform, process.arch)) {
		const packageName = wanted.slice(0, wanted.lastIndexOf('@'));
		const node = inProject('.node', 'node_modules', packageName, 'bin', program);
		if (!existsSync(node)) continue;
		// Runs it: a Node for another C library is there and yet of no use.
		const { code, output } = await run(node, ['--version']);
		if (code === 0 && isNodeRecentEnough(output.trim().replace(/^v/, ''))) return node;
	}
	return null;
}

/**
 * Runs this same command line on another Node and gives its exit code. Signals are handed on; when this process
 * is killed, the other one learns of it because the channel between them closes.
 * @param {string} node
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function rerunWith(node, script, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(node, [path.resolve(script), ...args], {
			env: environmentFor(node),
			stdio: ['inherit', 'inherit', 'inherit', 'ipc']
		});
		for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
			process.on(signal, () => child.kill(signal));
		}
		child.on('error', reject);
		child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
	});
}
