import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PictureSecret } from '#lib/class-sign-in/picture-secret.ts';
import { range } from '#lib/server/db/instants.ts';
import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as classes from '#lib/server/people/classes.ts';
import { takeByPictures, goBeyondLessons } from '../can.ts';
import * as sessions from '../sessions.ts';
import { addOrganisation, addPerson, cheapHasher, endPerson } from '../testing/people.ts';
import * as classCodes from './class-codes.ts';
import * as classDevices from './class-devices.ts';
import * as pictureSecrets from './picture-secrets.ts';
import * as pictureSignIn from './picture-sign-in.ts';

const { app, owner, setClock } = await testDatabase();
const seed = { kind: 'system', purpose: 'seed' } as const;
const yearBegan = new Date('2026-08-26T04:00:00Z');
const tomorrow = new Date(Date.now() + 86_400_000);
const inTwoHours = () => new Date(Date.now() + 2 * 3_600_000);
const hasher = cheapHasher;

const school = await addOrganisation(app, 'Quiet Brook');
const elsewhere = await addOrganisation(app, 'Thomas Hill');

async function member(
	givenName: string,
	role: AffiliationRole,
	organisation = school,
	band: Band | null = null
) {
	const { person } = await addPerson(app, { givenName, familyName: 'Quill' });
	await app
		.insertInto('affiliation')
		.values({ person, organisation, role, band, during: range(yearBegan, null) })
		.execute();
	return person;
}
async function makeClass(band: Band = 'K-2', organisation = school) {
	const teacher = await member('Teacher', 'teacher', organisation);
	const [ana, ben] = [
		await member('Ana', 'student', organisation, band),
		await member('Ben', 'student', organisation, band)
	];
	const id = await within(app, seed, async (trx) => {
		const made = await classes.make(trx, { organisation, title: 'Room 4', band, from: yearBegan });
		const join = (person: string, part: 'teacher' | 'student') =>
			classes.join(trx, { class: made, person, part, from: yearBegan });
		await join(teacher, 'teacher');
		await join(ana, 'student');
		await join(ben, 'student');
		return made;
	});
	return { id, teacher, ana, ben };
}
type Room = Awaited<ReturnType<typeof makeClass>>;

/** A device that asked with the class's code. */
async function asked(room: Room) {
	const { code } = await classCodes.make(app, room.teacher, room.id, tomorrow);
	const answer = await classDevices.ask(app, code, null);
	if (!answer.ok) throw new Error(answer.reason);
	const device = await classDevices.find(app, answer.token);
	return { token: answer.token, device: device ?? expect.fail() };
}
/** A device that the teacher opened. */
async function opened(room: Room) {
	const { token, device } = await asked(room);
	await classDevices.open(app, room.teacher, room.id, [device.id], 1);
	return { token, device: (await classDevices.find(app, token)) ?? expect.fail() };
}
async function pictures(room: Room, person: string): Promise<PictureSecret> {
	const [made] = await pictureSecrets.make(app, room.teacher, room.id, [person], { hasher });
	return made ?? expect.fail();
}
const enter = (token: string, person: string, secret: PictureSecret) =>
	pictureSignIn.signIn(app, token, person, secret, { hasher });
const wrong = ({ pictures: [one, two, three], word }: PictureSecret): PictureSecret => ({
	pictures: [two, one, three].filter((picture) => picture !== undefined),
	word
});
const refusal = (work: Promise<unknown>) => expect(work).rejects;

beforeEach(async () => {
	await app.deleteFrom('class_device').execute();
});

afterEach(() => setClock(null));

