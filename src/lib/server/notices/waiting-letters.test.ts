import { afterEach, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import {
	actorOf,
	district,
	granted,
	person as somePerson,
	type TestPerson
} from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as mail from '#lib/server/mail/mail.ts';
import * as classes from '#lib/server/people/classes.ts';
import { overview, take, type Sheaf } from './waiting-letters.ts';

const { app, setClock } = await testDatabase();
const seed: Scope = { kind: 'system', purpose: 'seed' };
const head = { origin: 'https://waypost.example', district: 'Test', zone: 'America/New_York' };
const place = await district(app);
const admin = await actorOf(app, place.administrator);
const principal = await withRight(place.school);
const otherPrincipal = await withRight(place.otherSchool);
const child = await somePerson(app, { role: 'student', school: place.school, familyName: 'Almeida' });
const guardian = await somePerson(app, { role: 'guardian', school: place.district, familyName: 'Almeida' });
const aide = await somePerson(app, { role: 'aide', school: place.school, familyName: 'Stone' });
const room = await within(app, seed, async (trx) => {
	const from = new Date('2020-01-01T00:00:00Z');
	const id = await classes.make(trx, { organisation: place.school, title: 'Room 11', band: '3-5', from });
	await classes.join(trx, { class: id, person: child.person, part: 'student', from });
	await trx
		.insertInto('guardian_link')
		.values({ guardian: guardian.person, child: child.person, during: '[,)' })
		.execute();
	return id;
});

async function withRight(organisation: string): Promise<PersonActor> {
	const someone = await somePerson(app, { role: 'principal', school: organisation });
	await granted(app, someone, 'school-administrator', organisation, place.administrator);
	return actorOf(app, someone);
}

afterEach(async () => {
	await setClock(null);
	await within(app, mail.scope, (trx) => trx.deleteFrom('mail').execute());
});

const told = (
	someone: TestPerson,
	over: Partial<mail.NewMail<'recovery-printed'>> = {}
): mail.NewMail<'recovery-printed'> => ({
	to: null,
	person: someone.person,
	template: 'recovery-printed',
	locale: 'es',
	content: { givenName: 'Rosa', school: 'North School' },
	secrets: null,
	...over
});
const post = (mails: mail.NewMail<'recovery-printed'>[], by: 'smtp' | 'none' | 'shown' = 'smtp') =>
	within(app, seed, (trx) => mail.postAll(trx, mails, by));
const whole: Sheaf = { school: place.school, class: null };
const print = (actor: PersonActor, sheaf = whole, again = false) =>
	take(app, actor, sheaf, { head, again }).then((letters) =>
		letters.map(({ addressee, notice }) => ({ person: addressee.person, notice }))
	);
const eventsOf = (someone: TestPerson) =>
	app
		.selectFrom('ledger_event')
		.select(['actor', 'detail'])
		.where('kind', '=', 'letter.printed')
		.where('subject', '=', someone.person)
		.orderBy('id')
		.execute();

describe('a notice to somebody without an e-mail address', () => {
	test('waits in the class by whose hand it comes home, and is printed once, in the reader’s language', async () => {
		await post([told(guardian), told(aide), told(child, { to: 'child@mail.example' })]);
		expect(await overview(app, principal, place.school)).toEqual([
			{ class: room, title: 'Room 11', waiting: 1, since: expect.any(Date), printed: 0 },
			{ class: null, title: null, waiting: 1, since: expect.any(Date), printed: 0 }
		]);
		const [letter, ...more] = await print(principal, { ...whole, class: room });
		expect(more).toEqual([]);
		expect(letter).toMatchObject({ person: guardian.person, notice: { locale: 'es' } });
		expect(JSON.stringify(letter?.notice)).toContain('Rosa');
		expect(await print(principal, { ...whole, class: room })).toEqual([]);
		expect((await overview(app, principal, place.school))[0]).toMatchObject({ waiting: 0, printed: 1 });
		expect(await print(principal, { ...whole, class: 'none' })).toMatchObject([{ person: aide.person }]);
		expect(await eventsOf(guardian)).toEqual([
			{ actor: principal.person, detail: { template: 'recovery-printed', again: false } }
		]);
	});

	test('says on paper nothing that only a mail says of itself', async () => {
		await post([told(guardian)]);
		const [letter] = await print(admin);
		expect(JSON.stringify(letter?.notice)).not.toMatch(/correo fue enviado|programa/);
	});

	test('is printed again for some days, and each time recorded', async () => {
		const before = (await eventsOf(guardian)).length;
		await post([told(guardian)]);
		expect(await print(admin, whole, true)).toEqual([]);
		await print(admin);
		expect(await print(admin, whole, true)).toHaveLength(1);
		expect((await eventsOf(guardian)).slice(before)).toMatchObject([
			{ detail: { again: false } },
			{ detail: { again: true } }
		]);
		await setClock(new Date(Date.now() + (mail.CONTENT_DAYS + 1) * 86_400_000));
		expect(await print(admin, whole, true)).toEqual([]);
		await mail.forgetOld(app);
		expect(await overview(app, admin, place.school)).toEqual([]);
	});

	test('is not seen or printed by the office of another school, nor by who holds no right', async () => {
		await post([told(guardian), told(aide)]);
		for (const actor of [otherPrincipal, await actorOf(app, aide)]) {
			expect(await overview(app, actor, place.school)).toEqual([]);
			expect(await print(actor)).toEqual([]);
		}
		expect(await print(admin)).toHaveLength(2);
	});

	test('is given up when nobody has printed it for months', async () => {
		await post([told(guardian)]);
		await setClock(new Date(Date.now() + 91 * 86_400_000));
		await mail.forgetOld(app);
		expect(await print(admin)).toEqual([]);
		const [row] = await mail.toPeople(app, [guardian.person]);
		expect(row).toMatchObject({ state: 'failed' });
	});

	test('is also everybody’s letter where the district sends no mail', async () => {
		expect(await post([told(child, { to: 'child@mail.example' })], 'none')).toHaveLength(1);
		expect(await print(principal)).toMatchObject([{ person: child.person }]);
	});

	test('never holds what opens something, nor is it for several people', async () => {
		await expect(post([told(guardian, { person: null })])).rejects.toThrow('not printed');
	});
});
