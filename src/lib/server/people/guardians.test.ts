import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { within } from '#lib/server/db/scope.ts';
import { actorOf, granted, person } from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import {
	adult,
	districtWithOffices,
	guardianOf,
	linked,
	student,
	type TestOffices
} from '#lib/server/families/testing/family.ts';
import * as guardians from './guardians.ts';

const { app, owner, setClock } = await testDatabase();
let here: TestOffices;
const how = { checked: 'identity-card', relation: 'parent', maySeeRecord: false } as const;
const why = 'The court’s letter of this week says so.';
const key = (guardian: { person: string }, child: { person: string }) => ({
	guardian: guardian.person,
	child: child.person
});

beforeAll(async () => {
	here = await districtWithOffices(app);
});

/** Everybody whose name a guardian can read, by whatever way. */
async function namesSeenBy(guardian: { person: string }): Promise<string[]> {
	return within(app, { kind: 'family', actor: guardian.person }, async (trx) => {
		const people = await trx.selectFrom('person').select('id').execute();
		const names = await trx.selectFrom('person_identity').select('person').execute();
		const ids = names.map((row) => row.person).sort();
		expect(people.map(({ id }) => id).sort()).toEqual(ids);
		return ids;
	});
}
const only = (...people: { person: string }[]) => people.map((one) => one.person).sort();
const children = async (guardian: { person: string }) =>
	(await guardians.childrenOf(app, guardian.person)).map((child) => child.person).sort();

describe('a link of the roster', () => {
	test('shows nothing of the child before the office has confirmed it', async () => {
		const [child, sibling] = [await student(app, here.school), await student(app, here.school)];
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		expect(await children(guardian)).toEqual([]);
		expect(await namesSeenBy(guardian)).toEqual(only(guardian));

		expect(await guardians.confirm(app, here.schoolOffice, key(guardian, child), how)).toEqual({ ok: true });
		expect(await children(guardian)).toEqual(only(child));
		expect(await namesSeenBy(guardian)).toEqual(only(guardian, child));
		expect(await guardians.childOf(app, guardian.person, sibling.person)).toBeNull();
	});

	test('stands from the beginning where the district trusts its roster, and shows no record even so', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		const invited = await student(app, here.school);
		await app.transaction().execute((trx) => guardians.makeLink(trx, key(guardian, invited), 'invitation'));
		await app.updateTable('family_rule').set({ links_shown: 'roster' }).execute();
		expect(await guardians.childrenOf(app, guardian.person)).toMatchObject([
			{ person: child.person, maySeeRecord: false }
		]);
		await app.updateTable('family_rule').set({ links_shown: 'confirmed' }).execute();
		expect(await children(guardian)).toEqual([]);
	});

	test('is of one child and one guardian: there are several of each', async () => {
		const siblings = [await student(app, here.school), await student(app, here.otherSchool)];
		const mother = await guardianOf(app, here, siblings);
		const father = await guardianOf(app, here, siblings.slice(0, 1));
		expect(await children(mother)).toEqual(only(...siblings));
		expect(await children(father)).toEqual(only(siblings[0]!));
	});

	test('that the roster ended and brings back is confirmed anew', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child], { maySeeRecord: true });
		const during = (range: string) =>
			app
				.updateTable('guardian_link')
				.set({ during: range })
				.where('guardian', '=', guardian.person)
				.execute();
		await during(`(,${new Date(Date.now() - 1000).toISOString()})`);
		expect(await children(guardian)).toEqual([]);
		await during('(,)');
		expect(await children(guardian)).toEqual([]);
		await guardians.confirm(app, here.office, key(guardian, child), how);
		expect(await guardians.childrenOf(app, guardian.person)).toMatchObject([{ maySeeRecord: false }]);
	});

	test('to somebody who has left the district shows nothing any more', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx
				.updateTable('person')
				.set({ ended_at: sql<Date>`waypost_now()` })
				.where('id', '=', child.person)
				.execute()
		);
		expect(await children(guardian)).toEqual([]);
		expect(await namesSeenBy(guardian)).toEqual(only(guardian));
	});
});

