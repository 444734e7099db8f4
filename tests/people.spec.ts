import { parse } from 'csv-parse/sync';
import { request, type APIRequestContext, type Page } from '@playwright/test';
import * as sessions from '#lib/server/auth/sessions.ts';
import { within } from '#lib/server/db/scope.ts';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { expect, test } from './harness/test.ts';
import type { Site } from './harness/site.ts';

const admin = 'admin@wrsd.example';
const principal = 'principal@wrsd.example';
const auditor = 'auditor@wrsd.example';

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const names = (page: Page) => page.getByRole('rowheader').allInnerTexts();
const section = (page: Page, name: string) =>
	page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });

/** Somebody at a browser of their own, signed in; or null when they were not let in. */
async function elsewhere(site: Site, email: string): Promise<APIRequestContext | null> {
	await site.giveSignIn(email);
	const context = await request.newContext({ baseURL: site.baseURL });
	const response = await context.post('/sign-in', {
		form: { email, password: demoPassword },
		headers: { origin: site.baseURL, accept: 'text/html' },
		maxRedirects: 0
	});
	return response.status() === 303 ? context : null;
}

/** A second record of somebody who is there already, as a careless entry leaves it. */
async function secondRecord(site: Site, givenName: string, familyName: string): Promise<string> {
	return within(site.app, { kind: 'system', purpose: 'seed' }, async (trx) => {
		const { id } = await trx.insertInto('person').defaultValues().returning('id').executeTakeFirstOrThrow();
		await trx
			.insertInto('person_identity')
			.values({ person: id, given_name: givenName, family_name: familyName, email: `${id}@mail.example` })
			.execute();
		const school = await trx
			.selectFrom('organisation')
			.select('id')
			.where('name', 'like', 'Thomas Hill%')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('affiliation')
			.values({ person: id, organisation: school.id, role: 'coach', band: null, during: '[2024-08-26,)' })
			.execute();
		return id;
	});
}

test('an administrator finds people while typing, narrows the list, and turns its pages', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	await page.goto('/manage');
	await page.getByRole('link', { name: 'People', exact: true }).click();
	await expect(heading(page, 'People')).toBeVisible();
	await page.getByLabel('Name or e-mail address').pressSequentially('garci');
	await expect(page.getByRole('rowheader')).toHaveText(['García, Inés']);
	await expect(page.getByRole('status')).toHaveText('1 found');
	await expect(page).toHaveURL(/q=garci/);
	await page.getByLabel('Name or e-mail address').fill('');
	await page.getByLabel('School', { exact: true }).selectOption({ label: 'Central Tree Middle School' });
	await page.getByLabel('Role', { exact: true }).selectOption({ label: 'counselor' });
	await expect(page.getByRole('rowheader')).toHaveText(['Baptiste, Jean']);

	await page.goto('/manage/people?presence=any');
	const first = await names(page);
	expect(first).toHaveLength(50);
	await page.getByRole('link', { name: 'Next page' }).click();
	await expect(page.getByRole('rowheader').first()).not.toHaveText(first[0] ?? '');
	const second = await names(page);
	expect(second.filter((name) => first.includes(name))).toEqual([]);
	await page.getByRole('link', { name: 'Previous page' }).click();
	await expect(page.getByRole('rowheader')).toHaveText(first);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });
	test('people are found, a record is read, and its sessions are ended', async ({ page, signIn, site }) => {
		const { person } = await site.person('noor.ahmadi@wrsd.example');
		await site.giveSignIn('noor.ahmadi@wrsd.example');
		await sessions.create(site.app, person, { device: 'Firefox · Windows' });
		await signIn(admin);
		await page.goto('/manage/people');
		await page.getByLabel('Name or e-mail address').fill('ahmadi');
		await page.getByRole('button', { name: 'Find' }).click();
		await page.getByRole('link', { name: 'Ahmadi, Noor' }).click();
		await expect(heading(page, 'Noor Ahmadi')).toBeVisible();
		await expect(page.getByText('Open sessions: 1')).toBeVisible();
		await page.getByRole('button', { name: 'End all sessions' }).click();
		await expect(page.getByText('All sessions of this person have ended.')).toBeVisible();
		await expect(page.getByText('Open sessions: 0')).toBeVisible();
		const { rows } = await site.owner.query('select from session where person = $1', [person]);
		expect(rows).toEqual([]);
	});
});

