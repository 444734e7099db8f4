import autocannon from 'autocannon';
import { course } from '#lib/server/catalogue/catalogue.ts';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { freePort } from '../../src/cli/port.mjs';
import { inProject } from '../../src/cli/project.mjs';
import { startServer } from '../../src/cli/server.mjs';
import { pathToFileURL } from 'node:url';
import { inTurn, summed, type Measured } from './rounds.ts';

const COURSE = 'staff-initial';
const LESSON = 3;
/** Somebody who has finished the course twice over: there is evidence to read. */
const LEARNER = 'certified.teacher@wrsd.example';
const CONNECTIONS = 16;
const ROUNDS = 7;
const SECONDS = 2;

/**
 * A signed-in person's lesson page through the whole built server, against the same pages from the same server
 * without session and database (see bare-lesson.ts): two processes of one build, asked in turn over the loopback for
 * every section of a lesson. Both must give the same pages, but for the nonces.
 */
export async function benchLessonPage(databaseUrl: string): Promise<Measured> {
	const whole = await serve(databaseUrl, {});
	const preload = pathToFileURL(inProject('tests', 'bench', 'bare-lesson.ts')).href;
	const bare = await serve(databaseUrl, { NODE_OPTIONS: `--import=${preload}` });
	try {
		const paths = sections();
		const cookie = await signIn(whole.origin);
		for (const path of paths) {
			const page = await read(whole.origin + path, cookie);
			// The first request shows the bare server what there is to give.
			await read(bare.origin + path, cookie);
			if (page !== (await read(bare.origin + path))) throw new Error(`the bare server gives another ${path}`);
		}
		const rates = await inTurn(
			ROUNDS,
			() => pagesPerSecond(whole.origin, paths, { cookie }),
			() => pagesPerSecond(bare.origin, paths, {})
		);
		return summed('lesson page, signed in', 'pages/s', rates, 1 / 2);
	} finally {
		await Promise.all([whole.stop(), bare.stop()]);
	}
}

async function serve(databaseUrl: string, env: NodeJS.ProcessEnv) {
	const port = await freePort();
	const origin = `http://127.0.0.1:${port}`;
	// A line per request on this terminal would measure the terminal.
	const quiet = { WAYPOST_DEMO: '1', LOG_LEVEL: 'warn', ...env };
	const server = await startServer({ host: '127.0.0.1', port, origin, databaseUrl, env: quiet });
	return { origin, stop: () => server.stop() };
}

function sections(): string[] {
	const lesson = course(COURSE)?.lessons[LESSON - 1];
	if (!lesson) throw new Error(`${COURSE} has no lesson ${LESSON}`);
	return lesson.sections.map(({ index }) => `/learn/${COURSE}/${lesson.slug}/${index}`);
}

async function signIn(origin: string): Promise<string> {
	const answer = await fetch(`${origin}/sign-in`, {
		method: 'POST',
		headers: { origin, accept: 'text/html' },
		body: new URLSearchParams({ email: LEARNER, password: demoPassword }),
		redirect: 'manual'
	});
	const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
	if (answer.status !== 303 || cookies.length === 0) throw new Error(`signing in answered ${answer.status}`);
	return cookies.join('; ');
}

/** A page's text without its nonces, and without what its loads are said to depend on: the bare ones read nothing. */
async function read(address: string, cookie = ''): Promise<string> {
	const answer = await fetch(address, { headers: { cookie }, redirect: 'manual' });
	if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
	return (await answer.text()).replaceAll(/ nonce="[^"]*"|,uses:\{[^}]*\}/g, '');
}

async function pagesPerSecond(
	origin: string,
	paths: string[],
	headers: Record<string, string>
): Promise<number> {
	const result = await autocannon({
		url: origin,
		connections: CONNECTIONS,
		duration: SECONDS,
		headers,
		requests: paths.map((path) => ({ path }))
	});
	if (result.errors > 0 || result.non2xx > 0)
		throw new Error(`${result.errors} errors and ${result.non2xx} refusals at ${origin}`);
	return result['2xx'] / result.duration;
}
