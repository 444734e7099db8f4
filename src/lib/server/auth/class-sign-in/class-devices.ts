import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { isSignInPicture, signInPictures, type SignInPicture } from '#lib/class-sign-in/picture-secret.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import { hashSecret, looksLikeSecret, newSecret } from '../secret.ts';
import { classOf } from './class-codes.ts';

/**
 * Devices of a classroom. One that asked waits until a teacher of the class opens it for some hours; only then does it
 * show names (row-level security asks the same, see migrations/013). Closing it ends the sessions that began on it.
 */
export const LONGEST_HOURS = 12;
const WAITING_MINUTES = 30;
/** More than a class has devices, so that a code that got about can't bury its teacher. */
const WAITING_KEPT = 40;

/** Two pictures that the device and its teacher's screen both show. */
export type Mark = [SignInPicture, SignInPicture];
export type ClassDevice =
	| { id: string; class: string; state: 'waiting'; mark: Mark }
	| { id: string; class: string; state: 'open'; mark: Mark };
/** A device as the class's teacher sees it. */
export type ListedDevice = {
	id: string;
	mark: Mark;
	askedAt: Date;
	/** Until when it is open; null while it waits. */
	closesAt: Date | null;
	/** How many children are signed in on it now. */
	signedIn: number;
};
export type DeviceChild = {
	person: string;
	givenName: string;
	/** For the initial; not for the screen. */
	familyName: string;
	hasPictures: boolean;
};

/** Asks with the class's code. `before`: what the device's cookie held; a device is one at a time. */
export async function ask(
	db: Db,
	code: string,
	before: string | null
): Promise<{ ok: true; token: string } | { ok: false; reason: 'unknown-code' | 'too-many' }> {
	const of = await classOf(db, code);
	if (!of) return { ok: false, reason: 'unknown-code' };
	return db.transaction().execute(async (trx) => {
		const waiting = await trx
			.selectFrom('class_device')
			.select('mark')
			.where('class', '=', of)
			.where((eb) => eb.or([eb('opened_by', 'is not', null), stillWaits]))
			.execute();
		if (waiting.length >= WAITING_KEPT) return { ok: false, reason: 'too-many' };
		await forget(trx, before);
		const token = newSecret();
		await trx
			.insertInto('class_device')
			.values({
				class: of,
				device_hash: hashSecret(token),
				mark: newMark(waiting.map(({ mark }) => mark))
			})
			.execute();
		return { ok: true, token };
	});
}

/** Opens a device at once for a teacher who signed in on it; the database refuses whoever does not teach the class. */
export async function openHere(
	db: Db,
	teacher: string,
	of: string,
	hours: number,
	before: string | null
): Promise<string> {
	return db.transaction().execute(async (trx) => {
		await forget(trx, before);
		const others = await trx.selectFrom('class_device').select('mark').where('class', '=', of).execute();
		const token = newSecret();
		const { id } = await trx
			.insertInto('class_device')
			.values({
				class: of,
				device_hash: hashSecret(token),
				mark: newMark(others.map(({ mark }) => mark)),
				opened_by: teacher,
				closes_at: closing(hours)
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await noteOpened(trx, teacher, of, [id], hours);
		return token;
	});
}

/** Opens devices of a class that wait. Gives how many were there still. */
export async function open(
	db: Db,
	teacher: string,
	of: string,
	ids: readonly string[],
	hours: number
): Promise<number> {
	const known = ids.filter((id) => /^[0-9a-f-]{36}$/i.test(id));
	if (known.length === 0) return 0;
	return db.transaction().execute(async (trx) => {
		const opened = await trx
			.updateTable('class_device')
			.set({ opened_by: teacher, closes_at: closing(hours) })
			.where('class', '=', of)
			.where('id', 'in', known)
			.where(stillWaits)
			.returning('id')
			.execute();
		if (opened.length > 0)
			await noteOpened(
				trx,
				teacher,
				of,
				opened.map(({ id }) => id),
				hours
			);
		return opened.length;
	});
}

/** Closes a device of a class, or with null all of them, with the sessions on it. */
export async function close(db: Db, teacher: string, of: string, id: string | null): Promise<void> {
	if (id !== null && !/^[0-9a-f-]{36}$/i.test(id)) return;
	await db.transaction().execute(async (trx) => {
		let query = trx.deleteFrom('class_device').where('class', '=', of);
		if (id !== null) query = query.where('id', '=', id);
		const closed = await query.returning('id').execute();
		if (closed.length > 0)
			await append(trx, {
				kind: 'class-devices-closed',
				actor: teacher,
				subject: of,
				detail: { devices: closed.length }
			});
	});
}

/** The devices of a class, those that wait first. */
export async function ofClass(db: Db, of: string): Promise<ListedDevice[]> {
	const rows = await db
		.selectFrom('class_device as d')
		.select(['d.id', 'd.mark', 'd.asked_at', 'd.closes_at'])
		.select((eb) =>
			eb
				.selectFrom('session as s')
				.select(sql<string>`count(*)`.as('n'))
				.whereRef('s.class_device', '=', 'd.id')
				.where('s.expires_at', '>', sql<Date>`now()`)
				.as('signed_in')
		)
		.where('d.class', '=', of)
		.where((eb) => eb.or([stillOpen, stillWaits]))
		.orderBy(sql`d.closes_at is not null`)
		.orderBy('d.asked_at')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		mark: markOf(row.mark),
		askedAt: row.asked_at,
		closesAt: row.closes_at,
		signedIn: Number(row.signed_in)
	}));
}

