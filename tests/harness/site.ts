import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { openDatabase, type Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import * as demo from '#lib/server/demo/take-course.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import type pg from 'pg';
import { freePort } from '../../src/cli/port.mjs';
import { startServer } from '../../src/cli/server.mjs';
import { createTestDatabase } from '../../src/cli/test-database.mjs';
import { CLUSTER } from './global-setup.ts';

export type Person = { person: string; learner: string; email: string };

/** A served Waypost with a demo district of its own, and ways to arrange what a test begins with. */
export type Site = {
	baseURL: string;
	/** As the serving role: for arranging through the domains' own functions. */
	app: Db;
	/** As the owner of the tables: for looking. */
	owner: pg.Pool;
	appUrl: string;
	/** Sets Waypost's clock so that it reads `at` now and runs on; null sets it right again. */
	setClock(at: Date | null): Promise<void>;
	/** Kills the server as a power cut would, and starts it again at the same address. */
	crash(): Promise<void>;
	/** Somebody of the demo district. */
	person(email: string): Promise<Person>;
	/** Gives somebody of the demo district a sign-in with the demo's password, where they have none. */
	giveSignIn(email: string): Promise<void>;
	/** Takes lessons of a course as this person; all of them unless `count` says how many. */
	takeLessons(email: string, course: string, count?: number): Promise<void>;
	/** Takes lessons and quiz of a course; what is left is to acknowledge the policy, where the course asks for it. */
	passQuiz(email: string, course: string): Promise<void>;
	/** The whole way to a certification. */
	certify(email: string, course: string): Promise<void>;
};

export type RunningSite = Site & { stop(): Promise<void> };

/** Starts a site on a fresh copy of the seeded database. `host`: its name; passkeys need one that is no number. */
export async function startSite({ host = '127.0.0.1' } = {}): Promise<RunningSite> {
	const database = await createTestDatabase(JSON.parse(process.env[CLUSTER] ?? ''));
	const app = openDatabase(database.appUrl, { max: 4 });
	const owner = openDatabase(database.ownerUrl, { max: 2 });
	const port = await freePort();
	const baseURL = `http://${host}:${port}`;
	const secretKey = randomBytes(32).toString('base64');
	const serve = () =>
		startServer({
			host: '127.0.0.1',
			port,
			origin: baseURL,
			databaseUrl: database.appUrl,
			env: { WAYPOST_DEMO: '1', WAYPOST_SECRET_KEY: secretKey, LOG_LEVEL: process.env.LOG_LEVEL ?? 'error' }
		});
	let server = await serve();
	let clockIsSet = false;

	const site: Site = {
		baseURL,
		app: app.db,
		owner: owner.pool,
		appUrl: database.appUrl,
		async setClock(at) {
			if (at === null && !clockIsSet) return;
			await (
				at
					? sql`update clock_setting set clock_offset = ${at.toISOString()}::timestamptz - clock_timestamp()`
					: sql`update clock_setting set clock_offset = '0'`
			).execute(owner.db);
			clockIsSet = at !== null;
		},
		async crash() {
			server.kill();
			await server.exited;
			server = await serve();
		},
		async person(email) {
			return within(app.db, { kind: 'system', purpose: 'seed' }, (trx) =>
				trx
					.selectFrom('person_identity as i')
					.innerJoin('learner_person as l', 'l.person', 'i.person')
					.select(['i.person', 'l.learner', sql<string>`i.email`.as('email')])
					.where('i.email', '=', email)
					.executeTakeFirstOrThrow()
			);
		},
		async takeLessons(email, course, count) {
			await demo.takeLessons(app.db, await whoIs(email), course, count);
		},
		async giveSignIn(email) {
			const { person } = await site.person(email);
			await owner.pool.query(
				`insert into sign_in (person, login, password_hash)
				select $1, $2, password_hash from sign_in where login = 'admin@wrsd.example'
				on conflict do nothing`,
				[person, email]
			);
		},
		async passQuiz(email, course) {
			const who = await whoIs(email);
			await demo.takeLessons(app.db, who, course);
			await demo.takeQuiz(app.db, who, course);
		},
		async certify(email, course) {
			await site.passQuiz(email, course);
			await demo.finishCourse(app.db, await whoIs(email), course);
		}
	};

	async function whoIs(email: string): Promise<Who> {
		const { learner } = await site.person(email);
		return { learner, assurance: 'password', language: 'en' };
	}

	return {
		...site,
		async stop() {
			server.kill();
			await server.exited;
			await Promise.all([app.db.destroy(), owner.db.destroy()]);
			await database.drop();
		}
	};
}