describe('the record of a child', () => {
	test('is a matter of its own, opened and shut by the office with a reason', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		const record = async () => (await guardians.childOf(app, guardian.person, child.person))?.maySeeRecord;
		expect(await record()).toBe(false);
		expect(await guardians.openRecord(app, here.schoolOffice, key(guardian, child), 'soon')).toEqual({
			ok: false,
			reason: 'reason-too-short'
		});
		expect(await guardians.openRecord(app, here.schoolOffice, key(guardian, child), why)).toEqual({
			ok: true
		});
		expect(await record()).toBe(true);
		expect(await guardians.openRecord(app, here.schoolOffice, key(guardian, child), why)).toMatchObject({
			reason: 'not-now'
		});
		await guardians.closeRecord(app, here.schoolOffice, key(guardian, child), why);
		expect(await record()).toBe(false);
	});

	test('stays shut while the link is not confirmed', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		expect(await guardians.openRecord(app, here.office, key(guardian, child), why)).toMatchObject({
			reason: 'not-now'
		});
	});

	test('shows the name on a certificate to those alone who may see it', async () => {
		const child = await student(app, here.school);
		const sees = await guardianOf(app, here, [child], { maySeeRecord: true });
		const doesNot = await guardianOf(app, here, [child]);
		const reads = async (guardian: PersonActor) =>
			within(app, { kind: 'family', actor: guardian.person }, async (trx) => {
				const { rows } = await sql<{ reads: boolean }>`
					select waypost_may_read_in_family(${child.person}) as reads`.execute(trx);
				return rows[0]?.reads;
			});
		expect(await reads(sees)).toBe(true);
		expect(await reads(doesNot)).toBe(false);
	});
});

describe('a link that the office ended', () => {
	test('shows nothing from then on, whatever the roster says, until it is taken back and confirmed anew', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child], { maySeeRecord: true });
		const link = key(guardian, child);
		expect(await guardians.end(app, here.schoolOffice, link, why)).toEqual({ ok: true });
		expect(await children(guardian)).toEqual([]);
		expect(await namesSeenBy(guardian)).toEqual(only(guardian));
		await linked(app, guardian, child);
		expect(await children(guardian)).toEqual([]);
		expect(await guardians.confirm(app, here.office, link, how)).toMatchObject({ reason: 'not-now' });
		const invitation = { invitedBy: here.office.person, maySeeRecord: true };
		expect(
			await within(app, { kind: 'system', purpose: 'guardian-link' }, (trx) =>
				guardians.confirmInvited(trx, link, invitation)
			)
		).toEqual({ ok: false, reason: 'ended' });

		expect(await guardians.reopen(app, here.schoolOffice, link, why)).toEqual({ ok: true });
		expect(await children(guardian), 'it waits again').toEqual([]);
		await guardians.confirm(app, here.schoolOffice, link, how);
		expect(await guardians.childrenOf(app, guardian.person)).toMatchObject([{ maySeeRecord: false }]);
	});
});