test('a person’s page tells their whole story, and looking at it is seen by that person', async ({
	page,
	signIn,
	site
}) => {
	const email = 'certified.teacher@wrsd.example';
	const { person } = await site.person(email);
	await signIn(principal);
	await page.goto(`/manage/people/${person}`);
	await expect(heading(page, 'Tomás Rivera')).toBeVisible();
	await expect(section(page, 'Roles').getByRole('row', { name: /teacher.*Mountain View/ })).toBeVisible();
	await expect(page.getByRole('table', { name: 'Certifications' })).toContainText('Staff certification');
	await expect(section(page, 'Official accounts')).toContainText('Room 6B Robotics');
	// A principal sees what was completed, and no score.
	await expect(page.getByRole('columnheader', { name: 'Score' })).toHaveCount(0);
	await expect(page.getByText('Scores are shown to the district only.')).toBeVisible();
	await signIn(auditor);
	await page.goto(`/manage/people/${person}`);
	await expect(page.getByRole('table', { name: 'Courses taken' })).toContainText('100 %');
	await expect(section(page, 'Who looked at this record')).toContainText('Denise Okafor');
	await expect(page.getByRole('button', { name: 'Disable the sign-in' })).toHaveCount(0);

	await signIn(email);
	await page.goto('/sessions');
	await page.getByRole('link', { name: 'Who looked at your record, and what happened to it' }).click();
	await expect(heading(page, 'Your record')).toBeVisible();
	const looks = section(page, 'Who looked at this record');
	await expect(looks.getByRole('row', { name: /Denise Okafor.*School administrator/ })).toBeVisible();
	await expect(looks.getByRole('row', { name: /Harold Quist.*Auditor/ })).toBeVisible();
	await expect(section(page, 'What happened to your record')).toContainText(
		'Completed “Staff certification”'
	);
});

test('a sign-in is disabled and enabled by an administrator, never their own', async ({
	page,
	signIn,
	post,
	site
}) => {
	const email = 'oleg.bondar@wrsd.example';
	const theirs = await elsewhere(site, email);
	const { person } = await site.person(email);
	await signIn(admin);
	await page.goto(`/manage/people/${person}`);
	await page.getByText('Shut the sign-in?').click();
	await page.getByRole('button', { name: 'Disable the sign-in' }).click();
	await expect(page.getByText('The sign-in is disabled, and all its sessions have ended.')).toBeVisible();
	expect((await theirs?.get('/record', { maxRedirects: 0 }))?.status()).toBe(303);
	expect(await elsewhere(site, email)).toBeNull();
	await page.getByRole('button', { name: 'Enable the sign-in' }).click();
	await expect(page.getByText('The sign-in works again.')).toBeVisible();
	expect(await elsewhere(site, email)).not.toBeNull();
	const own = await site.person(admin);
	await page.goto(`/manage/people/${own.person}`);
	await expect(page.getByRole('button', { name: 'Disable the sign-in' })).toHaveCount(0);
	expect((await post(`/manage/people/${own.person}?/disable`)).status()).toBe(403);
});

test('a right is granted with its days, counts for the session that is there, and is ended', async ({
	page,
	signIn,
	site
}) => {
	const email = 'hana.kim@wrsd.example';
	const theirs = await elsewhere(site, email);
	const mayRead = async () => (await theirs?.get('/manage/records', { maxRedirects: 0 }))?.status();
	expect(await mayRead()).toBe(403);
	await signIn(admin);
	await page.goto('/manage/rights');
	await expect(page.getByRole('row', { name: /Whitfield/ })).toContainText('Yours: somebody else ends it');
	await page.getByRole('link', { name: 'Grant a right' }).click();
	await page.getByLabel('Name or e-mail address').fill('hana kim');
	await page.getByRole('button', { name: 'Find' }).click();
	await page.getByRole('link', { name: 'Choose Kim, Hana' }).click();
	await expect(heading(page, 'Grant Hana Kim a right')).toBeVisible();
	await page.getByRole('button', { name: 'Grant a right' }).click();
	await expect(page.getByRole('alert')).toContainText('Choose which right');
	await page.getByRole('radio', { name: /^Auditor/ }).check();
	await page.getByLabel('Where').selectOption({ label: 'Mountain View Middle School' });
	await page.getByRole('button', { name: 'Grant a right' }).click();
	await expect(page.getByRole('alert')).toContainText('This right is held for the whole district.');
	await page.getByRole('radio', { name: /^School administrator/ }).check();
	await page.getByRole('button', { name: 'Grant a right' }).click();
	await expect(page.getByText('The right is granted.')).toBeVisible();
	await expect(
		page.getByRole('row', { name: /Hana Kim.*School administrator.*Mountain View/ })
	).toBeVisible();
	expect(await mayRead()).toBe(200);

	await page.getByRole('link', { name: 'End this right: School administrator of Hana Kim' }).click();
	await expect(heading(page, 'End this right?')).toBeVisible();
	await page.getByRole('button', { name: 'End this right' }).click();
	await expect(page.getByText('The right has ended.')).toBeVisible();
	expect(await mayRead()).toBe(403);

	const student = await site.person('student@wrsd.example');
	await page.goto(`/manage/rights/new?person=${student.person}`);
	await expect(
		page.getByText('Students, guardians and volunteers hold no rights over others.')
	).toBeVisible();
	await expect(page.getByRole('radio')).toHaveCount(0);
});

