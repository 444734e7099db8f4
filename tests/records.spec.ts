import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from '@playwright/test';
import { within } from '#lib/server/db/scope.ts';
import { demoPeople } from '#lib/server/demo/people.ts';
import { openReady } from './harness/ready.ts';
import { holdScripts } from './harness/slow-scripts.ts';
import { expect, test } from './harness/test.ts';

const admin = 'admin@wrsd.example';
const principal = 'principal@wrsd.example';
const columns =
	'person_id,sourced_id,employee_id,family_name,given_name,email,school,role,grade_band,course,course_version,content_hash,path,language,status,required,due_at,started_at,completed_at,score_percent,pass_mark_percent,attempts,minutes_nominal,acknowledged_policy_version,acknowledged_at,certificate_code,valid_from,valid_until,source';
const statuses = ['not_started', 'in_progress', 'completed', 'credited', 'waived', 'expired', 'revoked'];

type Row = Record<string, string>;

function rowsOf(csv: string): Row[] {
	return parse(csv, { columns: true, record_delimiter: '\r\n' });
}

async function exported(page: Page, query = ''): Promise<Row[]> {
	const response = await page.request.get(`/manage/records/export.csv${query}`);
	expect(response.status(), query).toBe(200);
	return rowsOf(await response.text());
}

test('the district administrator downloads the completion records as CSV', async ({ page, signIn }) => {
	await signIn(admin);
	await page.goto('/manage/records');
	const link = page.getByRole('link', { name: /^Export [\d,.]+ rows$/ });
	const promised = Number((await link.innerText()).replace(/\D/g, ''));
	const downloading = page.waitForEvent('download');
	await link.click();
	const download = await downloading;
	expect(download.suggestedFilename()).toMatch(/^completion-records-\d{4}-\d{2}-\d{2}\.csv$/);
	const csv = await readFile(await download.path(), 'utf8');

	expect(csv.split('\r\n')[0]).toBe(columns);
	expect(csv.endsWith('\r\n')).toBe(true);
	expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
	const rows = rowsOf(csv);
	expect(rows.length).toBe(promised);
	expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(statuses));
	for (const row of rows) {
		expect(statuses).toContain(row.status);
		for (const time of [
			'due_at',
			'started_at',
			'completed_at',
			'acknowledged_at',
			'valid_from',
			'valid_until'
		])
			expect(row[time], time).toMatch(/^$|^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
	}
	const newcomer = rows.filter(
		({ email, course }) => email === 'new.teacher@wrsd.example' && course === 'staff-initial'
	);
	expect(newcomer).toHaveLength(1);
	expect(newcomer[0]).toMatchObject({ status: 'not_started', completed_at: '', certificate_code: '' });
	const certified = rows.filter(
		({ email, course }) => email === 'certified.teacher@wrsd.example' && course === 'staff-initial'
	);
	expect(certified).toHaveLength(1);
	expect(certified[0]).toMatchObject({
		status: 'completed',
		family_name: 'Rivera',
		given_name: 'Tomás',
		school: 'Mountain View Middle School'
	});
	expect(certified[0]?.content_hash).toMatch(/^[0-9a-f]{64}$|^sha256/);
});

test('the records are filtered by school, course, state and day, on the page and in the file alike', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	await openReady(page, '/manage/records');
	await page.getByLabel('School', { exact: true }).selectOption({ label: 'Central Tree Middle School' });
	await page.getByLabel('Course', { exact: true }).selectOption({ label: 'Staff certification' });
	await page.getByLabel('State', { exact: true }).selectOption({ label: 'Not started' });
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await expect(page).toHaveURL(/status=not_started/);
	const names = await page.getByRole('rowheader').allInnerTexts();
	expect(names).toContain('Delgado, Carmen');
	const rows = await exported(page, new URL(page.url()).search);
	expect(rows.map((row) => `${row.family_name}, ${row.given_name}`).sort()).toEqual(names.sort());
	for (const row of rows)
		expect(row).toMatchObject({
			school: 'Central Tree Middle School',
			course: 'staff-initial',
			status: 'not_started'
		});

	const asOf = new Date(Date.now() - 125 * 86_400_000).toISOString().slice(0, 10);
	const then = await exported(page, `?course=staff-initial&as_of=${asOf}`);
	const now = await exported(page, '?course=staff-initial');
	const stateOf = (all: Row[], email: string) =>
		all.filter((row) => row.email === email).map(({ status }) => status);
	expect(stateOf(now, 'second.teacher@wrsd.example')).toEqual(['completed']);
	expect(stateOf(then, 'second.teacher@wrsd.example')).not.toContain('completed');
	expect(stateOf(then, 'lapsed.teacher@wrsd.example')).not.toEqual([]);
});

test('whose knowledge of an earlier day’s roles counts is asked for together with the day', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	await page.goto('/manage/records?roles=now');
	const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
	const choice = page.getByLabel('Roles of that day');
	await expect(choice).toHaveAccessibleDescription(/Choose a day, too/);
	await page.goto(`/manage/records?roles=now&as_of=${yesterday}`);
	await expect(choice).toHaveValue('now');
	await expect(choice).toHaveAccessibleDescription('');
});

