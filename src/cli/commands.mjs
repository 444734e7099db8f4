import { build, needsBuild } from './build-step.mjs';
import { endChildren, run, runTool } from './child.mjs';
import { prepare } from './prepare.mjs';
import { createProgress } from './progress.mjs';
import { inProject } from './project.mjs';
import { dev, start } from './start-command.mjs';
import { compileStrings } from './strings.mjs';
import { runSteps } from './steps.mjs';
import { runWaypost } from './waypost.mjs';

/** @typedef {(args: string[]) => Promise<number>} ScriptCommand runs to its end and gives the exit code */

/** What `npm run …` can ask for, by name. @type {Record<string, ScriptCommand>} */
const commands = {
	start,
	dev,
	build: prepared(async () => {
		await build({ show: true });
		return 0;
	}),
	test: prepared(() =>
		runSteps([
			{ title: 'Types, lint and format', run: checkAndLint },
			{ title: 'Content', run: () => contentCheck([]) },
			{ title: 'Unit and database tests', run: () => unitTests([]) },
			{ title: 'Build', run: buildIfNeeded },
			{ title: 'Browser tests', run: () => browserTests([]) }
		])
	),
	'test:unit': prepared(async (args) => {
		await compileStrings();
		return unitTests(args);
	}),
	'test:browser': prepared(async (args) => (await buildIfNeeded()) || browserTests(args)),
	check: prepared(check),
	lint: prepared(lint),
	format: prepared((args) => tool('prettier', ['--write', ...(args.length > 0 ? args : ['.'])])),
	'content:check': prepared(async (args) => {
		await compileStrings();
		return contentCheck(args);
	}),
	waypost: prepared(async (args) => {
		await compileStrings();
		return (await runWaypost(args, { show: true })).code;
	}),
	'bench:learning': prepared(
		async (args) =>
			(await buildIfNeeded()) ||
			(await run(process.execPath, [inProject('tests', 'bench', 'learning.ts'), ...args], { show: true }))
				.code
	),
	'bench:roster': prepared(async (args) => {
		await compileStrings();
		return (await run(process.execPath, [inProject('tests', 'bench', 'roster.ts'), ...args], { show: true }))
			.code;
	}),
	screenshots: prepared(
		async (args) =>
			(await buildIfNeeded()) ||
			tool('@playwright/test', ['test', '-c', 'tests/screenshots.config.ts', ...args])
	)
};

/**
 * Runs one command. Gives its exit code; 2 when there is none of that name.
 * @param {string[]} words the command and its arguments
 */
export async function runCommand([name = '', ...args]) {
	const command = Object.entries(commands).find(([known]) => known === name)?.[1];
	if (command) return command(args);
	console.error(`There is no command “${name}”. These are there: ${Object.keys(commands).join(', ')}`);
	return 2;
}

/**
 * A command that needs the packages and ends by itself; SIGTERM ends what it started, too.
 * @param {ScriptCommand} command
 * @returns {ScriptCommand}
 */
function prepared(command) {
	return async (args) => {
		for (const [signal, code] of /** @type {const} */ ([
			['SIGTERM', 143],
			['SIGHUP', 129]
		])) {
			process.once(signal, () => {
				endChildren();
				process.exit(code);
			});
		}
		// The tools get the terminal's Ctrl-C themselves and end; their code comes back from them.
		process.on('SIGINT', () => {});
		await prepare(createProgress({ print: console.error }));
		return command(args);
	};
}

/**
 * @param {string} packageName
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function tool(packageName, args, env = process.env) {
	return (await runTool(packageName, args, { show: true, env })).code;
}

/** @param {string[]} args */
async function check(args) {
	return (await generateTypes()) || types(args);
}

/** Each of the two keeps one processor busy; together they take half as long. */
async function checkAndLint() {
	const generated = await generateTypes();
	if (generated) return generated;
	const [ofTypes, ofLint] = await Promise.all([types([]), lint()]);
	return ofTypes || ofLint;
}

/** What types and lint need to know of strings and routes. */
async function generateTypes() {
	await compileStrings();
	return tool('@sveltejs/kit', ['sync']);
}

/** @param {string[]} args */
function types(args) {
	return tool('svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings', ...args]);
}

async function lint() {
	return (await tool('eslint', ['.', '--max-warnings', '0'])) || (await tool('prettier', ['--check', '.']));
}

/** @param {string[]} args */
async function contentCheck(args) {
	return (await runWaypost(['content', 'check', ...args], { show: true })).code;
}

/** @param {string[]} args */
function unitTests(args) {
	// NODE_ENV=production of the caller would bring the production builds of what is tested.
	return tool('vitest', ['run', ...args], { ...process.env, NODE_ENV: 'test' });
}

/** @param {string[]} args */
function browserTests(args) {
	return tool('@playwright/test', ['test', '-c', 'tests/playwright.config.ts', ...args]);
}

async function buildIfNeeded() {
	if (await needsBuild()) await build({ show: true });
	return 0;
}
