import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { addSignIn } from '#lib/server/auth/sign-in.ts';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { readFilter, schoolChoices, search, type From, type PeopleFilter } from './search.ts';

const system = { kind: 'system', purpose: 'seed' } as const;
const all: PeopleFilter = { letters: '', school: null, role: null, presence: 'here', signsIn: null };

describe('people are found', async () => {
	const { app, setClock } = await testDatabase();
	const place = await people.district(app);
	const admin = await people.actorOf(app, place.administrator);
	const make = (givenName: string, familyName: string, over: object = {}) =>
		people.person(app, { school: place.school, givenName, familyName, ...over });
	await make('José', 'Ángeles-Ruiz');
	await make('Sean', 'O’Brien');
	await make('Maya', 'Lindqvist', { school: place.otherSchool });
	await make('Mayra', 'Lind', { role: 'student', band: '9-12' });
	await make('Ng', 'Li', { role: 'student', band: '9-12' });
	await make('100%', 'Under_score');
	const gone = await make('Wanda', 'Underhill', { until: new Date('2024-06-30') });
	const principal = await people.person(app, {
		school: place.school,
		role: 'principal',
		familyName: 'Principal'
	});
	await people.granted(app, principal, 'school-administrator', place.school, place.administrator);
	const found = async (over: Partial<PeopleFilter>, actor = admin) =>
		(await search(app, actor, { ...all, ...over })).people.map(({ familyName }) => familyName);

	test('by letters of any of their names, whatever the accents, the case and the apostrophes', async () => {
		for (const letters of ['jose', 'JOSÉ', 'angeles', 'ruiz jos', 'José Ángeles'])
			expect(await found({ letters }), letters).toEqual(['Ángeles-Ruiz']);
		for (const letters of ["o'brien", 'O’Brien', 'brien sean', 'sean o'])
			expect(await found({ letters }), letters).toEqual(['O’Brien']);
		expect(await found({ letters: 'nobody at all' })).toEqual([]);
	});
	test('by the beginning of the family name while there are less than three letters', async () => {
		expect(await found({ letters: 'li' })).toEqual(['Li', 'Lind', 'Lindqvist']);
		expect(await found({ letters: 'ng' })).toEqual([]);
		expect(await found({ letters: 'l n' })).toEqual(['Li']);
	});
	test('those whose family name begins so first, then those who have it elsewhere', async () => {
		await make('Lindsay', 'Abbott');
		expect(await found({ letters: 'lind' })).toEqual(['Lind', 'Lindqvist', 'Abbott']);
	});
	test('and what has a meaning to the database has none in a name', async () => {
		expect(await found({ letters: '%%%' })).toEqual([]);
		expect(await found({ letters: '___' })).toEqual([]);
		expect(await found({ letters: '100%' })).toEqual(['Under_score']);
		expect(await found({ letters: 'under_' })).toEqual(['Under_score']);
		expect(await found({ letters: '\\\\\\' })).toEqual([]);
		expect(await found({ letters: "'; drop table person; --" })).toEqual([]);
	});
	test('by school, role, whether they are here, and whether they have a sign-in', async () => {
		expect(await found({ school: place.otherSchool })).toEqual(['Lindqvist']);
		expect(await found({ role: 'student' })).toEqual(['Li', 'Lind']);
		expect(await found({ role: 'student', letters: 'lind', school: place.school })).toEqual(['Lind']);
		expect(await found({ presence: 'left' })).toEqual(['Underhill']);
		expect(await found({ presence: 'left', school: place.school, role: 'teacher' })).toEqual(['Underhill']);
		expect(await found({ presence: 'any', letters: 'under' })).toEqual(['Under_score', 'Underhill']);
		const { person, email } = await make('Sofia', 'Signer');
		await within(app, system, (trx) => addSignIn(trx, { person, login: email, passwordHash: 'x' }));
		expect(await found({ signsIn: true })).toEqual(['Signer']);
		expect(await found({ signsIn: false, letters: 'sign' })).toEqual([]);
		const [listed] = (await search(app, admin, { ...all, letters: 'signer' })).people;
		expect(listed).toMatchObject({
			signIn: 'works',
			here: true,
			roles: [{ role: 'teacher', school: 'North School' }]
		});
	});
	test('as having left from the day on which the last role ends', async () => {
		const { person } = await make('Last', 'Day', { until: new Date('2028-06-30T04:00:00Z') });
		expect(await found({ letters: 'day' })).toEqual(['Day']);
		await setClock(new Date('2028-07-15T12:00:00Z'));
		expect(await found({ letters: 'day' })).toEqual([]);
		expect(await found({ letters: 'day', presence: 'left' })).toEqual(['Day']);
		await setClock(null);
		await within(app, system, (trx) =>
			trx
				.updateTable('person')
				.set({ ended_at: sql<Date>`waypost_now()` })
				.where('id', '=', person)
				.execute()
		);
		expect(await found({ letters: 'day' })).toEqual([]);
	});
	test('under a name that has changed, and no longer under the old one', async () => {
		const { person } = await make('Ana', 'Maiden');
		await within(app, system, (trx) =>
			trx
				.updateTable('person_identity')
				.set({ family_name: 'Married' })
				.where('person', '=', person)
				.execute()
		);
		expect(await found({ letters: 'married' })).toEqual(['Married']);
		expect(await found({ letters: 'maiden' })).toEqual([]);
	});

	test('in one’s own schools by an administrator of schools, and by nobody else at all', async () => {
		const own = await people.actorOf(app, principal);
		expect(await found({ letters: 'lind' }, own)).toEqual(['Lind', 'Abbott']);
		expect(await found({ school: place.otherSchool }, own)).toEqual([]);
		expect(await found({ letters: 'underhill', presence: 'any' }, own)).toEqual([]);
		expect(await found({ presence: 'any' }, await people.actorOf(app, gone))).toEqual([]);
		const reviewer = await people.person(app, { school: place.school });
		await people.granted(app, reviewer, 'reviewer', place.district, place.administrator);
		expect(await found({ presence: 'any' }, await people.actorOf(app, reviewer))).toEqual([]);
		expect((await schoolChoices(app, own)).map(({ id }) => id)).toEqual([place.school]);
		expect(await schoolChoices(app, await people.actorOf(app, reviewer))).toEqual([]);
		expect(await schoolChoices(app, admin)).toHaveLength(3);
	});
	test('page by page, forth and back, each once', async () => {
		const filter = { ...all, letters: 'lin', presence: 'any' } as const;
		const whole = (await search(app, admin, filter, { size: 50 })).people.map(({ person }) => person);
		expect(whole.length).toBeGreaterThan(2);
		const page = (from: From) => search(app, admin, filter, { from, size: 2 });
		const forth: string[] = [];
		let stretch = await page(null);
		expect(stretch.previous).toBeNull();
		for (;;) {
			forth.push(...stretch.people.map(({ person }) => person));
			if (stretch.next === null) break;
			stretch = await page({ person: stretch.next, backwards: false });
		}
		expect(forth).toEqual(whole);
		const back: string[] = [];
		for (;;) {
			back.unshift(...stretch.people.map(({ person }) => person));
			if (stretch.previous === null) break;
			stretch = await page({ person: stretch.previous, backwards: true });
		}
		expect(back).toEqual(whole);
		expect((await page({ person: 'nonsense', backwards: false })).people[0]?.person).toBe(whole[0]);
	});
	test('with a filter that is read from the address, and what is unknown in it is named', async () => {
		const known = await schoolChoices(app, admin);
		const read = (query: string) => readFilter(new URLSearchParams(query), known);
		expect(read('')).toEqual({ filter: all, unknown: [] });
		expect(read(`q= maya &school=${place.school}&role=student&presence=any&sign_in=no`)).toEqual({
			filter: { letters: 'maya', school: place.school, role: 'student', presence: 'any', signsIn: false },
			unknown: []
		});
		expect(read('school=x&role=king&presence=maybe&sign_in=perhaps').unknown).toEqual([
			'school',
			'role',
			'presence',
			'sign_in'
		]);
	});
	test('never by a query of the serving role itself: it may not read what is searched', async () => {
		await expect(sql`select * from person_search`.execute(app)).rejects.toMatchObject({ code: '42501' });
		await expect(sql`select * from people_lettered(array['%lin%'], 5)`.execute(app)).rejects.toMatchObject({
			code: '42501'
		});
	});
});