/** The device of this cookie; null when it never asked, was closed, or its time is over. */
export async function find(db: Db, token: string | null | undefined): Promise<ClassDevice | null> {
	if (!looksLikeSecret(token)) return null;
	const row = await db
		.selectFrom('class_device')
		.select(['id', 'class', 'mark'])
		.select(sql<boolean>`waypost_device_is_open(id, waypost_now())`.as('open'))
		.select(stillWaits.as('waits'))
		.where('device_hash', '=', hashSecret(token))
		.executeTakeFirst();
	if (!row || !(row.open || row.waits)) return null;
	const { id, class: of, mark } = row;
	return { id, class: of, state: row.open ? 'open' : 'waiting', mark: markOf(mark) };
}

/** The children who may sign in on a device; nobody unless it is open. */
export async function children(db: Db, { id, class: of }: ClassDevice): Promise<DeviceChild[]> {
	const rows = await within(db, { kind: 'class-device', device: id }, (trx) =>
		trx
			.selectFrom('class_member as m')
			.innerJoin('person_identity as i', 'i.person', 'm.person')
			.leftJoin('picture_secret as s', (join) =>
				join.onRef('s.person', '=', 'm.person').onRef('s.class', '=', 'm.class')
			)
			.select(['m.person', 'i.given_name', 'i.family_name'])
			.select(sql<boolean>`s.person is not null`.as('has_pictures'))
			.distinct()
			.where('m.class', '=', of)
			.where(sql<boolean>`waypost_attends(m.person, m.class, waypost_now())`)
			.execute()
	);
	return rows.map((row) => ({
		person: row.person,
		givenName: row.given_name,
		familyName: row.family_name,
		hasPictures: row.has_pictures
	}));
}

/** Lets go of this device: what it asked, or that it was open. */
export async function leave(db: Db, token: string | null | undefined): Promise<void> {
	await forget(db, token);
}

/** Takes away devices whose time is over. */
export async function deleteExpired(db: Db): Promise<void> {
	await db
		.deleteFrom('class_device')
		.where((eb) => eb.not(eb.or([stillOpen, stillWaits])))
		.execute();
	await db
		.deleteFrom('class_code')
		.where('expires_at', '<=', sql<Date>`waypost_now()`)
		.execute();
}

const stillOpen = sql<boolean>`coalesce(closes_at > waypost_now(), false)`;
const stillWaits = sql<boolean>`(opened_by is null
	and asked_at > waypost_now() - make_interval(mins => ${sql.lit(WAITING_MINUTES)}))`;

/** So many hours from now, by the database's clock. */
function closing(hours: number) {
	return sql<Date>`waypost_now() + make_interval(hours => ${Math.min(LONGEST_HOURS, Math.max(1, Math.floor(hours)))})`;
}

async function forget(db: Db | Trx, token: string | null | undefined): Promise<void> {
	if (!looksLikeSecret(token)) return;
	await db.deleteFrom('class_device').where('device_hash', '=', hashSecret(token)).execute();
}

async function noteOpened(
	trx: Trx,
	teacher: string,
	of: string,
	ids: string[],
	hours: number
): Promise<void> {
	await append(trx, {
		kind: 'class-devices-opened',
		actor: teacher,
		subject: of,
		detail: { devices: ids, hours }
	});
}

/** Two pictures that no other device of the class has. */
function newMark(taken: readonly string[]): string {
	const free = signInPictures.flatMap((one) =>
		signInPictures
			.filter((two) => two !== one && !taken.includes(`${one} ${two}`))
			.map((two) => `${one} ${two}`)
	);
	return free[randomInt(free.length)] ?? 'sun moon';
}

function markOf(text: string): Mark {
	const [one, two] = text.split(' ');
	return isSignInPicture(one) && isSignInPicture(two) ? [one, two] : ['sun', 'moon'];
}