describe('the code of a class', () => {
	test('finds its class for the day, however it is typed', async () => {
		const room = await makeClass();
		const { code } = await classCodes.make(app, room.teacher, room.id, tomorrow);
		expect(code).toMatch(/^[2-9BCDFGHJKMNPQRSTVWXYZ]{6}$/);
		const typed = ` ${code.slice(0, 3).toLowerCase()}-${code.slice(3)} `;
		expect(await classCodes.classOf(app, typed)).toBe(room.id);
		expect((await classCodes.current(app, room.id))?.code).toBe(code);
	});

	test('is worth nothing once its day is over, or there is a new one', async () => {
		const room = await makeClass();
		const old = await classCodes.make(app, room.teacher, room.id, tomorrow);
		const next = await classCodes.make(app, room.teacher, room.id, tomorrow);
		expect(await classCodes.classOf(app, old.code)).toBeNull();
		expect(await classCodes.classOf(app, next.code)).toBe(room.id);
		await app
			.updateTable('class_code')
			.set({ expires_at: new Date() })
			.where('class', '=', room.id)
			.execute();
		expect(await classCodes.classOf(app, next.code)).toBeNull();
		expect(await classCodes.current(app, room.id)).toBeNull();
		expect(await classDevices.ask(app, next.code, null)).toEqual({ ok: false, reason: 'unknown-code' });
	});

	test('opens nothing and shows nobody: a device that asked waits', async () => {
		const room = await makeClass();
		const { device } = await asked(room);
		expect(device.state).toBe('waiting');
		expect(await classDevices.children(app, device)).toEqual([]);
		const secret = await pictures(room, room.ana);
		const { token } = await asked(room);
		expect(await enter(token, room.ana, secret)).toEqual({ ok: false, reason: 'closed' });
	});

	test('brings no more devices than a class has', async () => {
		const room = await makeClass();
		const { code } = await classCodes.make(app, room.teacher, room.id, tomorrow);
		for (let count = 0; count < 40; count += 1)
			expect((await classDevices.ask(app, code, null)).ok).toBe(true);
		expect(await classDevices.ask(app, code, null)).toEqual({ ok: false, reason: 'too-many' });
		const marks = (await classDevices.ofClass(app, room.id)).map(({ mark }) => mark.join());
		expect(new Set(marks).size).toBe(40);
	});
});

