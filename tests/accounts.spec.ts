import type { Page } from '@playwright/test';
import { expect, test } from './harness/test.ts';
import { axeEverywhere } from './harness/page-checks.ts';

const owner = 'certified.teacher@wrsd.example';
const coOwner = 'second.teacher@wrsd.example';
let scripts = true;
const shots = process.env.SHOTS;

async function look(page: Page, name: string): Promise<void> {
	// The engines look through scripts of their own.
	if (!scripts) return;
	await axeEverywhere(page);
	if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}
async function goOn(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Save and continue' }).click();
}
const heading = (page: Page, name: string) =>
	expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

async function fillIn(page: Page, url: string): Promise<void> {
	await page.goto('/accounts/new');
	await page.getByLabel('Classroom account').check();
	await page.getByRole('button', { name: 'Begin a draft' }).click();
	await heading(page, 'What is the account called?');
	await page.getByLabel('Name of the account').fill('Room 6B Robotics');
	await goOn(page);
	await heading(page, 'Where is the account?');
	await page.getByLabel('Photo and video app').check();
	await page.getByLabel('The account’s handle').fill('@room6b_robotics');
	await page.getByLabel('Web address').fill(url);
	await goOn(page);
	await heading(page, 'What is the account for?');
	await page
		.getByLabel('What will you use it for?')
		.fill('Show families what the class builds, and invite questions about it.');
	await page.getByLabel('(II.9)').check();
	await goOn(page);
	await heading(page, 'Who is it for?');
	await page.getByLabel('Families').check();
	await page
		.getByRole('group', { name: /under 13/ })
		.getByLabel('No', { exact: true })
		.check();
	await goOn(page);
	await heading(page, 'Who can see it, and who can write back?');
	await page.getByRole('group', { name: 'Who can see' }).getByLabel('Everybody').check();
	await page.getByRole('group', { name: 'Comments' }).getByLabel('Off').check();
	await page.getByRole('group', { name: 'Direct messages' }).getByLabel('Off').check();
	await goOn(page);
	await heading(page, 'Will it show students?');
	await page.getByLabel('No', { exact: true }).check();
	await goOn(page);
	await heading(page, 'Which e-mail address was the account set up with?');
	await page.getByRole('textbox', { name: 'District e-mail address' }).fill('robotics6b@mail.example');
	await page.getByLabel('Through a district').check();
	await goOn(page);
	await expect(page.getByRole('alert')).toContainText('ends in @wrsd.example');
	await expect(page.getByRole('textbox', { name: 'District e-mail address' })).toHaveValue(
		'robotics6b@mail.example'
	);
	await look(page, 'email-error');
	await page.getByRole('textbox', { name: 'District e-mail address' }).fill('robotics6b@wrsd.example');
	await goOn(page);
	await heading(page, 'How is the account set up?');
	for (const box of await page.getByRole('checkbox').all()) await box.check();
	await page.getByLabel('It is on').check();
	await page.getByLabel('District devices').check();
	await page.getByLabel('Nobody', { exact: true }).check();
	await look(page, 'set-up');
	await goOn(page);
	await heading(page, 'Who looks after it, and how?');
	await page.getByLabel('When do you look after it?').fill('School days, 7:30 to 8:00');
	await page.getByLabel('How are posts').fill('Export of the platform each month to the school drive.');
	await page.getByLabel('How can everybody').fill('Alternative text and checked captions.');
	await page.getByLabel('With whom').fill('Principal');
	await goOn(page);
	await heading(page, 'From when, and until when?');
	await goOn(page);
	await heading(page, 'Who is the co-owner?');
	await look(page, 'colleague');
	await page.getByRole('radio', { name: 'Grace Adeyemi' }).check();
	await goOn(page);
	await heading(page, 'Check your answers');
}

async function tickAll(page: Page): Promise<void> {
	await expect(page.getByRole('checkbox').first()).toBeVisible();
	for (const box of await page.getByRole('checkbox').all()) {
		await expect(box).not.toBeChecked();
		await box.check();
	}
}

test('who has no certification sees what is missing, begins a draft all the same, and is refused with reasons', async ({
	page,
	signIn
}) => {
	test.setTimeout(240_000);
	await signIn('new.teacher@wrsd.example');
	await page.goto('/accounts');
	await expect(page.getByText('Staff certification is missing. It takes about 50 minutes.')).toBeVisible();
	await look(page, 'list-new');
	await fillIn(page, 'https://photos.example/of-the-new-teacher');
	await page.getByRole('link', { name: 'They are right' }).click();
	await tickAll(page);
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByRole('alert')).toContainText('Staff certification is missing');
	await expect(page.getByRole('checkbox').first()).toBeChecked();
	await look(page, 'refused');
	await page.goto('/accounts');
	await expect(page.getByRole('link', { name: 'Room 6B Robotics' })).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
		test.use({ javaScriptEnabled });
		test('a certified teacher registers an account, and the co-owner signs', async ({
			page,
			signIn,
			context
		}) => {
			scripts = javaScriptEnabled;
			test.setTimeout(240_000);
			await signIn(owner);
			await page.goto('/accounts/new');
			await page.getByRole('button', { name: 'Begin a draft' }).click();
			await expect(page.getByRole('alert')).toContainText('Choose the type of account');
			await look(page, 'new');
			const url = `https://photos.example/room6b-${javaScriptEnabled}`;
			await fillIn(page, url);
			await look(page, 'check');
			await page.getByRole('link', { name: /Web address of the account/ }).click();
			await page.getByLabel('Web address').fill('http://photos.example/room6b');
			await goOn(page);
			await expect(page.getByRole('alert')).toContainText('https://');
			await page.getByLabel('Web address').fill(url);
			await goOn(page);
			await heading(page, 'Check your answers');
			await page.getByRole('link', { name: 'They are right' }).click();
			await heading(page, 'Sign the statements');
			await page.getByRole('checkbox').first().check();
			await page.getByRole('button', { name: 'Sign and submit' }).click();
			await expect(page.getByRole('alert')).toContainText('District e-mail');
			await look(page, 'attest');
			for (const box of await page.getByRole('checkbox').all()) await box.check();
			await page.getByRole('button', { name: 'Sign and submit' }).click();
			await expect(page.getByText('Submitted. Your co-owner signs next')).toBeVisible();
			await look(page, 'status');
			const path = new URL(page.url()).pathname;
			await context.clearCookies();
			await signIn('lapsed.teacher@wrsd.example');
			expect((await page.goto(path))?.status()).toBe(404);
			await context.clearCookies();
			await signIn('student@wrsd.example');
			expect((await page.goto('/accounts'))?.status()).toBe(403);
			await context.clearCookies();
			await page.goto('/accounts');
			expect(page.url()).toContain('/sign-in?next=%2Faccounts');
			await signIn(coOwner);
			await page.goto('/accounts');
			await look(page, 'to-sign');
			if (await page.getByRole('link', { name: 'Read and sign' }).isVisible()) {
				await page.getByRole('link', { name: 'Read and sign' }).first().click();
				await look(page, 'co-owner');
				await tickAll(page);
				await page.getByRole('button', { name: 'Sign as co-owner' }).click();
				await expect(page.getByText('You have signed every statement').first()).toBeVisible();
			}
		});
	});
}