describe('who decides about a link', () => {
	test('is the office of the child’s school or the district, and for others there is no such child', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		const teacher = await actorOf(app, await person(app, { school: here.school }));
		const confirm = (actor: PersonActor) => guardians.confirm(app, actor, key(guardian, child), how);
		expect(await confirm(here.otherSchoolOffice)).toEqual({ ok: false, reason: 'not-found' });
		expect(await confirm(teacher)).toMatchObject({ ok: false });
		expect(await confirm(guardian), 'nobody confirms for themselves').toMatchObject({ ok: false });
		expect(await confirm(await actorOf(app, child))).toMatchObject({ ok: false });
		expect(await children(guardian)).toEqual([]);
		for (const tampered of ['', 'x', '00000000-0000-7000-8000-000000000000'])
			expect(
				await guardians.confirm(app, here.office, { guardian: guardian.person, child: tampered }, how)
			).toEqual({ ok: false, reason: 'not-found' });
		expect(await guardians.confirm(app, here.office, key(child, guardian), how)).toMatchObject({ ok: false });
	});

	test('is never an administrator for a child of their own, not for the other guardian’s link either', async () => {
		const child = await student(app, here.school);
		const mother = await person(app, { role: 'principal', school: here.school });
		await granted(app, mother, 'district-administrator', here.district, here.administrator);
		const administrator = await actorOf(app, mother);
		const father = await adult(app, here);
		await linked(app, administrator, child);
		await linked(app, father, child);
		for (const link of [key(administrator, child), key(father, child)]) {
			expect(await guardians.confirm(app, administrator, link, how)).toEqual({
				ok: false,
				reason: 'may-not',
				why: 'own-child'
			});
		}
		await guardians.end(app, here.office, key(administrator, child), why);
		expect(
			await guardians.confirm(app, administrator, key(father, child), how),
			'however the link stands'
		).toMatchObject({ why: 'own-child' });
	});

	test('is asked by the database as well, of the serving role and of the owner', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		const link = key(guardian, child);
		for (const set of [
			sql`confirmed_at = waypost_now(), confirmed_by = ${here.office.person}`,
			sql`may_see_record = true`,
			sql`ended_at = waypost_now(), ended_by = ${here.office.person}`
		]) {
			const update = sql`update guardian_link set ${set} where child = ${child.person}`;
			await expect(update.execute(app)).rejects.toMatchObject({ code: '42501' });
			await expect(update.execute(owner)).rejects.toMatchObject({ code: 'WP030' });
		}
		await expect(
			sql`insert into guardian_link (guardian, child, during, may_see_record)
				values (${here.office.person}, ${child.person}, '(,)', true)`.execute(app)
		).rejects.toMatchObject({ code: 'WP030' });
		await expect(
			sql`delete from guardian_link where child = ${child.person}`.execute(app)
		).rejects.toMatchObject({ code: '42501' });

		const insert = (actor: string, by: string) =>
			within(app, { kind: 'district', actor }, (trx) =>
				trx
					.insertInto('guardian_link_change')
					.values({ ...link, kind: 'confirmed', checked: 'known', changed_by: by })
					.execute()
			);
		const refused = { code: 'WP030' };
		await expect(insert(here.otherSchoolOffice.person, here.otherSchoolOffice.person)).rejects.toMatchObject(
			refused
		);
		await expect(insert(guardian.person, here.office.person), 'in another’s name').rejects.toMatchObject(
			refused
		);
		await expect(insert(guardian.person, guardian.person)).rejects.toMatchObject(refused);
		const invited = within(app, { kind: 'system', purpose: 'guardian-link' }, (trx) =>
			trx
				.insertInto('guardian_link_change')
				.values({ ...link, kind: 'confirmed', way: 'invitation', changed_by: here.otherSchoolOffice.person })
				.execute()
		);
		await expect(invited, 'an invitation of another school').rejects.toMatchObject(refused);
		await expect(sql`update guardian_link_change set reason = null`.execute(owner)).rejects.toMatchObject({
			code: 'WP001'
		});
	});

	test('is one of two who press at the same moment; the other is told that it is done', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await linked(app, guardian, child);
		const results = await Promise.all(
			[here.office, here.schoolOffice].map((actor) =>
				guardians.confirm(app, actor, key(guardian, child), how)
			)
		);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		expect(results.find(({ ok }) => !ok)).toEqual({ ok: false, reason: 'not-now' });
	});
});

describe('an invitation', () => {
	test('that the office made confirms the link of whoever uses it, also when its maker has left since', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		const leaver = await person(app, { role: 'principal', school: here.school });
		await app
			.insertInto('scope_grant')
			.values({
				person: leaver.person,
				right: 'school-administrator',
				organisation: here.school,
				during: `[2020-01-01,${new Date(Date.now() - 1000).toISOString()})`,
				granted_by: here.administrator.person
			})
			.execute();
		const use = (invitedBy: string) =>
			within(app, { kind: 'system', purpose: 'guardian-link' }, (trx) =>
				guardians.confirmInvited(trx, key(guardian, child), { invitedBy, maySeeRecord: true })
			);
		await expect(use((await adult(app, here)).person)).rejects.toMatchObject({ code: 'WP030' });
		await expect(use(guardian.person)).rejects.toBeDefined();
		expect(await use(leaver.person)).toEqual({ ok: true });
		expect(await use(leaver.person), 'a second time changes nothing').toEqual({ ok: true });
		expect(await guardians.childrenOf(app, guardian.person)).toMatchObject([{ maySeeRecord: true }]);
	});
});

