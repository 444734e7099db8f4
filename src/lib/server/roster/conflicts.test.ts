import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import { within } from '#lib/server/db/scope.ts';
import { mergePerson } from '#lib/server/auth/testing/people.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as conflicts from './conflicts.ts';
import { RosterFile } from './testing/roster-file.ts';
import { applied, everybody, imported, personOf, wholeDatabase } from './testing/rosters.ts';

vi.setConfig({ testTimeout: 90_000 });

const database = await testDatabase();
const { app, owner, setClock } = database;
const roster = { kind: 'system', purpose: 'roster' } as const;
const file = new RosterFile();
let day = 1;
/** Imports the file as it is now, on another day. */
async function nightly() {
	await setClock(new Date(Date.UTC(2026, 8, day++, 12)));
	const first = await imported(database, file.files());
	if (first.applied?.ok) return first.applied.plan;
	return (await applied(database, file.files(), { ending: first.plan?.people.ended ?? 0 })).plan;
}
for (const id of ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'])
	file.set(id, { given: 'Ben', family: `Cole ${id}`, number: `E${id}`, email: `ben.${id}@wrsd.example` });
await setClock(new Date('2026-08-30T12:00:00Z'));
const district = await people.district(app);
const administrator = district.administrator.person;
await nightly();

const zora = (id: string) => ({
	given: 'Zora',
	family: 'Quill',
	number: 'E77',
	email: `zora.${id}@wrsd.example`,
	school: 's2'
});
/** The conflicts about a source id. */
const about = async (id: string) =>
	(await conflicts.open(app, null)).conflicts.filter(({ sourcedId }) => sourcedId === id);
const told = async (id: string) =>
	(await about(id)).map(
		({ kind, roster, person, sameName }) =>
			`${kind}: ${roster.givenName} / ${person.givenName}${sameName ? ' (same)' : ''}`
	);
const decide = async (
	id: string,
	decision: 'same-person' | 'different-person',
	actor: string | null = administrator
) => {
	const [conflict] = await about(id);
	return conflicts.decide(app, actor, conflict?.id ?? '', decision);
};
async function learnerOf(sourcedId: string) {
	const person = await personOf(app, sourcedId);
	const { learner } = await app
		.selectFrom('learner_person')
		.select('learner')
		.where('person', '=', person)
		.executeTakeFirstOrThrow();
	return { person, learner };
}
const completionsOf = async ({ learner }: { learner: string }) =>
	(await app.selectFrom('completion').select('id').where('learner', '=', learner).execute()).length;

describe('a source id that is used for somebody else', () => {
	test('is held: nobody inherits anything, and whose it was stays as they are', async () => {
		const known = await learnerOf('t1');
		await people.certified(app, known, 'staff');
		const before = await wholeDatabase(owner);
		file.set('t1', zora('t1'));
		expect((await nightly()).people).toMatchObject({ held: 1, changed: 0, ended: 0, added: 0 });
		expect(await told('t1')).toEqual(['other-name: Zora / Ben']);
		expect((await everybody(app))['t1']).toEqual({
			name: 'Ben Cole t1',
			roles: ['teacher North School'],
			ended: false
		});
		expect({ ...(await wholeDatabase(owner)), roster_conflict: [] }).toEqual(before);
		await nightly();
		expect(await told('t1')).toHaveLength(1);
		expect(await learnerOf('t1')).toEqual(known);
	});

	test('decided to be another person: the new one begins with nothing, the former holder has left with all of theirs', async () => {
		const former = await learnerOf('t1');
		expect(await completionsOf(former)).toBe(1);
		expect(await decide('t1', 'different-person')).toEqual({ ok: true });
		const now = await learnerOf('t1');
		expect(now.person).not.toBe(former.person);
		expect((await everybody(app))['t1']).toEqual({
			name: 'Zora Quill',
			roles: ['teacher South School'],
			ended: false
		});
		expect(await completionsOf(now)).toBe(0);
		expect(await completionsOf(former)).toBe(1);
		const left = await within(app, roster, (trx) =>
			trx.selectFrom('person').select('ended_at').where('id', '=', former.person).executeTakeFirstOrThrow()
		);
		expect(left.ended_at).not.toBeNull();
		expect((await nightly()).people).toMatchObject({ held: 0, added: 0, ended: 0, changed: 0 });
		expect(await told('t1')).toEqual([]);
	});

	test('decided to be the same person: the record takes on the name and keeps everything', async () => {
		const known = await learnerOf('t2');
		file.set('t2', zora('t2'));
		await nightly();
		expect(await decide('t2', 'same-person')).toEqual({ ok: true });
		expect(await learnerOf('t2')).toEqual(known);
		expect((await nightly()).people).toMatchObject({ held: 0, added: 0 });
		expect((await everybody(app))['t2']).toEqual({
			name: 'Zora Quill',
			roles: ['teacher South School'],
			ended: false
		});
	});

	test('is none when one of the names is still the same: people marry, and accents come and go', async () => {
		file.set('t3', { given: 'BÉN', family: 'Cole-Rivera', email: 'ben.t3@wrsd.example' });
		expect((await nightly()).people).toMatchObject({ held: 0, changed: 1 });
		file.set('t3', { given: 'Benedict', family: 'cole rivera', email: 'ben.t3@wrsd.example' });
		expect((await nightly()).people).toMatchObject({ held: 0, changed: 1 });
	});

	test('goes away by itself when the roster is put right, and comes back when it is wrong again', async () => {
		file.set('t3', zora('t3'));
		await nightly();
		expect(await told('t3')).toHaveLength(1);
		file.set('t3', { given: 'Benedict', family: 'Cole Rivera', email: 'ben.t3@wrsd.example' });
		await nightly();
		expect(await told('t3')).toEqual([]);
		file.set('t3', zora('t3'));
		await nightly();
		expect(await told('t3')).toHaveLength(1);
		file.set('t3', { given: 'Benedict', family: 'Cole Rivera', email: 'ben.t3@wrsd.example' });
		await nightly();
	});
});

describe('an e-mail that comes back under another id', () => {
	test('with the same name is held, and the record is not ended meanwhile', async () => {
		file.remove('t4').set('v4', { given: 'Ben', family: 'Cole t4', email: 'ben.t4@wrsd.example' });
		expect((await nightly()).people).toMatchObject({ held: 1, ended: 0, added: 0 });
		expect(await told('v4')).toEqual(['email-returns: Ben / Ben (same)']);
		expect((await everybody(app))['t4']).toMatchObject({ ended: false, roles: ['teacher North School'] });
	});

	test('decided to be the same person: the record goes on under the new id, with its evidence', async () => {
		const before = await learnerOf('t4');
		expect(await decide('v4', 'same-person', null)).toEqual({ ok: true });
		expect(await learnerOf('v4')).toEqual(before);
		expect((await nightly()).people).toMatchObject({ held: 0, added: 0, ended: 0 });
	});

	test('with another name is held, and whoever is gone has left', async () => {
		file.remove('t5').set('v5', { given: 'Zora', family: 'Quill', email: 'ben.t5@wrsd.example' });
		expect((await nightly()).people).toMatchObject({ held: 1, ended: 1, added: 0 });
		expect(await told('v5')).toEqual(['email-returns: Zora / Ben']);
		const all = await everybody(app);
		expect(all['t5']).toMatchObject({ ended: true });
		expect(all).not.toHaveProperty('v5');
	});

	test('decided to be another person: there are two records, and it is not asked again', async () => {
		const before = await learnerOf('t5');
		expect(await decide('v5', 'different-person')).toEqual({ ok: true });
		expect((await learnerOf('v5')).learner).not.toBe(before.learner);
		expect((await everybody(app))['v5']).toEqual({
			name: 'Zora Quill',
			roles: ['teacher North School'],
			ended: false
		});
		expect((await nightly()).people).toMatchObject({ held: 0, added: 0, changed: 0 });
	});

	test('is asked of somebody who made a sign-in here under that address: a file gives them nothing by itself', async () => {
		const visitor = await people.person(app, {
			school: district.district,
			role: 'guardian',
			givenName: 'Ida',
			familyName: 'Hill'
		});
		file.set('v9', { given: 'Ida', family: 'Hill', email: visitor.email });
		expect((await nightly()).people).toMatchObject({ held: 1, added: 0 });
		const roles = await app
			.selectFrom('affiliation')
			.select('role')
			.where('person', '=', visitor.person)
			.where('superseded_at', 'is', null)
			.execute();
		expect(roles).toEqual([{ role: 'guardian' }]);
		// They may not say themselves that they are that teacher, nor may the database take their word for it.
		expect(await decide('v9', 'same-person', visitor.person)).toEqual({ ok: false, reason: 'own-record' });
		await expect(
			within(app, roster, (trx) =>
				sql`update roster_conflict set decision = 'same-person', decided_at = now(), decided_by = person
					where sourced_id = 'v9'`.execute(trx)
			)
		).rejects.toMatchObject({ code: '23514' });
		// Nor through a second record that was merged with theirs.
		const second = await people.person(app, { school: district.district, role: 'guardian' });
		const by = district.administrator.person;
		await mergePerson(app, { kept: visitor.person, absorbed: second.person, by });
		expect(await decide('v9', 'same-person', second.person)).toEqual({ ok: false, reason: 'own-record' });
		file.remove('v9');
	});

	test('is fine when a family shares it', async () => {
		const email = 'family.cole@mail.example';
		const child = { role: 'student', family: 'Cole', email, grade: '03' };
		file.set('k1', { ...child, given: 'Ida' }).set('k2', { ...child, given: 'Ira' });
		expect((await nightly()).people).toMatchObject({ added: 2, held: 0 });
		// The parent’s address is theirs still, so that a further child may have it.
		file.remove('k1').set('k3', { ...child, given: 'Ike' });
		expect((await nightly()).people).toMatchObject({ added: 1, held: 0 });
	});
});

test('everybody whose system gave new ids is decided at once, but nobody for themselves, and no two ids for one record', async () => {
	for (const id of ['m1', 'm2', 'm3'])
		file.set(id, { given: id, family: 'Moved', email: `${id}@wrsd.example`, number: `N${id}` });
	await nightly();
	const [first, second, own] = await Promise.all(['m1', 'm2', 'm3'].map((id) => learnerOf(id)));
	file.remove('m1').remove('m2').remove('m3');
	for (const id of ['m1', 'm2', 'm3'])
		file.set(`new-${id}`, { given: id, family: 'Moved', email: `${id}@wrsd.example`, school: 's2' });
	file.set('twin-m2', { given: 'm2', family: 'Moved', email: 'm2@wrsd.example' });
	expect((await nightly()).people).toMatchObject({ held: 4, added: 0 });
	expect(await conflicts.open(app, null)).toMatchObject({ alike: 2 });
	expect(await conflicts.open(app, own?.person ?? '')).toMatchObject({ alike: 1 });
	expect(await conflicts.decideAlike(app, own?.person ?? '')).toBe(1);
	expect(await learnerOf('new-m1')).toEqual(first);
	expect((await everybody(app))['new-m1']).toMatchObject({ ended: false });
	expect(await learnerOf('m2')).toEqual(second);
	expect(await conflicts.decideAlike(app, null)).toBe(1);
	expect(await learnerOf('new-m3')).toEqual(own);
	file.remove('twin-m2');
	expect((await nightly()).people).toMatchObject({ held: 1 });
	expect(await decide('new-m2', 'same-person')).toEqual({ ok: true });
	expect((await nightly()).people).toMatchObject({ held: 0, added: 0, ended: 0 });
});

test('an id that two records might be is decided for each, and only then is somebody new made', async () => {
	const pair = await Promise.all(
		[1, 2].map(() => people.person(app, { school: district.school, role: 'guardian' }))
	);
	await within(app, roster, (trx) =>
		trx
			.updateTable('person_identity')
			.set({ email: 'both@mail.example' })
			.where(
				'person',
				'in',
				pair.map(({ person }) => person)
			)
			.execute()
	);
	file.set('v10', { role: 'parent', given: 'Ida', family: 'Hill', email: 'both@mail.example' });
	await nightly();
	const open = await about('v10');
	expect(open).toHaveLength(2);
	expect(await decide('v10', 'different-person')).toEqual({ ok: true });
	expect(await everybody(app)).not.toHaveProperty('v10');
	expect(await decide('v10', 'different-person')).toEqual({ ok: true });
	expect((await everybody(app))['v10']).toMatchObject({ name: 'Ida Hill', roles: ['guardian North School'] });
	for (const { id } of open)
		expect(await conflicts.decide(app, null, id, 'same-person')).toEqual({ ok: false, reason: 'not-open' });
	expect((await nightly()).people).toMatchObject({ held: 0, added: 0 });
});

test('a record that was merged into another goes on as that one, and is neither renamed nor ended by its file', async () => {
	const [kept, merged] = [await personOf(app, 't7'), await personOf(app, 't8')];
	await mergePerson(app, { kept, absorbed: merged, by: district.administrator.person });
	file.set('t8', { given: 'Zora', family: 'Quill', email: 'ben.t8@wrsd.example', school: 's2' });
	expect((await nightly()).people).toMatchObject({ held: 0, ended: 0, added: 0, changed: 1 });
	const roles = await sql<{
		role: string;
	}>`select o.name as role from affiliation a join organisation o on o.id = a.organisation
		where a.person = ${kept} and a.superseded_at is null and a.during @> waypost_now() order by 1`.execute(app);
	expect(roles.rows).toEqual([{ role: 'North School' }, { role: 'South School' }]);
	const before = await wholeDatabase(owner);
	await nightly();
	expect({ ...(await wholeDatabase(owner)), ledger_event: [] }).toEqual({ ...before, ledger_event: [] });
});

test('names in conflicts and in staged rows are seen by roster work alone', async () => {
	file.set('t6', zora('t6'));
	await nightly();
	for (const db of [app, owner])
		expect(await db.selectFrom('roster_conflict').selectAll().execute()).toEqual([]);
	for (const scope of [
		{ kind: 'district', actor: administrator },
		{ kind: 'system', purpose: 'sign-in' }
	] as const)
		expect(
			await within(app, scope, (trx) => trx.selectFrom('roster_conflict').selectAll().execute())
		).toEqual([]);
	const { rows } = await sql<{ relname: string; safe: boolean }>`
		select relname, relrowsecurity and relforcerowsecurity as safe from pg_class
		where relkind = 'r' and relname like 'roster\\_%' and relname <> 'roster_import'`.execute(owner);
	expect(rows.length).toBeGreaterThan(8);
	expect(rows.filter(({ safe }) => !safe)).toEqual([]);
});

test('no function with the owner’s rights can be led astray by a temporary table', async () => {
	const { rows } = await sql<{ name: string }>`
		select p.oid::regprocedure::text as name from pg_proc p join pg_namespace s on s.oid = p.pronamespace
		where s.nspname = 'public' and p.prosecdef
			and not coalesce(array_to_string(p.proconfig, ',') ~ 'search_path=.*pg_temp', false)`.execute(owner);
	expect(rows).toEqual([]);
});

test('two imports at once do their work one after the other', async () => {
	const [one, two] = await Promise.all([imported(database, file.files()), imported(database, file.files())]);
	// Whoever comes second is told that a file is being read, or finds that a newer one took its place.
	const states = [one, two].map(({ read, applied }) =>
		read.ok ? (applied?.ok ? 'done' : applied?.reason) : read.reason
	);
	expect(states).toContain('done');
	for (const state of states) expect(['done', 'busy', 'not-waiting']).toContain(state);
});
