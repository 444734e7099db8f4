import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { range } from '#lib/server/db/instants.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { enter, within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { scopeOf, type PersonActor } from './actor.ts';
import * as sessions from './sessions.ts';
import { addOrganisation, addPerson, endPerson } from './testing/people.ts';

const { app, appPool, owner } = await testDatabase();
const HOUR = 3_600_000;
const schoolYear = new Date('2026-08-26T04:00:00Z');

afterEach(() => vi.useRealTimers());

/** lucia reads the machine's clock; the timers of the database's connections stay real. */
function letPass(milliseconds: number) {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
}

function rowOf(token: string) {
	const hash = createHash('sha256').update(token).digest('hex');
	return app.selectFrom('session').selectAll().where('id_hash', '=', hash).executeTakeFirst();
}

async function begin(person: string) {
	return sessions.create(app, person, { device: 'Firefox · Windows' });
}

describe('a session', () => {
	test('is stored as the hash of its id, and nothing in the table opens it', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		const { rows } = await sql<{ row: string }>`
			select row_to_json(s)::text as row from session s where person = ${person}`.execute(app);
		expect(rows).toHaveLength(1);
		expect(rows[0]?.row).not.toContain(token);
		const row = await rowOf(token);
		expect(row?.id_hash).toMatch(/^[0-9a-f]{64}$/);
		expect(await sessions.read(app, row?.id_hash ?? '')).toBeNull();
		expect(await sessions.read(app, row?.public_id ?? '')).toBeNull();
	});

	test('tells who asks, with today’s roles and rights, in one query', async () => {
		const district = await addOrganisation(app, 'The district', 'district');
		const school = await addOrganisation(app, 'Mountain View');
		const grantor = await addPerson(app);
		const { person, learner } = await addPerson(app, {
			givenName: 'Ana',
			familyName: 'Ríos',
			email: 'ana@wrsd.example',
			school,
			role: 'principal',
			right: { right: 'reviewer', organisation: school, grantedBy: grantor.person }
		});
		await app
			.insertInto('scope_grant')
			.values({
				person,
				right: 'auditor',
				organisation: district,
				during: range(schoolYear, null),
				granted_by: grantor.person
			})
			.execute();
		await app
			.insertInto('affiliation')
			.values({
				person,
				organisation: school,
				role: 'coach',
				band: null,
				during: range(schoolYear, new Date('2026-09-01'))
			})
			.execute();
		const { token, publicId } = await begin(person);

		const queries: string[] = [];
		const counted = new Kysely<Database>({
			dialect: new PostgresDialect({ pool: appPool }),
			log: ({ query }) => void queries.push(query.sql)
		});
		expect(await sessions.read(counted, token)).toEqual({
			fresh: false,
			actor: {
				kind: 'person',
				person,
				learner,
				givenName: 'Ana',
				familyName: 'Ríos',
				email: 'ana@wrsd.example',
				session: publicId,
				assurance: 'password',
				shared: false,
				sleepingRights: false,
				teachesClass: false,
				hasChildren: false,
				affiliations: [
					{
						organisation: school,
						organisationName: 'Mountain View',
						role: 'principal',
						band: null,
						since: schoolYear
					}
				],
				rights: [
					{ right: 'reviewer', organisation: school, districtWide: false },
					{ right: 'auditor', organisation: district, districtWide: true }
				]
			}
		});
		expect(queries).toEqual([expect.stringContaining('from session_actor($1)')]);
	});

	test('leaves the scope of the transaction as it was', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		await app.transaction().execute(async (trx) => {
			await enter(trx, { kind: 'self', actor: person });
			expect(await sessions.read(trx, token)).not.toBeNull();
			const { rows } = await sql<{ scope: string; actor: string }>`
				select waypost_scope() as scope, waypost_actor() as actor`.execute(trx);
			expect(rows[0]).toEqual({ scope: 'self', actor: person });
		});
		expect(await app.selectFrom('person_identity').select('person').execute()).toEqual([]);
	});

	test('prefers a person’s own learner to one they brought along as a visitor', async () => {
		const { person, learner } = await addPerson(app);
		const visitor = await app
			.insertInto('learner')
			.values({ kind: 'visitor' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await app
			.insertInto('learner_person')
			.values({ learner: visitor.id, person, linked_at: new Date('2026-01-01') })
			.execute();
		const { token } = await begin(person);
		expect((await sessions.read(app, token))?.actor.learner).toBe(learner);
	});

	test('notes when it was last used, at most every five minutes', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		const first = await rowOf(token);
		await sessions.read(app, token);
		expect((await rowOf(token))?.last_seen_at).toEqual(first?.last_seen_at);
		await app
			.updateTable('session')
			.set({ last_seen_at: new Date(Date.now() - 6 * 60_000) })
			.where('person', '=', person)
			.execute();
		await sessions.read(app, token);
		expect((await rowOf(token))?.last_seen_at.getTime()).toBeGreaterThan(Date.now() - 60_000);
	});
});

