import { afterEach, describe, expect, test } from 'vitest';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { record } from './moves.ts';
import * as publicRegister from './public-register.ts';
import { active, submitted, type Registered } from './testing/registered.ts';

const { app, setClock } = await testDatabase();
const place = await people.district(app);
const day = 86_400_000;
const isListed = async ({ id }: Registered) => {
	const listed = (await publicRegister.all(app, {})).some((account) => account.id === id);
	expect((await publicRegister.find(app, id)) !== null, 'the list and the page agree').toBe(listed);
	return listed;
};

afterEach(() => setClock(null));

describe('the public register', () => {
	test('lists an approved account, with what families need and no person’s name or e-mail', async () => {
		const one = await active(app, place);
		const account = await publicRegister.find(app, one.id);
		expect(account).toMatchObject({
			displayName: one.name,
			school: 'North School',
			platform: 'Photo and video app',
			url: expect.stringContaining('https://pond.example/'),
			audience: ['public', 'families'],
			ownerRole: 'teacher',
			coOwnerRole: 'teacher',
			activeSince: expect.any(Date),
			lastReviewed: expect.any(Date)
		});
		const everything = JSON.stringify([
			await publicRegister.all(app, {}),
			await publicRegister.list(app, {})
		]);
		for (const secret of [
			'Olive',
			'Coral',
			'Ashgrove',
			'Birchfield',
			'@wrsd.example',
			one.owner.person,
			one.coOwner.person,
			one.owner.email
		])
			expect(everything).not.toContain(secret);
	});

	test('lists nothing that waits, was rejected or is suspended', async () => {
		const [waiting, suspended] = [await submitted(app, place), await active(app, place)];
		expect(await isListed(waiting)).toBe(false);
		expect(await isListed(suspended)).toBe(true);
		await app.transaction().execute((trx) =>
			record(trx, {
				registration: suspended.id,
				to: 'suspended',
				actor: place.administrator.person,
				reason: 'A picture without permission'
			})
		);
		expect(await isListed(suspended)).toBe(false);
	});

	test('grace keeps an account; at the instant at which grace ends it is gone, and no job ran', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await active(app, place, { until });
		await setClock(new Date(until.getTime() + day));
		expect(await isListed(one)).toBe(true);
		const row = await app
			.selectFrom('registration_current')
			.select('keep_until')
			.where('registration', '=', one.id)
			.executeTakeFirstOrThrow();
		const end = row.keep_until?.getTime() ?? 0;
		await setClock(new Date(end - 5_000));
		expect(await isListed(one)).toBe(true);
		await setClock(new Date(end));
		expect(await isListed(one)).toBe(false);
	});

	test('a renewal brings it back by itself', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await active(app, place, { until });
		const late = new Date(until.getTime() + 60 * day);
		await setClock(late);
		expect(await isListed(one)).toBe(false);
		await people.certified(app, one.owner, 'staff', new Date(late.getTime() - 1000));
		expect(await isListed(one)).toBe(false);
		await people.certified(app, one.owner, 'account-owner', new Date(late.getTime() - 1000));
		expect(await isListed(one)).toBe(true);
	});

	test('a revocation takes it off at once, whether of owner or co-owner', async () => {
		for (const part of ['owner', 'coOwner'] as const) {
			const one = await active(app, place);
			await people.revoked(app, one[part], 'account-owner', place.administrator);
			expect(await isListed(one), part).toBe(false);
		}
	});

	test('so does the end of an affiliation, and a new one at the same school brings it back', async () => {
		const one = await active(app, place);
		await app
			.updateTable('affiliation')
			.set(({ fn }) => ({ superseded_at: fn('waypost_now') }))
			.where('person', '=', one.coOwner.person)
			.execute();
		expect(await isListed(one)).toBe(false);
		const affiliate = (organisation: string) =>
			app
				.insertInto('affiliation')
				.values({
					person: one.coOwner.person,
					organisation,
					role: 'teacher',
					band: null,
					during: '[2020-01-01,)'
				})
				.execute();
		await affiliate(place.otherSchool);
		expect(await isListed(one)).toBe(false);
		await affiliate(place.school);
		expect(await isListed(one)).toBe(true);
	});

	test('an affiliation that begins later brings it back on that day', async () => {
		const one = await active(app, place);
		const [end, begin] = [new Date(Date.now() + 5 * day), new Date(Date.now() + 40 * day)];
		await app
			.updateTable('affiliation')
			.set(({ fn }) => ({ superseded_at: fn('waypost_now') }))
			.where('person', '=', one.owner.person)
			.execute();
		for (const during of [`[2020-01-01,${end.toISOString()})`, `[${begin.toISOString()},)`])
			await app
				.insertInto('affiliation')
				.values({ person: one.owner.person, organisation: place.school, role: 'teacher', band: null, during })
				.execute();
		expect(await isListed(one)).toBe(true);
		await setClock(new Date(end.getTime() + day));
		expect(await isListed(one)).toBe(false);
		await setClock(new Date(begin.getTime() + day));
		expect(await isListed(one)).toBe(true);
	});

	test('reading writes nothing', async () => {
		const one = await active(app, place);
		await people.revoked(app, one.owner, 'staff', place.administrator);
		const rows = () =>
			app.selectFrom('registration_current').selectAll().where('registration', '=', one.id).execute();
		const before = await rows();
		await publicRegister.all(app, {});
		await publicRegister.find(app, one.id);
		expect(await rows()).toEqual(before);
	});

	test('is searched by name, handle, address and school, whatever the case, and takes % and _ as letters', async () => {
		const one = await active(app, place, {
			change: { display_name: 'Salamander Watch', handle: '@salamander_100' }
		});
		const found = async (search: string) =>
			(await publicRegister.all(app, { search })).some(({ id }) => id === one.id);
		for (const search of ['salamander', 'WATCH north', '@salamander_1', 'pond.example'])
			expect(await found(search), search).toBe(true);
		for (const search of ['salamander south', 'sala%watch', 'salamander.100', "'; drop", '\0salamanders'])
			expect(await found(search), search).toBe(false);
	});

	test('is filtered by school, and an address that is none finds nothing', async () => {
		const one = await active(app, place, { school: place.otherSchool });
		const ids = async (school: string) => (await publicRegister.all(app, { school })).map(({ id }) => id);
		expect(await ids(place.otherSchool)).toEqual([one.id]);
		expect(await ids(place.school)).not.toContain(one.id);
		expect(await ids('no-school')).toEqual([]);
		expect(await publicRegister.find(app, 'no-id')).toBeNull();
	});

	test('comes in pages by name; a page past the end is the last one', async () => {
		const first = await publicRegister.list(app, { page: 1 });
		expect(first.accounts.length).toBe(first.total);
		const names = first.accounts.map(({ displayName }) => displayName.toLowerCase());
		expect(names).toEqual([...names].sort());
		expect((await publicRegister.list(app, { page: 99 })).page).toBe(first.pages);
	});
});