describe('a device', () => {
	test('shows the children of its class once a teacher has opened it, and nobody else', async () => {
		const room = await makeClass();
		await makeClass();
		const { device } = await opened(room);
		expect(device.state).toBe('open');
		const names = (await classDevices.children(app, device)).map(({ person }) => person).sort();
		expect(names).toEqual([room.ana, room.ben].sort());
	});

	test('is opened by a teacher of the class alone, by the database’s word', async () => {
		const [room, other] = [await makeClass(), await makeClass()];
		const { device } = await asked(room);
		for (const stranger of [other.teacher, room.ana, await member('Principal', 'principal')])
			await refusal(classDevices.open(app, stranger, room.id, [device.id], 1)).toMatchObject({
				code: 'WP020'
			});
		await refusal(classDevices.openHere(app, other.teacher, room.id, 1, null)).toMatchObject({
			code: 'WP020'
		});
		// One of another class does not open it either by naming the own class.
		expect(await classDevices.open(app, other.teacher, other.id, [device.id], 1)).toBe(0);
	});

	test('is for young children: the database refuses one for an older class', async () => {
		const older = await makeClass('6-8');
		await refusal(classDevices.openHere(app, older.teacher, older.id, 1, null)).toMatchObject({
			code: 'WP020'
		});
	});

	test('is open for hours, twelve at the most', async () => {
		const room = await makeClass();
		const token = await classDevices.openHere(app, room.teacher, room.id, 500, null);
		const [listed] = await classDevices.ofClass(app, room.id);
		expect(listed?.closesAt?.getTime()).toBeLessThanOrEqual(Date.now() + 12 * 3_600_000 + 5000);
		await sql`update class_device set closes_at = waypost_now() + interval '13 hours'`.execute(app).then(
			() => expect.fail(),
			(error: { code: string }) => expect(error.code).toBe('23514')
		);
		// The database alone says when it was opened.
		await sql`update class_device set opened_at = now() - interval '1 day'`.execute(app).then(
			() => expect.fail(),
			(error: { code: string }) => expect(error.code).toBe('42501')
		);
		expect((await classDevices.find(app, token))?.state).toBe('open');
	});

	test('shows nobody any more once its time is over, it was closed, or its teacher left', async () => {
		const room = await makeClass();
		const late = await opened(room);
		await setClock(inTwoHours());
		expect(await classDevices.find(app, late.token)).toBeNull();
		expect(await classDevices.children(app, late.device)).toEqual([]);
		await setClock(null);

		const closed = await opened(room);
		await classDevices.close(app, room.teacher, room.id, closed.device.id);
		expect(await classDevices.find(app, closed.token)).toBeNull();
		expect(await classDevices.children(app, closed.device)).toEqual([]);

		const orphan = await opened(room);
		await sql`update affiliation set superseded_at = waypost_now() where person = ${room.teacher}`.execute(
			app
		);
		expect(await classDevices.find(app, orphan.token)).toBeNull();
		expect(await classDevices.children(app, orphan.device)).toEqual([]);
	});

	test('can’t be made to show names by setting its scope', async () => {
		const room = await makeClass();
		const waiting = await asked(room);
		for (const device of [waiting.device.id, room.id, '00000000-0000-7000-8000-000000000000']) {
			const seen = await within(app, { kind: 'class-device', device }, (trx) =>
				trx.selectFrom('person_identity').select('person').execute()
			);
			expect(seen).toEqual([]);
		}
	});

	test('is one at a time: what it asked before is gone', async () => {
		const [one, two] = [await makeClass(), await makeClass()];
		const first = await opened(one);
		const { code } = await classCodes.make(app, two.teacher, two.id, tomorrow);
		await classDevices.ask(app, code, first.token);
		expect(await classDevices.find(app, first.token)).toBeNull();
	});

	test('is told to the ledger when it is opened and closed', async () => {
		const room = await makeClass();
		const { device } = await opened(room);
		await classDevices.close(app, room.teacher, room.id, null);
		const events = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor', 'detail'])
			.where('subject', '=', room.id)
			.orderBy('id')
			.execute();
		expect(events).toEqual([
			{ kind: 'class-devices-opened', actor: room.teacher, detail: { devices: [device.id], hours: 1 } },
			{ kind: 'class-devices-closed', actor: room.teacher, detail: { devices: 1 } }
		]);
	});
});

describe('pictures', () => {
	test('are three different ones and a word, given back once and stored as a hash', async () => {
		const room = await makeClass();
		const secret = await pictures(room, room.ana);
		expect(new Set(secret.pictures).size).toBe(3);
		const [made] = await pictureSecrets.make(app, room.teacher, room.id, [room.ben]);
		const { rows } = await sql<{ row: string }>`
			select p::text as row from picture_secret p where person = ${room.ben}`.execute(app);
		expect(rows[0]?.row).toContain('$argon2id$');
		for (const word of [...(made?.pictures ?? []), made?.word ?? '-'])
			expect(rows[0]?.row).not.toContain(word);
	});

	test('are set by a teacher of the class for a child who attends it, by the database’s word', async () => {
		const [room, other] = [await makeClass(), await makeClass()];
		const set = (teacher: string, of: string, child: string) =>
			refusal(pictureSecrets.make(app, teacher, of, [child], { hasher })).toMatchObject({ code: 'WP021' });
		await set(other.teacher, room.id, room.ana);
		await set(room.teacher, room.id, other.ana);
		await set(room.ana, room.id, room.ben);
		await set(room.teacher, room.id, await member('Aide', 'aide'));
		await refusal(pictureSecrets.make(app, room.teacher, room.id, [room.teacher], { hasher })).toMatchObject({
			code: expect.stringMatching(/WP021|23514/)
		});
		expect((await pictureSecrets.standing(app, room.id)).size).toBe(0);
	});

	test('of all children or of none: one who is not of the class stops them', async () => {
		const [room, other] = [await makeClass(), await makeClass()];
		await refusal(
			pictureSecrets.make(app, room.teacher, room.id, [room.ana, other.ana], { hasher })
		).toMatchObject({ code: 'WP021' });
		expect((await pictureSecrets.standing(app, room.id)).size).toBe(0);
	});

	test('that are new make the old ones worthless, and end what was begun with them', async () => {
		const room = await makeClass();
		const { token } = await opened(room);
		const old = await pictures(room, room.ana);
		const first = await enter(token, room.ana, old);
		if (!first.ok) throw new Error(first.reason);
		const fresh = await pictures(room, room.ana);
		expect(await sessions.read(app, first.session.token)).toBeNull();
		if (JSON.stringify(old) !== JSON.stringify(fresh))
			expect((await enter(token, room.ana, old)).ok).toBe(false);
		expect((await enter(token, room.ana, fresh)).ok).toBe(true);
	});
});

