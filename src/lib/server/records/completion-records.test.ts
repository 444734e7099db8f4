import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { within } from '#lib/server/db/scope.ts';
import { seedDemo } from '#lib/server/demo/seed.ts';
import * as records from './completion-records.ts';
import { columns, exportCsv } from './export.ts';
import { choices, readFilter, type RecordFilter } from './record-filter.ts';

const { app, owner, appPool, setClock } = await testDatabase();
let admin: PersonActor;
let principal: PersonActor;
const system = { kind: 'system', purpose: 'seed' } as const;

async function actorOf(email: string): Promise<PersonActor> {
	return within(app, system, async (trx) => {
		const row = await trx
			.selectFrom('person_identity as i')
			.innerJoin('learner_person as lp', 'lp.person', 'i.person')
			.select(['i.person', 'i.given_name', 'i.family_name', 'i.email', 'lp.learner'])
			.where('i.email', '=', email)
			.executeTakeFirstOrThrow();
		const rights = await trx
			.selectFrom('scope_grant as g')
			.innerJoin('organisation as o', 'o.id', 'g.organisation')
			.select(['g.right', 'g.organisation', 'o.kind'])
			.where('g.person', '=', row.person)
			.execute();
		return {
			kind: 'person',
			person: row.person,
			learner: row.learner,
			givenName: row.given_name,
			familyName: row.family_name,
			email: row.email,
			affiliations: [],
			rights: rights.map(({ right, organisation, kind }) => ({
				right,
				organisation,
				districtWide: kind === 'district'
			})),
			assurance: 'password',
			session: 'test'
		};
	});
}
async function filterOf(actor: PersonActor, params: Record<string, string> = {}): Promise<RecordFilter> {
	const read = readFilter(new URLSearchParams(params), actor, await choices(app, actor), await now(app));
	if (!read.ok) throw new Error(JSON.stringify(read.problems));
	return read.filter;
}
async function csvOf(actor: PersonActor, params: Record<string, string> = {}): Promise<string> {
	const stream = await exportCsv(appPool, actor, await filterOf(actor, params));
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}
const rowsOf = (csv: string) =>
	parse(csv, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];

beforeAll(async () => {
	await seedDemo(app, owner);
	admin = await actorOf('admin@wrsd.example');
	principal = await actorOf('principal@wrsd.example');
}, 90_000);

