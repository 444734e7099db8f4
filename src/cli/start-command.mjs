import { build, needsBuild } from './build-step.mjs';
import { endChildren, lastLines, runTool } from './child.mjs';
import { PlainError, report } from './plain-error.mjs';
import { checkPort } from './port.mjs';
import { prepare } from './prepare.mjs';
import { createProgress } from './progress.mjs';
import { secretKeyOf } from './secret-key.mjs';
import { startServer } from './server.mjs';
import { readSettings } from './settings.mjs';
import { stopSignal } from './stop-signal.mjs';
import { compileStrings } from './strings.mjs';
import { runWaypost } from './waypost.mjs';

/** @typedef {import('./settings.mjs').Settings} Settings */
/** @typedef {ReturnType<typeof createProgress>} Progress */
/** @typedef {import('./database.mjs').OpenDatabase} OpenDatabase */

/** `npm start`: everything from a fresh clone to a served address. Gives the exit code when it has ended. */
export function start() {
	return serveUntilStopped(async (settings, progress, databaseOpens) => {
		const buildOrSkip = async () => {
			if (await needsBuild()) await progress.step('Building the app', build);
			else progress.note('The app is built already');
		};
		const [database] = await Promise.all([openMigrated(settings, progress, databaseOpens), buildOrSkip()]);
		await seedIfEmpty(settings, progress, database);
		const env = await environment(settings, progress, database);
		const server = await progress.step('Starting the server', () =>
			startServer({ ...settings, databaseUrl: database.appUrl, env })
		);
		await announce(settings, progress, database);
		return server;
	});
}

/** `npm run dev`: the same with Vite's development server, which shows changes at once. */
export function dev() {
	return serveUntilStopped(async (settings, progress, databaseOpens) => {
		const [database] = await Promise.all([
			openMigrated(settings, progress, databaseOpens),
			progress.step('Compiling the strings', compileStrings)
		]);
		await seedIfEmpty(settings, progress, database);
		await announce(settings, progress, database);
		const { host, port, origin } = settings;
		const env = await environment(settings, progress, database);
		const ended = runTool('vite', ['dev', '--host', host, '--port', String(port), '--strictPort'], {
			show: true,
			env: {
				...process.env,
				...env,
				HOST: host,
				PORT: String(port),
				ORIGIN: origin,
				DATABASE_URL: database.appUrl
			}
		});
		const exited = ended.then(({ code }) => code);
		return {
			exited,
			stop: async () => {
				endChildren();
				await exited;
			},
			kill: endChildren
		};
	});
}

/**
 * Brings things up, waits until it is told to stop (or the server ends), and takes them down: first the server,
 * which answers what it has begun, then the database.
 * @param {(
 *   settings: Settings,
 *   progress: Progress,
 *   databaseOpens: (database: Promise<OpenDatabase>) => void
 * ) => Promise<import('./server.mjs').Server>} bringUp
 * @returns {Promise<number>}
 */
async function serveUntilStopped(bringUp) {
	const settings = readSettings(process.env);
	const progress = createProgress();
	const { asked, hurried } = stopSignal();
	/** @type {Promise<OpenDatabase> | null} */
	let database = null;
	const ready = (async () => {
		await checkPort(settings.host, settings.port);
		await prepare(progress, settings);
		return bringUp(settings, progress, (opening) => (database = opening));
	})();
	let stopped = false;
	try {
		const outcome = await Promise.race([ready.then((server) => server.exited), asked]);
		if (typeof outcome === 'number') {
			throw new PlainError(
				`The server ended by itself (code ${outcome}).`,
				'Its own words are above. Start again with npm start.'
			);
		}
		// A line of its own after the terminal's ^C.
		console.log('');
		progress.note('Stopping …');
		stopped = true;
	} finally {
		endChildren();
		// What was still being brought up ends first: nothing may appear after the cleaning up.
		const server = await settled(ready);
		void hurried.then(() => server?.kill());
		await server?.stop();
		await (await settled(database))?.close();
		if (stopped) progress.note('Stopped');
	}
	return (await settled(ready)) ? 0 : 130;
}

/**
 * @template T
 * @param {Promise<T> | null} promise
 */
async function settled(promise) {
	return promise?.catch(() => null);
}

/**
 * Opens the database, migrates it and sets Waypost's clock.
 * @param {Settings} settings
 * @param {Progress} progress
 * @param {(database: Promise<OpenDatabase>) => void} databaseOpens
 */
