import { afterEach, describe, expect, test } from 'vitest';
import { catalogue, mainPolicy, use } from '#lib/server/catalogue/catalogue.ts';
import { contentHash } from '#lib/server/catalogue/hash.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Gate } from '#lib/server/catalogue/read-catalogue.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { statementsOf } from '#lib/server/db/testing/statements.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { record } from './moves.ts';
import * as ownerView from './owner-view.ts';
import * as publicRegister from './public-register.ts';
import { active, submitted, type Registered } from './testing/registered.ts';

const { app, setClock } = await testDatabase();
const place = await people.district(app);
const day = 86_400_000;
const original = catalogue();
const isListed = async ({ id, owner }: Registered) => {
	const listed = (await publicRegister.all(app, {})).some((account) => account.id === id);
	expect((await publicRegister.find(app, id)) !== null, 'the list and the page agree').toBe(listed);
	const own = await ownerView.one(app, await people.actorOf(app, owner), id);
	if (own?.registration.state === 'active' || own?.registration.state === 'renewal_due')
		expect(own.paused, 'the owner is told the same').toBe(!listed);
	return listed;
};
const stored = ({ id }: Registered) =>
	app.selectFrom('registration_current').selectAll().where('registration', '=', id).executeTakeFirstOrThrow();
async function raisePolicy(version: string) {
	const policy = mainPolicy();
	const raised = { ...policy, version, hash: contentHash(version) };
	use({ ...original, policies: { ...original.policies, [policy.policy]: raised } });
	await publish(app, catalogue());
}
function changeGate(change: Partial<Gate>) {
	const gate = original.gates['register-classroom-account'];
	if (!gate) throw new Error('the gate is gone');
	use({ ...original, gates: { ...original.gates, [gate.id]: { ...gate, ...change } } });
}

afterEach(async () => {
	use(original);
	await setClock(null);
});

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
			lastReviewed: expect.any(Date),
			start: expect.stringMatching(/^\d{4}-\d\d-\d\d$/)
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

	test('a role that was away at the last move brings it back on its first day, for its owner as well', async () => {
		const one = await active(app, place);
		const begin = new Date(Date.now() + 5 * day);
		await app
			.updateTable('affiliation')
			.set(({ fn }) => ({ superseded_at: fn('waypost_now') }))
			.where('person', '=', one.coOwner.person)
			.execute();
		await app
			.insertInto('affiliation')
			.values({
				person: one.coOwner.person,
				organisation: place.school,
				role: 'teacher',
				band: null,
				during: `[${begin.toISOString()},)`
			})
			.execute();
		await app
			.transaction()
			.execute((trx) =>
				record(trx, { registration: one.id, to: 'renewal_due', actor: place.administrator.person })
			);
		expect(await isListed(one)).toBe(false);
		await setClock(begin);
		expect(await isListed(one)).toBe(true);
	});

	test('a new version of the policy takes it off until both have acknowledged it', async () => {
		const one = await active(app, place);
		expect(await isListed(one)).toBe(true);
		await raisePolicy('2027-01-01');
		expect(await isListed(one)).toBe(false);
		await people.acknowledged(app, one.owner);
		expect(await isListed(one)).toBe(false);
		await people.acknowledged(app, one.coOwner);
		expect(await isListed(one)).toBe(true);
	});

	test.each<[string, Partial<Gate>]>([
		['for other roles', { roles: ['librarian'] }],
		['with one thing more to hold', { asks: [{ certification: 'reviewer-admin' }] }]
	])('a gate that is now %s takes it off, and brings it back when it is as it was', async (_, change) => {
		const one = await active(app, place);
		changeGate(change);
		expect(await isListed(one)).toBe(false);
		use(original);
		expect(await isListed(one)).toBe(true);
	});

	test('fewer days of grace count for what is shown already', async () => {
		const until = new Date(Date.now() + 10 * day);
		const one = await active(app, place, { until });
		await setClock(new Date(until.getTime() + day));
		expect(await isListed(one)).toBe(true);
		const { district } = original;
		use({ ...original, district: { ...district, renewal: { ...district.renewal, grace_days: 0 } } });
		expect(await isListed(one)).toBe(false);
	});

	test('an answer of before that says under which rules is asked again, and then known', async () => {
		const one = await active(app, place);
		await app
			.updateTable('registration_current')
			.set({ keep_rules: null, keep_until: null, keep_standing: JSON.stringify({}) })
			.where('registration', '=', one.id)
			.execute();
		expect(await isListed(one)).toBe(true);
		expect(await stored(one)).toMatchObject({
			keep_rules: expect.stringMatching(/^[\da-f]{64}$/),
			keep_until: expect.any(Date),
			keep_standing: { [one.owner.person]: expect.any(String), [one.coOwner.person]: expect.any(String) }
		});
	});

	test('reading writes nothing where the answer is a no', async () => {
		const one = await active(app, place);
		await people.revoked(app, one.owner, 'staff', place.administrator);
		const before = await stored(one);
		await publicRegister.all(app, {});
		await publicRegister.find(app, one.id);
		expect(await stored(one)).toEqual(before);
	});

	test('a reader does not wait for a move that is being made, nor undo it', async () => {
		const one = await active(app, place);
		await raisePolicy('2027-01-02');
		await people.acknowledged(app, one.owner);
		await people.acknowledged(app, one.coOwner);
		await app.transaction().execute(async (trx) => {
			await record(trx, { registration: one.id, to: 'renewal_due', actor: place.administrator.person });
			expect(await isListed(one)).toBe(true);
		});
		expect(await isListed(one)).toBe(true);
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

	test('asks once under new rules, of all schools together, and then reads what was answered', async () => {
		for (const school of [place.school, place.otherSchool, place.school])
			await active(app, place, { school, change: { display_name: 'Heron Diary' } });
		let found = 0;
		const read = () =>
			statementsOf(async () => {
				found = (await publicRegister.list(app, { search: 'Heron Diary' })).total;
			});
		const usual = await read();
		expect(usual.length).toBeLessThan(5);
		changeGate({ roles: ['teacher', 'coach'] });
		const asking = await read();
		expect(asking.length).toBeLessThan(usual.length + 6);
		expect(asking.filter((text) => text.includes('update registration_current'))).toHaveLength(1);
		expect(await read()).toEqual(usual);
		expect(found).toBe(3);
	});
});