describe('completion records', () => {
	test('hold every state, and people who have not started', async () => {
		const rows = rowsOf(await csvOf(admin));
		const states = new Set(rows.map((row) => row.status));
		for (const state of [
			'not_started',
			'in_progress',
			'completed',
			'credited',
			'waived',
			'expired',
			'revoked'
		])
			expect(states, state).toContain(state);
		const fresh = rows.find(
			(row) => row.email === 'new.teacher@wrsd.example' && row.course === 'staff-initial'
		);
		expect(fresh).toMatchObject({
			status: 'not_started',
			required: 'true',
			started_at: '',
			completed_at: '',
			source: 'roster'
		});
		expect(fresh?.due_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	});

	test('are one row per person, course and cycle, with the columns in order and CRLF at each end', async () => {
		const csv = await csvOf(admin);
		expect(csv.split('\r\n')[0]).toBe(columns.join(','));
		expect(csv.replaceAll('\r\n', '')).not.toContain('\n');
		expect(csv.endsWith('\r\n')).toBe(true);
		const certified = rowsOf(csv).filter((row) => row.email === 'certified.teacher@wrsd.example');
		expect(certified.map((row) => [row.course, row.status])).toEqual(
			expect.arrayContaining([
				['staff-initial', 'completed'],
				['account-owner', 'completed']
			])
		);
		expect(certified).toHaveLength(2);
		expect(certified[0]).toMatchObject({
			course_version: catalogue().courses[certified[0]?.course ?? '']?.version,
			path: 'full',
			language: 'en',
			score_percent: '100',
			attempts: '1',
			acknowledged_policy_version: '2015-03-16',
			source: 'waypost'
		});
		expect(certified[0]?.certificate_code).toMatch(/^[0-9A-Z]{16}$/);
		const renewed = rowsOf(csv).filter(
			(row) => row.email === 'priya.nair@wrsd.example' && row.course === 'staff-initial'
		);
		expect(renewed).toHaveLength(2);
	});

	test('can be asked for as of an earlier day: what was recorded later is not there', async () => {
		const earlier = new Date((await now(app)).getTime() - 200 * 86_400_000).toISOString().slice(0, 10);
		const then = rowsOf(await csvOf(admin, { as_of: earlier, course: 'staff-initial' }));
		expect(then.find((row) => row.email === 'certified.teacher@wrsd.example')?.status).toBe('not_started');
		expect(then.find((row) => row.email === 'new.teacher@wrsd.example')).toBeUndefined();
		const left = then.find((row) => row.email === 'wanda.underhill@wrsd.example');
		expect(left?.school).toBe('Thomas Hill K-8 School');
	});

	test('of an earlier day name who was required then, or who was thought to be', async () => {
		const days = (count: number) => new Date(Date.now() - count * 86_400_000);
		const on = { course: 'staff-initial', as_of: days(10).toISOString().slice(0, 10) };
		const school = principal.rights[0]?.organisation ?? '';
		// The roster tells now of a role that began a month ago, and takes back one that never was.
		const late = await people.person(app, { school, familyName: 'Late', from: days(30) });
		await setClock(days(20));
		const never = await people.person(app, { school, familyName: 'Never', from: days(30) });
		await setClock(null);
		await within(app, system, (trx) =>
			trx
				.updateTable('affiliation')
				.set({ superseded_at: sql<Date>`waypost_now()` })
				.where('person', '=', never.person)
				.execute()
		);
		const whoWas = async (params: Record<string, string>) =>
			rowsOf(await csvOf(admin, params))
				.filter((row) => row.required === 'true')
				.map((row) => row.person_id);
		const thought = await whoWas(on);
		expect(thought).not.toContain(late.person);
		expect(thought).toContain(never.person);
		const known = await whoWas({ ...on, roles: 'now' });
		expect(known).toContain(late.person);
		expect(known).not.toContain(never.person);
	});

	test('of a principal hold nobody of another school, by whatever parameter', async () => {
		const known = await choices(app, principal);
		expect(known.schools.map((school) => school.name)).toEqual(['Mountain View Middle School']);
		const foreign = (await choices(app, admin)).schools.filter(
			(school) => school.id !== known.schools[0]?.id
		);
		for (const school of foreign)
			expect(readFilter(new URLSearchParams({ school: school.id }), principal, known, new Date()).ok).toBe(
				false
			);
		const asked: Record<string, string>[] = [
			{},
			{ course: 'staff-initial' },
			{ status: 'expired' },
			{ search: 'zeman' },
			{ as_of: '2026-01-15' }
		];
		for (const params of asked) {
			const csv = await csvOf(principal, params);
			for (const name of ['Zeman', 'Ahmadi', 'Feldman', 'Whitfield', 'Stone'])
				expect(csv).not.toContain(name);
			const shown = await records.page(app, principal, await filterOf(principal, params), {
				number: 1,
				size: 500
			});
			expect(shown.rows.every((row) => row.school === 'Mountain View Middle School')).toBe(true);
		}
	});

	test('show a supervisor state and dates, and no scores', async () => {
		const rows = rowsOf(await csvOf(principal));
		expect(rows.length).toBeGreaterThan(5);
		expect(rows.every((row) => row.score_percent === '' && row.attempts === '')).toBe(true);
	});

	test('make harmless what a spreadsheet would take for a formula, and keep quotes, commas and accents', async () => {
		await within(app, system, async (trx) => {
			const { person } = await actorOf('new.teacher@wrsd.example');
			await trx
				.updateTable('person_identity')
				.set({ family_name: '=HYPERLINK("http://x.example")', given_name: 'Zoë, “the\nteacher”' })
				.where('person', '=', person)
				.execute();
		});
		const row = rowsOf(await csvOf(admin)).find((entry) => entry.email === 'new.teacher@wrsd.example');
		expect(row?.family_name).toBe('\'=HYPERLINK("http://x.example")');
		expect(row?.given_name).toBe('Zoë, “the teacher”');
	});

	test('are filtered by school, course and state, and the page and the export agree', async () => {
		const school = (await choices(app, admin)).schools.find((entry) => entry.name.startsWith('Central'))!;
		const params = { school: school.id, course: 'staff-initial', status: 'expired' };
		const rows = rowsOf(await csvOf(admin, params));
		expect(rows.length).toBeGreaterThan(0);
		expect(rows.every((row) => row.school === school.name && row.status === 'expired')).toBe(true);
		const shown = await records.page(app, admin, await filterOf(admin, params), { number: 1, size: 50 });
		expect(shown.total).toBe(rows.length);
	});

	test('are logged when taken away: who, filter, rows, and whether it was broken off', async () => {
		const rows = rowsOf(await csvOf(admin, { status: 'expired' })).length;
		const stream = await exportCsv(appPool, admin, await filterOf(admin));
		stream.destroy();
		await expect
			.poll(async () => {
				const log = await app
					.selectFrom('access_log')
					.selectAll()
					.where('kind', '=', 'export')
					.orderBy('id', 'desc')
					.limit(2)
					.execute();
				return log.map((entry) => ({
					...(entry.detail as { whole: boolean; status: string | null }),
					actor: entry.actor,
					rows: Number(entry.rows)
				}));
			})
			.toEqual([
				expect.objectContaining({ whole: false, actor: admin.person }),
				expect.objectContaining({ whole: true, status: 'expired', actor: admin.person, rows })
			]);
	});

	test('are not handed over whole where that can not be logged, and the server lives on', async () => {
		const away = Object.create(appPool, {
			connect: { value: () => appPool.connect() },
			query: { value: () => Promise.reject(new Error('the database is away')) }
		}) as typeof appPool;
		const reported: unknown[] = [];
		const whole = await exportCsv(away, admin, await filterOf(admin), (failure) => reported.push(failure));
		await expect(Array.fromAsync(whole)).rejects.toThrow('the database is away');
		const broken = await exportCsv(away, admin, await filterOf(admin), (failure) => reported.push(failure));
		broken.destroy();
		await expect.poll(() => reported.length).toBe(2);
		expect(rowsOf(await csvOf(admin)).length).toBeGreaterThan(0);
	});

	test('refuse a day that does not exist or has not come, beside its field', async () => {
		const known = await choices(app, admin);
		const at = await now(app);
		const problems = (params: Record<string, string>) => {
			const read = readFilter(new URLSearchParams(params), admin, known, at);
			return read.ok ? [] : read.problems;
		};
		expect(problems({ roles: 'tomorrow' })).toEqual([{ field: 'roles', reason: 'unknown' }]);
		expect(problems({ as_of: '2026-02-30' })).toEqual([{ field: 'as_of', reason: 'not-a-date' }]);
		expect(problems({ as_of: '2999-01-01' })).toEqual([{ field: 'as_of', reason: 'in-the-future' }]);
		expect(problems({ status: 'lost', course: 'x' })).toEqual([
			{ field: 'course', reason: 'unknown' },
			{ field: 'status', reason: 'unknown' }
		]);
	});

	test('answer in one sentence who is current, and never add up overdue, in grace and not yet due', async () => {
		const all = await records.standings(app, admin, await filterOf(admin));
		expect(all.length).toBeGreaterThan(1);
		for (const { must, current, inGrace, overdue } of all) expect(must).toBe(current + inGrace + overdue);
		const [first] = all;
		expect(first?.course, 'what most people must hold').toBe('staff-initial');
		for (const part of ['current', 'inGrace', 'overdue', 'notYetDue', 'waived'] as const)
			expect(first?.[part], part).toBeGreaterThan(0);
	});

	test('count a course alike whether it is asked for alone or among all', async () => {
		const all = await records.standings(app, admin, await filterOf(admin));
		for (const standing of all)
			expect(await records.standings(app, admin, await filterOf(admin, { course: standing.course }))).toEqual(
				[standing]
			);
	});
});