describe('a session ends', () => {
	test('after twelve hours without use', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		letPass(12 * HOUR - 60_000);
		const { token: other } = await begin(person);
		letPass(2 * 60_000);
		expect(await sessions.read(app, token)).toBeNull();
		expect(await rowOf(token)).toBeUndefined();
		expect(await sessions.read(app, other)).not.toBeNull();
	});

	test('later when it is used in between', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		letPass(7 * HOUR);
		expect((await sessions.read(app, token))?.fresh).toBe(true);
		letPass(11 * HOUR);
		expect(await sessions.read(app, token)).not.toBeNull();
	});

	test('after seven days however often it is used', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
			letPass(8 * HOUR);
			expect(await sessions.read(app, token)).not.toBeNull();
		}
		letPass(7 * HOUR);
		const last = await sessions.read(app, token);
		expect(last).not.toBeNull();
		expect(last?.actor.person).toBe(person);
		letPass(1 * HOUR + 60_000);
		expect(await sessions.read(app, token)).toBeNull();
	});

	test('when its browser signs out', async () => {
		const { person } = await addPerson(app);
		const [one, two] = [await begin(person), await begin(person)];
		await sessions.end(app, one.token);
		expect(await sessions.read(app, one.token)).toBeNull();
		expect(await sessions.read(app, two.token)).not.toBeNull();
	});

	test('when its person ends it from another device, and nobody else can', async () => {
		const { person } = await addPerson(app);
		const stranger = await addPerson(app);
		const [here, there] = [await begin(person), await begin(person)];
		expect(await sessions.revoke(app, stranger.person, there.publicId)).toBe(false);
		expect(await sessions.revoke(app, person, 'no id at all')).toBe(false);
		expect(await sessions.read(app, there.token)).not.toBeNull();
		expect(await sessions.revoke(app, person, there.publicId)).toBe(true);
		expect(await sessions.read(app, there.token)).toBeNull();
		const listed = await sessions.list(app, person, new Date());
		expect(listed.map(({ publicId }) => publicId)).toEqual([here.publicId]);
		expect(listed[0]?.device).toBe('Firefox · Windows');
	});

	test('everywhere at once when asked, and only this person’s', async () => {
		const { person } = await addPerson(app);
		const other = await addPerson(app);
		const [one, two, theirs] = [await begin(person), await begin(person), await begin(other.person)];
		await sessions.revokeAll(app, person);
		expect(await sessions.read(app, one.token)).toBeNull();
		expect(await sessions.read(app, two.token)).toBeNull();
		expect(await sessions.read(app, theirs.token)).not.toBeNull();
	});

	test('in the transaction that ends its person', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		await endPerson(app, person);
		expect(await rowOf(token)).toBeUndefined();
		expect(await sessions.read(app, token)).toBeNull();
	});

	test('for an ended person even if a row is left', async () => {
		const { person } = await addPerson(app);
		await endPerson(app, person);
		const { token } = await begin(person);
		expect(await sessions.read(app, token)).toBeNull();
		expect(await rowOf(token)).toBeUndefined();
	});

	test('when the sign-in is disabled', async () => {
		const { person } = await addPerson(app, { email: 'disabled@wrsd.example', password: 'whatever it was' });
		const { token } = await begin(person);
		await app.updateTable('sign_in').set({ disabled_at: new Date() }).where('person', '=', person).execute();
		expect(await sessions.read(app, token)).toBeNull();
	});

	test('with the last affiliation, and not with a change of school', async () => {
		const [old, next] = [await addOrganisation(app, 'Old'), await addOrganisation(app, 'Next')];
		const { person } = await addPerson(app, { school: old });
		const { token } = await begin(person);
		const supersede = () =>
			sql`update affiliation set superseded_at = waypost_now() where person = ${person} and superseded_at is null`;
		const record = (organisation: string, until: Date | null) => ({
			person,
			organisation,
			role: 'teacher' as const,
			band: null,
			during: range(schoolYear, until)
		});
		await app.transaction().execute(async (trx) => {
			await supersede().execute(trx);
			await trx
				.insertInto('affiliation')
				.values([record(old, new Date('2026-10-01')), record(next, null)])
				.execute();
		});
		expect(
			(await sessions.read(app, token))?.actor.affiliations.map(({ organisation }) => organisation)
		).toEqual([next]);
		await app.transaction().execute(async (trx) => {
			await supersede().execute(trx);
			await trx
				.insertInto('affiliation')
				.values([record(next, new Date('2026-11-01'))])
				.execute();
		});
		expect(await rowOf(token)).toBeUndefined();
	});

	test('when its row is swept away after it has expired', async () => {
		const { person } = await addPerson(app);
		const [over, good] = [await begin(person), await begin(person)];
		const row = await rowOf(over.token);
		await app
			.updateTable('session')
			.set({ expires_at: new Date(Date.now() - 1000) })
			.where('public_id', '=', row?.public_id ?? '')
			.execute();
		await sessions.deleteExpired(app);
		expect(await rowOf(over.token)).toBeUndefined();
		expect(await rowOf(good.token)).toBeDefined();
	});

	test('no sooner for a text that was never a session', async () => {
		expect(await sessions.read(app, '')).toBeNull();
		expect(await sessions.read(app, "' or true --")).toBeNull();
		expect(await sessions.read(app, 'a'.repeat(40))).toBeNull();
	});
});