describe('a guardian whom the office links by their e-mail', () => {
	const address = async (actor: PersonActor) => {
		await app
			.insertInto('sign_in')
			.values({ person: actor.person, login: actor.email ?? '', password_hash: 'x' })
			.execute();
		return actor.email ?? '';
	};
	test('has to be one person with a sign-in, who is no student and not the office itself', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		const link = (email: string, actor = here.schoolOffice) =>
			guardians.linkByEmail(app, actor, child.person, email, { ...how, maySeeRecord: true });
		expect(await link('nobody@mail.example')).toMatchObject({ reason: 'no-such-person' });
		expect(await link(guardian.email ?? ''), 'without a sign-in').toMatchObject({ reason: 'no-such-person' });
		const email = await address(guardian);
		expect(await link(email, here.otherSchoolOffice)).toMatchObject({ reason: 'not-found' });
		expect(await link(` ${email.toUpperCase()} `)).toEqual({ ok: true });
		expect(await link(email)).toMatchObject({ reason: 'not-now' });
		expect(await guardians.childrenOf(app, guardian.person)).toMatchObject([{ maySeeRecord: true }]);
		const other = await actorOf(app, await student(app, here.school));
		expect(await link(await address(other))).toMatchObject({ reason: 'a-student' });
		expect(await link(await address(here.schoolOffice))).toMatchObject({ why: 'own-child' });
	});
});

describe('what was done to a link', () => {
	test('is in the ledger by whom, of which guardian and child, and without a name', async () => {
		const child = await student(app, here.school, { givenName: 'Ottilie' });
		const guardian = await guardianOf(app, here, [child]);
		await guardians.openRecord(app, here.office, key(guardian, child), `${why} Ottilie`);
		await guardians.end(app, here.office, key(guardian, child), why);
		const events = await app
			.selectFrom('ledger_event')
			.selectAll()
			.where('subject', '=', child.person)
			.orderBy('id')
			.execute();
		expect(events.map(({ kind }) => kind)).toEqual([
			'guardian-link.confirmed',
			'guardian-link.record-opened',
			'guardian-link.ended'
		]);
		expect(events.every(({ actor }) => actor === here.office.person)).toBe(true);
		expect(JSON.stringify(events)).not.toContain('Ottilie');
	});

	test('is over when the clock says so: a link has its time', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		const until = new Date(Date.now() + 86_400_000);
		await app
			.updateTable('guardian_link')
			.set({ during: `(,${until.toISOString()})` })
			.where('guardian', '=', guardian.person)
			.execute();
		expect(await children(guardian)).toEqual(only(child));
		await setClock(new Date(until.getTime() + 1000));
		expect(await children(guardian)).toEqual([]);
		await setClock(null);
	});
});

describe('an office', () => {
	test('sees the students of its schools and their guardians, and nobody else', async () => {
		const [mine, foreign] = [await student(app, here.school), await student(app, here.otherSchool)];
		const guardian = await adult(app, here);
		const foreignGuardian = await guardianOf(app, here, [foreign]);
		await linked(app, guardian, mine);
		const { person: actor } = here.schoolOffice;
		const seen = await within(app, { kind: 'families', actor, schools: [here.school] }, (trx) =>
			trx.selectFrom('person_identity').select('person').execute()
		);
		const ids = seen.map((row) => row.person);
		expect(ids).toEqual(expect.arrayContaining([mine.person, guardian.person]));
		expect(ids).not.toContain(foreign.person);
		expect(ids).not.toContain(foreignGuardian.person);
		const claimed = await within(app, { kind: 'families', actor, schools: [here.otherSchool] }, (trx) =>
			trx.selectFrom('person_identity').select('person').execute()
		);
		expect(
			claimed.map((row) => row.person),
			'a school that is not theirs shows only themselves'
		).toEqual([actor]);
	});
});