async function openMigrated(settings, progress, databaseOpens) {
	// Only now: these need the packages.
	const { openDatabase, setClock } = await import('./database.mjs');
	const { migrate } = await import('./migrate.ts');
	const title = settings.databaseUrl ? 'Connecting to the database' : 'Starting the embedded database';
	const opening = openDatabase(settings, { onEvent: (event) => tellAbout(event, progress) });
	databaseOpens(opening);
	const database = await progress.step(title, () => opening);
	const applied = await migrate(database.ownerUrl);
	progress.note(
		applied.length > 0 ? `Migrated the database: ${applied.join(', ')}` : 'The database is up to date'
	);
	if (database.embedded) {
		await setClock(database.ownerUrl, settings.now);
		if (settings.now) progress.note(`Waypost's clock shows ${settings.now.toISOString()} from now on`);
	}
	return database;
}

/**
 * @param {import('./postgres.mjs').PostgresEvent} event
 * @param {Progress} progress
 */
function tellAbout(event, progress) {
	if (event.kind === 'lost') progress.note('The embedded database went away; starting it again …');
	if (event.kind === 'back') progress.note('The embedded database is back');
	if (event.kind === 'failed') {
		report(event.error);
		// The same way as a person would end it: server first, then what is left of the database.
		process.kill(process.pid, 'SIGTERM');
	}
}

/**
 * @param {Settings} settings
 * @param {Progress} progress
 * @param {OpenDatabase} database
 */
async function seedIfEmpty(settings, progress, database) {
	const { isEmpty } = await import('./database.mjs');
	if (!settings.demo || !(await isEmpty(database.ownerUrl))) return;
	await progress.step('Laying out the demo district', async () => {
		const { code, output } = await runWaypost(['demo', 'seed'], { database });
		if (code !== 0)
			throw new PlainError(
				'The demo district could not be laid out.',
				'DEMO=0 npm start does without.',
				lastLines(output)
			);
	});
}

/**
 * What the app has to know besides where it serves: whether this is a demo, and the key that seals secrets. With a
 * database of one's own the key is given, because several servers share it.
 * @param {Settings} settings
 * @param {Progress} progress
 * @param {OpenDatabase} database
 */
async function environment(settings, progress, database) {
	const key = settings.secretKey ?? (database.embedded ? await secretKeyOf(settings.dataDir) : null);
	if (key === null)
		progress.note('WAYPOST_SECRET_KEY is not set: nobody can use an authenticator app as a second factor');
	return {
		WAYPOST_DEMO: (await isDemo(settings, database)) ? '1' : '0',
		WAYPOST_SECRET_KEY: key ?? ''
	};
}

/**
 * Whether this is a demo: asked for, and its people are in the database. Only then does the known password count,
 * and every page says so.
 * @param {Settings} settings
 * @param {OpenDatabase} database
 */
async function isDemo(settings, database) {
	const { knowsEmail } = await import('./database.mjs');
	const { demoSignIns } = await import('../lib/server/demo/sign-ins.ts');
	return settings.demo && (await knowsEmail(database.ownerUrl, demoSignIns[0].email));
}

/**
 * Prints where Waypost is and how to sign in.
 * @param {Settings} settings
 * @param {Progress} progress
 * @param {OpenDatabase} database
 */
async function announce(settings, progress, database) {
	const { demoSignIns, demoPassword } = await import('../lib/server/demo/sign-ins.ts');
	const lines = ['', `Waypost is ready after ${progress.seconds()} s:  ${settings.origin}`, ''];
	if (await isDemo(settings, database)) {
		const width = Math.max(...demoSignIns.map(({ email }) => email.length));
		lines.push(
			`Demo sign-ins (the password of all is ${demoPassword}):`,
			...demoSignIns.map(({ email, who }) => `  ${email.padEnd(width)}  ${who}`),
			...(process.env['SMTP_URL']
				? []
				: ['', `Mails of the demo, among them an invitation:  ${settings.origin}/demo/mail`])
		);
	} else if (!settings.demo && (database.embedded || process.env['DEMO'] === '0')) {
		const { code, output } = await runWaypost(['first-admin-link'], { database });
		if (code !== 0)
			throw new PlainError('The first administrator’s link could not be made.', '', lastLines(output));
		lines.push(output.trimEnd());
	} else lines.push('The first administrator gets in by the link of: npm run waypost -- first-admin-link');
	console.log([...lines, '', 'Ctrl-C stops it.', ''].join('\n'));
}