describe('a child who taps the right pictures', () => {
	async function signedIn(room: Room, person: string) {
		const { token, device } = await opened(room);
		const answer = await enter(token, person, await pictures(room, person));
		if (!answer.ok) throw new Error(answer.reason);
		return { token, device, session: answer.session };
	}

	test('is signed in for lessons only, on a shared device', async () => {
		const room = await makeClass();
		const { session } = await signedIn(room, room.ana);
		const read = await sessions.read(app, session.token);
		expect(read?.actor).toMatchObject({ person: room.ana, assurance: 'low', shared: true, rights: [] });
		expect(session.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
		const actor = read?.actor ?? expect.fail();
		expect(goBeyondLessons(actor)).toEqual({ ok: false, reason: 'lessons-only' });
		expect(takeByPictures(actor, { audience: 'student' }).ok).toBe(true);
		for (const audience of ['family', 'staff', 'partner'])
			expect(takeByPictures(actor, { audience }).ok).toBe(false);
	});

	test('is signed out when the device is closed, its time is over, or they leave the class', async () => {
		const room = await makeClass();
		const closed = await signedIn(room, room.ana);
		await classDevices.close(app, room.teacher, room.id, closed.device.id);
		expect(await sessions.read(app, closed.session.token)).toBeNull();

		const late = await signedIn(room, room.ben);
		await setClock(inTwoHours());
		expect(await sessions.read(app, late.session.token)).toBeNull();
		await setClock(null);

		const gone = await signedIn(room, room.ana);
		await within(app, seed, (trx) =>
			sql`update class_member set superseded_at = waypost_now() where person = ${room.ana}`.execute(trx)
		);
		expect(await sessions.read(app, gone.session.token)).toBeNull();
	});

	test('is nobody else, and nobody of another class', async () => {
		const [room, other] = [await makeClass(), await makeClass()];
		const { token } = await opened(room);
		const secret = await pictures(room, room.ana);
		await pictures(room, room.ben);
		expect((await enter(token, room.ben, secret)).ok).toBe(false);
		const theirs = await pictures(other, other.ana);
		expect(await enter(token, other.ana, theirs)).toEqual({ ok: false, reason: 'closed' });
		expect(await enter('', room.ana, secret)).toEqual({ ok: false, reason: 'closed' });
	});

	test('has pictures; without them there is nothing to tap', async () => {
		const room = await makeClass();
		const { token } = await opened(room);
		expect(await enter(token, room.ben, { pictures: ['sun', 'moon', 'star'], word: 'milk' })).toEqual({
			ok: false,
			reason: 'closed'
		});
	});

	test('is not signed in after they have left the district', async () => {
		const room = await makeClass();
		const { session } = await signedIn(room, room.ana);
		await endPerson(app, room.ana);
		expect(await sessions.read(app, session.token)).toBeNull();
	});
});

describe('wrong pictures', () => {
	test('five times in a row mean a break on that device, and the teacher is told', async () => {
		const room = await makeClass();
		const [here, there] = [await opened(room), await opened(room)];
		const secret = await pictures(room, room.ana);
		for (let tries = 1; tries < 5; tries += 1)
			expect(await enter(here.token, room.ana, wrong(secret))).toEqual({ ok: false, reason: 'wrong' });
		expect(await enter(here.token, room.ana, wrong(secret))).toEqual({ ok: false, reason: 'paused' });
		expect(await enter(here.token, room.ana, secret)).toEqual({ ok: false, reason: 'paused' });
		expect(await pictureSignIn.paused(app, room.id)).toMatchObject([
			{ person: room.ana, device: here.device.id, mark: here.device.mark }
		]);
		const events = await app
			.selectFrom('ledger_event')
			.select('kind')
			.where('subject', '=', room.ana)
			.where('kind', '=', 'picture-sign-in-paused')
			.execute();
		expect(events).toHaveLength(1);
		// Another child on this device, and this child on another, go on.
		expect((await enter(here.token, room.ben, await pictures(room, room.ben))).ok).toBe(true);
		expect((await enter(there.token, room.ana, secret)).ok).toBe(true);
	});

	test('are forgotten once the right ones are tapped', async () => {
		const room = await makeClass();
		const { token } = await opened(room);
		const secret = await pictures(room, room.ana);
		for (let rounds = 0; rounds < 3; rounds += 1) {
			for (let tries = 1; tries < 5; tries += 1) await enter(token, room.ana, wrong(secret));
			expect((await enter(token, room.ana, secret)).ok).toBe(true);
		}
	});

	test('sent many at once get no more tries', async () => {
		const room = await makeClass();
		const { token } = await opened(room);
		const secret = await pictures(room, room.ana);
		let looked = 0;
		const counting = {
			...cheapHasher,
			verify: async (stored: string, text: string) => {
				looked += 1;
				return cheapHasher.verify(stored, text);
			}
		};
		await Promise.all(
			Array.from({ length: 60 }, () =>
				pictureSignIn.signIn(app, token, room.ana, wrong(secret), { hasher: counting })
			)
		);
		expect(looked).toBe(5);
	});

	test('may be tried again after ten minutes, or when the teacher says so', async () => {
		const room = await makeClass();
		const { token } = await opened(room);
		const secret = await pictures(room, room.ana);
		const pause = async () => {
			for (let tries = 0; tries < 5; tries += 1) await enter(token, room.ana, wrong(secret));
		};
		await pause();
		const other = await makeClass();
		await pictureSignIn.letTryAgain(app, other.id, room.ana);
		expect(await enter(token, room.ana, secret)).toMatchObject({ reason: 'paused' });
		await pictureSignIn.letTryAgain(app, room.id, room.ana);
		expect((await enter(token, room.ana, secret)).ok).toBe(true);
		await pause();
		await app
			.updateTable('picture_try')
			.set({ paused_until: sql<Date>`waypost_now()` })
			.execute();
		expect(await pictureSignIn.paused(app, room.id)).toEqual([]);
		expect(await enter(token, room.ana, wrong(secret))).toEqual({ ok: false, reason: 'wrong' });
		expect((await enter(token, room.ana, secret)).ok).toBe(true);
	});
});

test('devices and codes whose time is over are swept away', async () => {
	const room = await makeClass('3-5', elsewhere);
	const [waiting, open] = [await asked(room), await opened(room)];
	await sql`update class_device set asked_at = now() - interval '1 hour' where id = ${waiting.device.id}`.execute(
		owner
	);
	await classDevices.deleteExpired(app);
	expect(await classDevices.find(app, waiting.token)).toBeNull();
	expect(await classDevices.find(app, open.token)).not.toBeNull();
	const left = await app.selectFrom('class_device').select('id').execute();
	expect(left).toEqual([{ id: open.device.id }]);
});
