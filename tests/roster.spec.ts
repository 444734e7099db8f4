import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { csv, oneRoster11, zipOf, type Files } from '#lib/server/roster/testing/files.ts';
import { RosterFile } from '#lib/server/roster/testing/roster-file.ts';
import { axeEverywhere } from './harness/page-checks.ts';
import { expect, test } from './harness/test.ts';

const admin = 'admin@wrsd.example';

async function choose(page: Page, name: string, content: Files | string): Promise<void> {
	const buffer = typeof content === 'string' ? Buffer.from(content) : await zipOf(content);
	await page.getByLabel('Roster file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}
/** Sends a file and waits until it was read. */
async function send(page: Page, name: string, content: Files | string): Promise<void> {
	await page.goto('/manage/roster');
	await choose(page, name, content);
	await page.getByRole('button', { name: 'Read the file' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		new RegExp(`^What “${name}” would change|“${name}” was refused`)
	);
}
const sayYes = (page: Page) => page.getByRole('button', { name: 'Bring the district up to date' }).click();
const isApplied = (page: Page, name: string) =>
	expect(page.getByRole('heading', { level: 1 })).toHaveText(`“${name}” was applied`);

test('a district administrator sends a roster, sees what it would change, and says yes', async ({
	page,
	signIn,
	site
}) => {
	await signIn(admin);
	await page.goto('/manage');
	await page.getByRole('main').getByRole('link', { name: 'Roster', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Who is in the district');
	await send(
		page,
		'autumn.zip',
		oneRoster11({
			'users.csv':
				String(oneRoster11()['users.csv']).replace('u6,,,true,s2,student', 'u6,,,maybe,s2,STUDENT') +
				'u9,,,true,s1,wizard,,,Ida,Hill,,,,,,,,\r\n'
		})
	);
	await expect(page.getByRole('listitem').filter({ hasText: 'New people' })).toContainText('8');
	await expect(page.getByText('Ada Park', { exact: true })).toBeVisible();
	await expect(page.getByRole('listitem').filter({ hasText: 'New schools' })).toContainText('North School');
	await expect(
		page.getByRole('row', { name: /users\.csv, line 10 role Row left out wizard “wizard” is no role/ })
	).toBeVisible();
	const { rows: before } = await site.owner.query("select from organisation where name = 'North School'");
	expect(before).toHaveLength(0);

	await page.getByLabel('Kind').selectOption({ label: 'Note (1)' });
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page.getByRole('row', { name: /wizard/ })).toHaveCount(0);
	await expect(page.getByRole('row', { name: /“STUDENT” was taken for student/ })).toBeVisible();

	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download all as CSV' }).click();
	const table = await readFile(await (await downloading).path(), 'utf8');
	expect(table).toContain('users.csv,10,role,wizard');

	await sayYes(page);
	await isApplied(page, 'autumn.zip');
	const { rows: after } = await site.owner.query("select from organisation where name = 'North School'");
	expect(after).toHaveLength(1);
	await page.getByRole('link', { name: 'All imports' }).click();
	await expect(
		page.getByRole('row', { name: /autumn\.zip .*Applied 8 new, 0 changed, 0 left/ })
	).toBeVisible();
});

test('who has left is shown first, and many of them only with their number', async ({ page, signIn }) => {
	await signIn(admin);
	await send(page, 'whole.zip', new RosterFile().files());
	if (await page.getByRole('button', { name: 'Bring the district up to date' }).isVisible())
		await sayYes(page);
	await isApplied(page, 'whole.zip');

	await send(page, 'half.zip', new RosterFile().remove('u3').remove('u4').files());
	const left = page.getByRole('listitem').filter({ hasText: 'People who have left' });
	await expect(left).toContainText('Cleo Diaz');
	await expect(left).toContainText('teacher, North School');
	await page.getByLabel('How many people have left?').fill('200');
	await sayYes(page);
	await expect(page.getByRole('alert')).toContainText('Type 2 if that many have left');
	await expect(page.getByLabel('How many people have left?')).toHaveValue('200');
	await axeEverywhere(page);
	await page.getByLabel('How many people have left?').fill('2');
	await sayYes(page);
	await isApplied(page, 'half.zip');
	await expect(page.getByRole('listitem').filter({ hasText: 'People who have left' })).toContainText('2');
});

test('a record that may be another person’s waits for a decision, and nobody decides about their own', async ({
	page,
	signIn,
	site
}) => {
	await signIn(admin);
	const known = await site.person('second.teacher@wrsd.example');
	await send(
		page,
		'held.zip',
		new RosterFile()
			.remove('u3')
			.remove('u4')
			.set('g1', { given: 'Grace', family: 'Adeyemi', email: 'second.teacher@wrsd.example' })
			.set('a1', { given: 'Ana', family: 'Whitfield', email: admin, role: 'administrator' })
			.files()
	);
	await expect(
		page.getByRole('listitem').filter({ hasText: 'Records that wait for a decision' })
	).toContainText('Grace Adeyemi');
	await sayYes(page);
	await isApplied(page, 'held.zip');
	await page.goto('/manage/roster');
	await page.getByRole('link', { name: 'Decide whose records they are' }).click();
	const own = page
		.getByRole('region')
		.or(page.locator('section'))
		.filter({ has: page.getByRole('heading', { name: /admin@wrsd\.example/ }) })
		.last();
	await expect(own).toContainText('This is your own record');
	await axeEverywhere(page);
	await page.getByRole('button', { name: 'It is the same person: Grace Adeyemi' }).click();
	await expect(page.getByRole('status')).toContainText('Decided');
	const { rows } = await site.owner.query(
		`select * from (select set_config('waypost.scope', 'system:roster', false)) s, person_identity where sourced_id = 'g1'`
	);
	expect(rows[0]?.person).toBe(known.person);
	await expect(page.getByRole('button', { name: /Grace Adeyemi/ })).toHaveCount(0);
});

test('a file that is no roster is refused in words, and one that is put away changes nothing', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	await send(page, 'letter.csv', 'Dear Sir or Madam,\nplease find attached …\n');
	await expect(
		page.getByText('letter.csv, line 1: The heading lacks: person_id, given_name, family_name, role.')
	).toBeVisible();
	await expect(page.getByText('nothing in the district has changed')).toBeVisible();
	await axeEverywhere(page);
	await page.setViewportSize({ width: 1280, height: 900 });
	await send(page, 'early.csv', csv('person_id,given_name,family_name,role', 'x1,Ann,Lee,coach'));
	await page.getByRole('button', { name: 'Put the file away' }).click();
	await expect(page.getByRole('row', { name: /early\.csv .*Put away/ })).toBeVisible();
});

test('without a file, the field says so', async ({ page, signIn }) => {
	await signIn(admin);
	await page.goto('/manage/roster');
	await page.getByRole('button', { name: 'Read the file' }).click();
	await expect(page.getByRole('alert')).toContainText('Choose a file first.');
});

test('the template can be downloaded, and each of its columns is explained', async ({ page, signIn }) => {
	await signIn(admin);
	await page.goto('/manage/roster');
	await page.getByText('Which files fit, and what each column means').click();
	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download the template' }).click();
	const template = await readFile(await (await downloading).path(), 'utf8');
	for (const column of template.split('\r\n')[0]?.split(',') ?? [])
		await expect(page.getByText(column, { exact: true })).toBeVisible();
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });
	test('a roster is sent, looked at and applied all the same', async ({ page, signIn }) => {
		await signIn(admin);
		await page.goto('/manage/roster');
		await choose(
			page,
			'plain.csv',
			csv('person_id,given_name,family_name,role,school', 'p1,Flo,May,coach,Mountain View Middle School')
		);
		await page.getByRole('button', { name: 'Read the file' }).click();
		await expect(async () => {
			const again = page.getByRole('link', { name: 'Look again' });
			if (await again.isVisible()) await again.click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('What “plain.csv” would change', {
				timeout: 1_000
			});
		}).toPass();
		const guard = page.getByLabel('How many people have left?');
		if (await guard.isVisible())
			await guard.fill((await page.getByText(/^Type the number \d+/).innerText()).replace(/\D/g, ''));
		await sayYes(page);
		await expect(async () => {
			const again = page.getByRole('link', { name: 'Look again' });
			if (await again.isVisible()) await again.click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('“plain.csv” was applied', {
				timeout: 1_000
			});
		}).toPass();
	});
});

test('nobody else gets to the roster', async ({ page, signIn, post }) => {
	for (const who of [
		'principal@wrsd.example',
		'auditor@wrsd.example',
		'certified.teacher@wrsd.example',
		'student@wrsd.example'
	]) {
		await signIn(who);
		expect((await page.goto('/manage/roster'))?.status(), who).toBe(403);
		expect((await page.goto('/manage/roster/conflicts'))?.status(), who).toBe(403);
		expect(
			(await post('/manage/roster/conflicts?/decide', { conflict: 'x', decision: 'same-person' })).status(),
			who
		).toBe(403);
		expect(
			(await page.request.get('/manage/roster/01900000-0000-7000-8000-000000000000/problems.csv')).status(),
			who
		).toBe(403);
	}
	await page.context().clearCookies();
	await page.goto('/manage/roster');
	await expect(page).toHaveURL(/\/sign-in/);
});