test('two records of one person are compared, merged, and taken apart again', async ({
	page,
	signIn,
	site
}) => {
	const { person } = await site.person('beth.sorensen@wrsd.example');
	const twin = await secondRecord(site, 'Elizabeth', 'Sorensen-Twin');
	await signIn(admin);
	await page.goto(`/manage/people/${person}`);
	await page.getByRole('link', { name: 'Merge with another record' }).click();
	await page.getByLabel('Find the other record of Beth Sorensen').fill('sorensen-tw');
	await page.getByRole('button', { name: 'Find' }).click();
	await page.getByRole('link', { name: 'Compare with Sorensen-Twin, Elizabeth' }).click();
	const side = page.getByRole('table', { name: 'Both records, side by side' });
	await expect(side.getByRole('columnheader', { name: /Beth Sorensen.*Stays/ })).toBeVisible();
	await expect(side).toContainText('coach, Thomas Hill K-8 School');
	await side.getByRole('link', { name: 'Keep this one: Elizabeth Sorensen-Twin' }).click();
	await expect(side.getByRole('columnheader', { name: /Elizabeth.*Stays/ })).toBeVisible();
	await side.getByRole('link', { name: 'Keep this one: Beth Sorensen' }).click();
	await expect(side.getByRole('columnheader', { name: /Beth Sorensen.*Stays/ })).toBeVisible();
	await page.getByRole('button', { name: 'Merge them' }).click();
	await expect(page.getByRole('alert')).toContainText('Say why, in ten characters or more.');
	await page
		.getByLabel('How do you know that they are one person?')
		.fill('She uses both first names; payroll confirmed it.');
	await page.getByRole('button', { name: 'Merge them' }).click();
	await expect(page.getByText('The two records are one now.')).toBeVisible();
	await expect(heading(page, 'Beth Sorensen')).toBeVisible();
	await expect(section(page, 'Roles')).toContainText('Thomas Hill K-8 School');
	await page.goto(`/manage/people/${twin}`);
	await expect(page).toHaveURL(new RegExp(person));
	await page.goto('/manage/people?q=sorensen&presence=any');
	expect(await names(page)).toEqual(['Sorensen, Beth']);

	await page.goto(`/manage/people/${person}`);
	await page.getByRole('link', { name: 'Undo this merge' }).click();
	await page.getByLabel('Why are they two people after all?').fill('Payroll had mixed up two sisters.');
	await page.getByRole('button', { name: 'Undo the merge' }).click();
	await expect(page.getByText('The merge is undone')).toBeVisible();
	await expect(section(page, 'Roles')).not.toContainText('Thomas Hill K-8 School');
	await page.goto('/manage/people?q=sorensen&presence=any');
	expect(await names(page)).toEqual(['Sorensen, Beth', 'Sorensen-Twin, Elizabeth']);
});

