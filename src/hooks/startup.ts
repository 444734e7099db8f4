import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import * as classDevices from '#lib/server/auth/class-sign-in/class-devices.ts';
import * as challenges from '#lib/server/auth/second-factor/challenges.ts';
import * as steps from '#lib/server/auth/second-factor/steps.ts';
import * as tries from '#lib/server/auth/limited-tries.ts';
import * as passwordReset from '#lib/server/auth/password-reset.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import * as limits from '#lib/server/auth/sign-in-limits.ts';
import { localEntries, missingSecrets } from '#lib/server/auth/single-sign-on/providers.ts';
import * as signOnRequests from '#lib/server/auth/single-sign-on/requests.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import {
	closeServing,
	fitness,
	isUnreachable,
	missingMigrations,
	serving,
	servingPool
} from '#lib/server/db/serving.ts';
import * as outsideChecks from '#lib/server/gate/outside-check.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { readDelivery } from '#lib/server/mail/delivery.ts';
import { watchFolder } from '#lib/server/roster/folder.ts';
import { described } from './error-report.ts';
import { knownMigrations } from './known-migrations.ts';
import { log } from './log.ts';
import { beginWork } from './work.ts';

/** sysexits.h: the configuration is wrong; a service that is needed is not there. */
const EXIT_CONFIGURATION = 78;
const EXIT_UNAVAILABLE = 69;
const PATIENCE_MILLISECONDS = 10_000;
const SWEEP_MILLISECONDS = 3_600_000;

/** Serves only on a database that keeps its rules; ends the process with plain words otherwise. */
export async function startServing(): Promise<void> {
	const answer = await patiently(() => fitness(serving()));
	if (!answer.ok) stop(answer.words, EXIT_CONFIGURATION);
	checkSingleSignOn();
	const post = readDelivery();
	if (!post.ok) stop(post.words, EXIT_CONFIGURATION);
	const missing = await missingMigrations(serving(), knownMigrations);
	const migrated = missing.length === 0;
	if (migrated) await publishContent();
	else log.error({ missing }, 'the database is not migrated; /readyz says no until it is');
	const work = migrated ? beginWork(post.delivery) : null;

	const sweeping = setInterval(() => void sweep(), SWEEP_MILLISECONDS);
	sweeping.unref();
	const watching = migrated ? watchRosters() : null;
	// adapter-node's own event, once the last request is answered.
	const events: NodeJS.EventEmitter = process;
	events.once('sveltekit:shutdown', () => {
		clearInterval(sweeping);
		watching?.stop();
		void Promise.resolve(work?.stop()).then(closeServing);
	});
}

/** Says which providers of single sign-on can't be offered; the rest of the site works without them. */
function checkSingleSignOn(): void {
	const local = localEntries(process.env);
	if (!local.ok) stop(local.words, EXIT_CONFIGURATION);
	const missing = missingSecrets(process.env);
	if (missing.length > 0) log.error({ missing }, 'single sign-on lacks secrets; its buttons are not shown');
}

/** Roster files that lie in ROSTER_DIR are imported each night, by one of the instances that see it. */
function watchRosters(): { stop: () => void } | null {
	const folder = process.env.ROSTER_DIR;
	if (!folder) return null;
	const watching = watchFolder(serving(), servingPool(), folder, {
		onNight(files) {
			for (const { done, failure } of files)
				if (failure === undefined) log.info({ done }, 'a roster file of the watched folder was imported');
				else log.error({ error: described(failure) }, 'a roster file of the watched folder broke off');
		},
		onFailure: (error) => log.error({ error: described(error) }, 'the watched folder could not be imported')
	});
	log.info({ next: watching.next().toISOString() }, 'the roster folder is watched');
	return watching;
}

/** Keeps what is about to be taught; two instances that start at once may meet, and the second finds it done. */
async function publishContent(): Promise<void> {
	try {
		await publish(serving(), catalogue());
	} catch (error) {
		const met = error instanceof Error && 'code' in error && error.code === '23505';
		if (met) await publish(serving(), catalogue());
		else stop(error instanceof Error ? error.message : String(error), EXIT_CONFIGURATION);
	}
}

/** A database that is being started with us may need a moment. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
	const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
	for (;;) {
		try {
			return await ask();
		} catch (error) {
			const known = error instanceof Error ? error.message : String(error);
			if (!isUnreachable(error)) stop(`The database can't be used: ${known}`, EXIT_CONFIGURATION);
			if (Date.now() > giveUpAt)
				stop(`The database of DATABASE_URL does not answer: ${known}`, EXIT_UNAVAILABLE);
			await wait(500);
		}
	}
}

/** What has expired is taken away; every instance may do it, at any time. */
async function sweep(): Promise<void> {
	try {
		await sessions.deleteExpired(serving());
		await visitors.deleteExpired(serving());
		await limits.deleteOld(serving(), new Date());
		await signOnRequests.deleteExpired(serving());
		await steps.deleteExpired(serving(), new Date());
		await challenges.deleteExpired(serving(), new Date());
		await tries.deleteOld(serving(), new Date());
		await passwordReset.deleteOld(serving());
		await mail.forgetOld(serving());
		await classDevices.deleteExpired(serving());
		await outsideChecks.deleteOld(serving());
	} catch (error) {
		log.warn({ error: described(error) }, 'what has expired could not be taken away this time');
	}
}

function stop(words: string, code: number): never {
	// At once, because the process ends before a stream would have been written.
	writeSync(2, `\n${words}\n`);
	process.exit(code);
}