describe('what a session was begun with', () => {
	const passkeyOf = (person: string) =>
		within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx
				.insertInto('second_factor_passkey')
				.values({
					person,
					credential_id: person,
					public_key: Buffer.from('key'),
					counter: 0,
					transports: [],
					name: 'Phone'
				})
				.execute()
		);
	const administrator = async () => {
		const school = await addOrganisation(app, 'Mountain View');
		const grantor = await addPerson(app);
		return addPerson(app, {
			school,
			right: { right: 'school-administrator', organisation: school, grantedBy: grantor.person }
		});
	};

	test('is part of who asks, and never gets better under the same id', async () => {
		const { person } = await addPerson(app);
		const [weak, strong] = [
			await begin(person),
			await sessions.create(app, person, { device: '', assurance: 'strong' })
		];
		expect((await sessions.read(app, weak.token))?.actor.assurance).toBe('password');
		expect((await sessions.read(app, strong.token))?.actor.assurance).toBe('strong');
		expect(strong.token).not.toBe(weak.token);
	});

	test('was no password alone where the person has a second factor', async () => {
		const { person } = await addPerson(app);
		const before = await begin(person);
		await passkeyOf(person);
		expect(await sessions.read(app, before.token)).toBeNull();
		expect(await rowOf(before.token)).toBeUndefined();
		expect(await sessions.read(app, (await begin(person)).token)).toBeNull();
		const strong = await sessions.create(app, person, { device: '', assurance: 'strong' });
		expect(await sessions.read(app, strong.token)).not.toBeNull();
	});

	test('leaves rights over other people’s records asleep where a second factor is required', async () => {
		const { person } = await administrator();
		const { token } = await begin(person);
		const asleep = await sessions.read(app, token, { secondFactor: 'required' });
		expect(asleep?.actor).toMatchObject({ rights: [], teachesClass: false, sleepingRights: true });
		expect(scopeOf(asleep?.actor as PersonActor)).toEqual({ kind: 'self', actor: person });
		const awake = await sessions.read(app, token, { secondFactor: 'offered' });
		expect(awake?.actor).toMatchObject({ sleepingRights: false });
		expect(awake?.actor.rights).toHaveLength(1);
		const strong = await sessions.create(app, person, { device: '', assurance: 'strong' });
		const used = await sessions.read(app, strong.token, { secondFactor: 'required' });
		expect(used?.actor).toMatchObject({ sleepingRights: false });
		expect(used?.actor.rights).toHaveLength(1);
	});

	test('takes nothing from whoever sees nobody else, whatever the district requires', async () => {
		const { person } = await addPerson(app);
		const { token } = await begin(person);
		const read = await sessions.read(app, token, { secondFactor: 'required' });
		expect(read?.actor.sleepingRights).toBe(false);
	});

	test('can be pictures only on a device of the class', async () => {
		const { person } = await addPerson(app);
		await expect(sessions.create(app, person, { device: '', assurance: 'low' })).rejects.toMatchObject({
			code: '23514'
		});
	});
});

describe('a session on a shared device', () => {
	const MINUTE = 60_000;
	test('ends after fifteen minutes without use', async () => {
		const { person } = await addPerson(app);
		const { token, expiresAt } = await sessions.create(app, person, { device: '', shared: true });
		expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 15 * MINUTE);
		expect((await sessions.read(app, token))?.actor.shared).toBe(true);
		letPass(15 * MINUTE + 1000);
		expect(await sessions.read(app, token)).toBeNull();
		expect(await rowOf(token)).toBeUndefined();
	});

	test('goes on as long as it is used, though its person reads for minutes', async () => {
		const { person } = await addPerson(app);
		const { token } = await sessions.create(app, person, { device: '', shared: true });
		letPass(3 * MINUTE);
		for (let reads = 0; reads < 5; reads += 1) {
			expect(await sessions.read(app, token)).not.toBeNull();
			letPass(14 * MINUTE);
		}
	});
});

test('the owner’s role finds no names either once session_actor has run', async () => {
	const { person } = await addPerson(app);
	const { token } = await begin(person);
	await sessions.read(owner, token);
	expect(await owner.selectFrom('person_identity').select('person').execute()).toEqual([]);
});