describe('among a hundred thousand people', async () => {
	const { app, owner } = await testDatabase();
	const many = 100_000;
	beforeAll(async () => {
		// As an import would leave them, without their names: whoever finds reads ids alone.
		await owner.connection().execute(async (db) => {
			await sql`select set_config('waypost.scope', 'system:seed', false), set_config('statement_timeout', '0', false)`.execute(
				db
			);
			await sql`drop index person_search_letters`.execute(db);
			for (const table of ['person', 'affiliation'])
				await sql`alter table ${sql.table(table)} disable trigger user`.execute(db);
			await sql`insert into organisation (kind, name) select 'school', 'School ' || n from generate_series(1, 300) n`.execute(
				db
			);
			await sql`create temp table made as select uuidv7() as id, n, abs(hashint4(n)) as h from generate_series(1, ${sql.lit(many)}) n`.execute(
				db
			);
			await sql`insert into person (id) select id from made`.execute(db);
			await sql`insert into standing (person) select id from made`.execute(db);
			await sql`insert into person_presence select id, case when h % 20 = 0 then timestamptz '2020-06-30' else 'infinity' end from made`.execute(
				db
			);
			// A hundredth of all have one family name and stand together; given names are spread among them.
			await sql`insert into person_search select id, case when h % 100 = 1 then 'smithson' else 'f' || left(md5((h % 5000)::text), 6) end
				|| case h % 7 when 0 then ' maria' when 1 then ' jose' else ' g' || left(md5((h % 300)::text), 5) end
				|| ' u' || n || '@wrsd.example', (select until from person_presence where person = id) from made`.execute(db);
			await sql`insert into affiliation (person, organisation, role, during)
				select m.id, o.id, case when h % 500 = 7 then 'communications' when h % 10 = 3 then 'teacher' else 'student' end,
					case when h % 20 = 0 then tstzrange('2018-09-01', '2020-06-30') else tstzrange('2018-09-01', null) end
				from made m join (select id, row_number() over (order by id) - 1 as k from organisation) o on o.k = m.n % 300`.execute(
				db
			);
			await sql`create index person_search_letters on person_search using gin (key gin_trgm_ops)`.execute(db);
			await sql`analyze person_search, person_presence, affiliation, standing`.execute(db);
		});
	}, 240_000);

	/** How many rows of the large tables a question has read; by which way they were found does not matter. */
	async function rowsRead(
		letters: string,
		over: { school?: string; role?: string; state?: string; scope?: string } = {}
	): Promise<number> {
		return app.transaction().execute(async (trx) => {
			const soFar = async () => {
				const { rows } = await sql<{ read: number }>`
					select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as read
					from pg_stat_xact_user_tables
					where relname in ('person_search', 'person_presence', 'affiliation', 'standing', 'person_identity')`.execute(
					trx
				);
				return rows[0]?.read ?? NaN;
			};
			await sql`select set_config('waypost.scope', ${over.scope ?? 'district'}, true)`.execute(trx);
			const before = await soFar();
			const { rows } = await sql`
				select * from people_found(${letters}, ${over.school ?? null}::uuid, ${over.role ?? null},
					${over.state ?? 'here'}, null, null, null, false, 51)`.execute(trx);
			expect(rows.length).toBeLessThanOrEqual(51);
			return (await soFar()) - before;
		});
	}

	test.each([
		['one letter', 'f'],
		['a family name that many have', 'smi'],
		['a given name that many have', 'jose'],
		['two words', 'smithson mar'],
		['letters that nobody has', 'xyzzy'],
		['letters that everybody has', 'wrsd'],
		['no letters at all', '']
	])('%s: a page is found without reading them all', async (_, letters) => {
		expect(await rowsRead(letters)).toBeLessThan(many / 8);
	});
	test('a role that few have, a school, and those who have left are found without reading them all', async () => {
		const school = await app.selectFrom('organisation').select('id').limit(1).executeTakeFirstOrThrow();
		expect(await rowsRead('', { role: 'communications' })).toBeLessThan(many / 8);
		expect(await rowsRead('', { school: school.id })).toBeLessThan(many / 8);
		expect(await rowsRead('jose', { school: school.id })).toBeLessThan(many / 8);
		expect(await rowsRead('', { state: 'left' })).toBeLessThan(many / 8);
		expect(await rowsRead('smithson', { state: 'left' })).toBeLessThan(many / 8);
	});
	test('those of a place that holds most people are not collected before the first page of them', async () => {
		const all = await app.selectFrom('organisation').select('id').execute();
		const scope = `schools:${all.map(({ id }) => id).join(',')}`;
		expect(await rowsRead('', { scope })).toBeLessThan(many / 8);
		expect(await rowsRead('jose', { scope })).toBeLessThan(many / 8);
	});
	test('the principal of one school finds its people without a walk past those of all others', async () => {
		const school = await app.selectFrom('organisation').select('id').limit(1).executeTakeFirstOrThrow();
		const scope = `schools:${school.id}`;
		expect(await rowsRead('', { scope })).toBeLessThan(many / 50);
		expect(await rowsRead('', { scope, role: 'student' })).toBeLessThan(many / 50);
		expect(await rowsRead('jose', { scope })).toBeLessThan(many / 50);
	});
});
