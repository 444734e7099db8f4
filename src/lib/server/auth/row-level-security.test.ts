import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import type { PersonActor } from './actor.ts';
import { scopeOf } from './actor.ts';
import { addOrganisation, addPerson } from './testing/people.ts';

const { app, owner } = await testDatabase();
const here = await addOrganisation(app, 'Here');
const there = await addOrganisation(app, 'There');
const teacherHere = await addPerson(app, { familyName: 'Here', school: here });
const teacherThere = await addPerson(app, { familyName: 'There', school: there });
const nowhere = await addPerson(app, { familyName: 'Nowhere' });
const everybody = [teacherHere, teacherThere, nowhere].map(({ person }) => person).sort();

async function seen(scope: Scope): Promise<string[]> {
	return within(app, scope, async (trx) => {
		const people = await trx.selectFrom('person').select('id').where('kind', '=', 'human').execute();
		const names = await trx.selectFrom('person_identity').select('person').execute();
		const ids = names.map(({ person }) => person).sort();
		// Whom one sees and whose names one sees are the same people.
		expect(people.map(({ id }) => id).sort()).toEqual(ids);
		return ids;
	});
}

test('without a scope nobody sees anybody, not even the owner of the tables', async () => {
	for (const db of [app, owner]) {
		expect(await db.selectFrom('person').selectAll().execute()).toEqual([]);
		expect(await db.selectFrom('person_identity').selectAll().execute()).toEqual([]);
	}
});

test('the scope “self” sees oneself only', async () => {
	expect(await seen({ kind: 'self', actor: teacherHere.person })).toEqual([teacherHere.person]);
});

test('the scope of schools sees the people of these schools and oneself', async () => {
	expect(await seen({ kind: 'schools', actor: nowhere.person, schools: [here] })).toEqual(
		[teacherHere.person, nowhere.person].sort()
	);
	expect(await seen({ kind: 'schools', actor: nowhere.person, schools: [] })).toEqual([nowhere.person]);
});

test('a school’s person is out of its sight once the affiliation has ended', async () => {
	const gone = await addPerson(app, { familyName: 'Gone', school: here });
	expect(await seen({ kind: 'schools', actor: nowhere.person, schools: [here] })).toContain(gone.person);
	await sql`update affiliation set superseded_at = waypost_now() where person = ${gone.person}`.execute(app);
	expect(await seen({ kind: 'schools', actor: nowhere.person, schools: [here] })).not.toContain(gone.person);
});

test('the district’s scope sees everybody, and the next query on the same connection nobody', async () => {
	expect(await seen({ kind: 'district', actor: nowhere.person })).toEqual(expect.arrayContaining(everybody));
	expect(await app.selectFrom('person_identity').selectAll().execute()).toEqual([]);
});

test('a scope that is no scope sees nobody', async () => {
	const names = await app.transaction().execute(async (trx) => {
		await sql`select set_config('waypost.scope', 'everything', true)`.execute(trx);
		return trx.selectFrom('person_identity').selectAll().execute();
	});
	expect(names).toEqual([]);
});

test('only named system work makes a person', async () => {
	const make = (scope: Scope) =>
		within(app, scope, (trx) => trx.insertInto('person').defaultValues().execute());
	await expect(make({ kind: 'district', actor: nowhere.person })).rejects.toMatchObject({ code: '42501' });
	await expect(make({ kind: 'self', actor: nowhere.person })).rejects.toMatchObject({ code: '42501' });
});

test('how far somebody sees follows from their rights', () => {
	const actor = (rights: PersonActor['rights']): PersonActor => ({
		kind: 'person',
		person: nowhere.person,
		learner: nowhere.learner,
		givenName: '',
		familyName: '',
		email: null,
		affiliations: [],
		assurance: 'password',
		session: '',
		rights
	});
	expect(scopeOf(actor([]))).toEqual({ kind: 'self', actor: nowhere.person });
	expect(scopeOf(actor([{ right: 'school-administrator', organisation: here }]))).toEqual({
		kind: 'schools',
		actor: nowhere.person,
		schools: [here]
	});
	expect(scopeOf(actor([{ right: 'reviewer', organisation: there, districtWide: true }])).kind).toBe(
		'district'
	);
	expect(scopeOf(actor([{ right: 'auditor', organisation: there }])).kind).toBe('district');
});