test('a filter that can’t be meant is answered beside its field, and never exports everything', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	for (const query of [
		'?status=nonsense',
		'?course=no-such',
		'?school=no-such',
		'?as_of=2026-02-30',
		'?as_of=2999-01-01'
	]) {
		await page.goto(`/manage/records${query}`);
		await expect(page.getByRole('alert'), query).toBeVisible();
		expect((await page.request.get(`/manage/records/export.csv${query}`)).status(), query).toBe(400);
	}
});

test('a principal never sees or exports a person of another school, by any parameter', async ({
	page,
	signIn,
	site
}) => {
	const foreign = demoPeople
		.filter(({ school }) => school === 'central' || school === 'thomas')
		.map(({ family }) => family);
	const own = demoPeople.filter(({ school }) => school === 'mountain').map(({ family }) => family);
	const strangers = foreign.filter((family) => !own.includes(family));
	await signIn(principal);
	await page.goto('/manage/records');
	const seen = await page.getByRole('main').innerText();
	expect(seen).toContain('Lindqvist');
	for (const family of strangers) expect(seen).not.toContain(family);
	await expect(
		page.getByLabel('School', { exact: true }).getByRole('option', { name: /Central|Thomas/ })
	).toHaveCount(0);

	const { rows: schools } = await site.owner.query<{ id: string }>(
		`select id from organisation where name not like 'Mountain%'`
	);
	const queries = [
		'',
		'?course=staff-initial',
		'?search=Delgado',
		'?search=ahmadi',
		'?status=expired',
		'?page=2'
	];
	for (const query of queries) {
		const rows = await exported(page, query);
		for (const row of rows) {
			expect(row.school).toBe('Mountain View Middle School');
			expect(strangers).not.toContain(row.family_name);
		}
		await page.goto(`/manage/records${query}`);
		for (const family of strangers)
			expect(await page.getByRole('table').allInnerTexts().then(String)).not.toContain(family);
	}
	for (const { id } of schools) {
		expect((await page.request.get(`/manage/records/export.csv?school=${id}`)).status()).toBe(400);
		await page.goto(`/manage/records?school=${id}`);
		await expect(page.getByRole('table')).toHaveCount(0);
	}
});

test('each export is logged: who, with which filter, how many rows', async ({ page, signIn, site }) => {
	await signIn(admin);
	const rows = await exported(page, '?course=account-owner&status=completed');
	const { person } = await site.person(admin);
	await expect
		.poll(async () => {
			const { rows: logged } = await site.owner.query<{ actor: string; rows: string; detail: unknown }>(
				`select actor, rows, detail from access_log where kind = 'export' order by id desc limit 1`
			);
			return {
				actor: logged[0]?.actor,
				rows: Number(logged[0]?.rows),
				detail: JSON.stringify(logged[0]?.detail)
			};
		})
		.toEqual({ actor: person, rows: rows.length, detail: expect.stringContaining('account-owner') });
});

test('a name that a spreadsheet would take for a formula is made harmless', async ({
	page,
	signIn,
	site
}) => {
	const { person } = await site.person('second.teacher@wrsd.example');
	await within(site.app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx
			.updateTable('person_identity')
			.set({ given_name: '=HYPERLINK("https://elsewhere.example")' })
			.where('person', '=', person)
			.execute()
	);
	await signIn(admin);
	const rows = (await exported(page)).filter((row) => row.person_id === person);
	expect(rows.length).toBeGreaterThan(0);
	for (const row of rows) {
		expect(row.given_name).not.toMatch(/^[=+\-@\t\r]/);
		expect(row.given_name).toContain('HYPERLINK');
	}
});

test('nobody else gets to the records', async ({ page, signIn }) => {
	for (const who of ['certified.teacher@wrsd.example', 'student@wrsd.example', 'guardian@wrsd.example']) {
		await signIn(who);
		expect((await page.goto('/manage/records'))?.status(), who).toBe(403);
		expect((await page.request.get('/manage/records/export.csv')).status(), who).toBe(403);
	}
	await page.context().clearCookies();
	await page.goto('/manage/records');
	await expect(page).toHaveURL(/\/sign-in/);
	const file = await page.request.get('/manage/records/export.csv', { maxRedirects: 0 });
	expect(file.status()).toBe(303);
});

test('a choice that was made before the page had its script stands', async ({ page, signIn }) => {
	await signIn(admin);
	const letScriptsCome = await holdScripts(page);
	await page.goto('/manage/records', { waitUntil: 'commit' });
	const school = page.getByLabel('School', { exact: true });
	const wanted = await school.locator('option').nth(2).getAttribute('value');
	await school.selectOption(wanted);
	await letScriptsCome();
	await expect(school).toHaveValue(wanted ?? '');
	await school.selectOption({ index: 1 });
	await expect(school).not.toHaveValue(wanted ?? '');
});