test('the audit shows, filters and exports what was done and who looked', async ({ page, signIn, site }) => {
	const { person } = await site.person('marcus.lee@wrsd.example');
	await signIn(principal);
	await page.goto(`/manage/people/${person}`);
	await signIn(auditor);
	await page.goto('/manage/audit');
	await expect(page.getByRole('rowheader').first()).toBeVisible();
	await page.getByLabel('Kind').selectOption({ label: 'Looks and exports' });
	await page.getByLabel('About whom').fill('marcus lee');
	await page.getByRole('button', { name: 'Show' }).click();
	// The row may have stood there before; what is filled in before the answer has come would be taken back by it.
	await expect(page).toHaveURL(/[?&]kind=access/);
	const row = page.getByRole('row', { name: /Looked at the whole record.*Marcus Lee.*Denise Okafor/ });
	await expect(row).toBeVisible();
	await page.getByLabel('About whom').fill('');
	await page.getByLabel('By whom').fill('baptiste');
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page.getByRole('alert')).toContainText('Several people fit.');
	await page.getByRole('main').getByRole('link', { name: 'Rosa Baptiste' }).click();
	await expect(page.getByLabel('By whom')).toHaveValue('Rosa Baptiste');

	await page.goto(`/manage/audit?person=${person}`);
	const href = await page.getByRole('link', { name: 'Export as a file' }).getAttribute('href');
	const response = await page.request.get(href ?? '');
	expect(response.headers()['content-type']).toContain('text/csv');
	const rows: Record<string, string>[] = parse(await response.text(), {
		columns: true,
		record_delimiter: '\r\n'
	});
	expect(new Set(rows.map(({ person_id: id }) => id))).toEqual(new Set([person]));
	expect(rows.map(({ what }) => what)).toContain('Looked at the whole record');
	await expect
		.poll(async () => {
			const { rows: logged } = await site.owner.query<{ detail: { what: string; of_person: string } }>(
				`select detail from access_log where kind = 'export' order by id desc limit 1`
			);
			return logged[0]?.detail;
		})
		.toMatchObject({ what: 'audit', of_person: person });
	for (const query of [
		'?kind=nonsense',
		'?from=2026-02-30',
		'?person=nobody-of-that-name',
		'?actor=baptiste'
	])
		expect((await page.request.get(`/manage/audit/export.csv${query}`)).status(), query).toBe(400);
});

test('an auditor reads everything and changes nothing', async ({ page, signIn, post, site }) => {
	const { person } = await site.person('carmen.delgado@wrsd.example');
	await signIn(auditor);
	for (const path of ['/manage', '/manage/people', '/manage/rights', '/manage/audit', '/manage/records'])
		expect((await page.goto(path))?.status(), path).toBe(200);
	await page.goto('/manage/rights');
	await expect(page.getByRole('link', { name: /^End|^Grant/ })).toHaveCount(0);
	await page.goto(`/manage/people/${person}`);
	await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
	const { rows: grants } = await site.owner.query<{ id: string }>('select id from scope_grant limit 1');
	for (const path of [
		`/manage/people/${person}?/endSessions`,
		`/manage/people/${person}?/disable`,
		`/manage/people/${person}/merge?/merge`,
		'/manage/rights/new',
		`/manage/rights/${grants[0]?.id}/end`
	])
		expect((await post(path, { person, reason: 'long enough a reason' })).status(), path).toBe(403);
});

test('a principal sees the people of their own school, and nothing of rights and audit', async ({
	page,
	signIn,
	post,
	site
}) => {
	const own = await site.person('luc.fontaine@wrsd.example');
	const foreign = await site.person('ingrid.eriksen@wrsd.example');
	await signIn(principal);
	await page.goto('/manage');
	const cards = await page.getByRole('main').getByRole('link').allInnerTexts();
	expect(cards).toEqual(expect.arrayContaining(['People', 'Completion records', 'Coverage']));
	for (const card of ['Rights', 'Audit']) expect(cards).not.toContain(card);
	await page.goto('/manage/people?q=eriksen&presence=any');
	await expect(page.getByRole('status')).toHaveText('Nobody found');
	expect((await page.goto(`/manage/people/${own.person}`))?.status()).toBe(200);
	for (const path of [`/manage/people/${foreign.person}`, '/manage/people/nobody'])
		expect((await page.goto(path))?.status(), path).toBe(404);
	expect((await post(`/manage/people/${foreign.person}?/endSessions`)).status()).toBe(404);
	for (const path of [
		'/manage/rights',
		'/manage/rights/new',
		'/manage/audit',
		'/manage/audit/export.csv',
		`/manage/people/${own.person}/merge`
	])
		expect((await page.goto(path))?.status(), path).toBe(403);
});

test('nobody else gets to any of it', async ({ page, signIn }) => {
	const paths = ['/manage', '/manage/people', '/manage/rights', '/manage/audit', '/manage/audit/export.csv'];
	for (const who of ['certified.teacher@wrsd.example', 'student@wrsd.example', 'guardian@wrsd.example']) {
		await signIn(who);
		for (const path of paths) expect((await page.goto(path))?.status(), `${who} ${path}`).toBe(403);
		expect((await page.goto('/record'))?.status(), who).toBe(200);
	}
	await page.context().clearCookies();
	for (const path of [...paths, '/record']) {
		await page.goto(path);
		await expect(page, path).toHaveURL(/\/sign-in\?next=/);
	}
});
