import { sql } from 'kysely';
import type { PictureSecret } from '#lib/class-sign-in/picture-secret.ts';
import type { Db } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import { hashing } from '../hashing-queue.ts';
import { argon2id, type Hasher } from '../passwords.ts';
import * as sessions from '../sessions.ts';
import { ensureLearner } from '../sign-in.ts';
import * as classDevices from './class-devices.ts';
import { textOf } from './picture-secrets.ts';

/** After so many wrong tries in a row a child takes a break on that device, and the teacher is told. */
export const TRIES = 5;
const PAUSE_MINUTES = 10;

export type PictureSignIn =
	| { ok: true; session: sessions.NewSession }
	| { ok: false; reason: 'wrong' }
	| { ok: false; reason: 'paused' }
	/** The device is not open any more, or this child is not of its class. */
	| { ok: false; reason: 'closed' }
	| { ok: false; reason: 'busy' };

export type PausedChild = { device: string; person: string; mark: classDevices.Mark; until: Date };

/**
 * Signs a child in on a device of their class, for lessons only. Each try is counted before it is looked at, so that
 * many at once get no more of them.
 */
export async function signIn(
	db: Db,
	token: string | null | undefined,
	person: string,
	secret: PictureSecret,
	{ hasher = argon2id }: { hasher?: Hasher } = {}
): Promise<PictureSignIn> {
	const device = await classDevices.find(db, token);
	if (device?.state !== 'open') return { ok: false, reason: 'closed' };
	const child = (await classDevices.children(db, device)).find((one) => one.person === person);
	if (!child?.hasPictures) return { ok: false, reason: 'closed' };
	const tries = await countTry(db, device.id, person);
	if (tries === null) return { ok: false, reason: 'paused' };

	const held = await db
		.selectFrom('picture_secret')
		.select('secret_hash')
		.where('person', '=', person)
		.where('class', '=', device.class)
		.executeTakeFirst();
	const checked = await hashing.run(() =>
		hasher.verify(held?.secret_hash ?? '', textOf(person, device.class, secret))
	);
	if (!checked) {
		// Nobody looked at it: it is no try.
		await takeBack(db, device.id, person);
		return { ok: false, reason: 'busy' };
	}
	if (!checked.value) {
		if (tries < TRIES) return { ok: false, reason: 'wrong' };
		await append(db, { kind: 'picture-sign-in-paused', subject: person, detail: { class: device.class } });
		return { ok: false, reason: 'paused' };
	}
	return within(db, { kind: 'system', purpose: 'sign-in' }, async (trx) => {
		await takeBackAll(trx, device.id, person);
		await ensureLearner(trx, person);
		const session = await sessions.create(trx, person, {
			device: '',
			assurance: 'low',
			shared: true,
			classDevice: device.id
		});
		return { ok: true, session };
	});
}

/** The children of a class who take a break after too many wrong tries, and on which device. */
export async function paused(db: Db, of: string): Promise<PausedChild[]> {
	const devices = await classDevices.ofClass(db, of);
	if (devices.length === 0) return [];
	const rows = await db
		.selectFrom('picture_try')
		.select(['device', 'person', 'paused_until'])
		.where(
			'device',
			'in',
			devices.map(({ id }) => id)
		)
		.where('paused_until', '>', sql<Date>`waypost_now()`)
		.execute();
	return rows.flatMap(({ device, person, paused_until }) => {
		const on = devices.find(({ id }) => id === device);
		return on && paused_until ? [{ device, person, mark: on.mark, until: paused_until }] : [];
	});
}

/** Lets a child of a class try again at once, on every device of it. */
export async function letTryAgain(db: Db, of: string, person: string): Promise<void> {
	if (!/^[0-9a-f-]{36}$/i.test(person)) return;
	await db
		.deleteFrom('picture_try')
		.where('person', '=', person)
		.where('device', 'in', (eb) =>
			eb.selectFrom('class_device').select('class_device.id').where('class_device.class', '=', of)
		)
		.execute();
}

/** Counts a try; null while the child takes a break. The last one begins the break, whatever comes of it. */
async function countTry(db: Db, device: string, person: string): Promise<number | null> {
	const pause = sql`waypost_now() + make_interval(mins => ${PAUSE_MINUTES})`;
	const { rows } = await sql<{ wrong: number }>`
		insert into picture_try as t (device, person, wrong) values (${device}, ${person}, 1)
		on conflict (device, person) do update set
			wrong = case when t.paused_until is null then t.wrong + 1 else 1 end,
			paused_until = case when t.paused_until is null and t.wrong + 1 >= ${TRIES} then ${pause} end
		where t.paused_until is null or t.paused_until <= waypost_now()
		returning wrong`.execute(db);
	return rows[0]?.wrong ?? null;
}

async function takeBack(db: Db, device: string, person: string): Promise<void> {
	await db
		.updateTable('picture_try')
		.set({ wrong: sql<number>`greatest(wrong - 1, 0)`, paused_until: null })
		.where('device', '=', device)
		.where('person', '=', person)
		.execute();
}

async function takeBackAll(db: Db, device: string, person: string): Promise<void> {
	await db.deleteFrom('picture_try').where('device', '=', device).where('person', '=', person).execute();
}
