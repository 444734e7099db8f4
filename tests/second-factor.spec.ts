import type { Page } from '@playwright/test';
import { TOTP } from 'otpauth';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { passkeyDevice } from './harness/passkey.ts';
import { expect, test } from './harness/test.ts';

// Passkeys belong to a name, not to a number.
// A browser's context keeps the device that a test gave it.
test.use({ siteHost: 'localhost', reuseContext: false });

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function enter(page: Page, email: string): Promise<void> {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function prove(page: Page): Promise<void> {
	await page.goto('/second-factor');
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Confirm with my password' }).click();
	await expect(page.getByRole('button', { name: 'I am done here' })).toBeVisible();
}

async function keptCodes(page: Page): Promise<string[]> {
	const shown = page.getByRole('region', { name: 'Keep these recovery codes now' });
	await expect(shown.getByRole('listitem')).toHaveCount(10);
	return shown.getByRole('listitem').allInnerTexts();
}

test('somebody makes a passkey, signs in with it alone, and after the password', async ({ page, signIn }) => {
	const email = 'certified.teacher@wrsd.example';
	await signIn(email);
	const device = await passkeyDevice(page);
	await page.goto('/sessions');
	await page.getByRole('link', { name: 'See or change your second step' }).click();
	await expect(page.getByText('Your sign-in has no second step yet')).toBeVisible();
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Confirm with my password' }).click();
	await page.getByLabel('Name of this passkey').fill('My phone');
	await page.getByRole('button', { name: 'Make a passkey' }).click();
	await expect(page.getByText('Your passkey is ready.')).toBeVisible();
	await keptCodes(page);
	await page.getByRole('link', { name: 'I have kept them' }).click();
	await expect(page.getByText('My phone', { exact: true })).toBeVisible();
	// They are shown this once.
	await expect(page.getByText('Keep these recovery codes now')).toBeHidden();

	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
	await expect(page).toHaveURL('/learn');

	await page.getByRole('button', { name: 'Sign out' }).click();
	await enter(page, email);
	await expect(heading(page)).toHaveText('One more step');
	// The password alone opens nothing.
	await page.goto('/learn');
	await expect(heading(page)).toHaveText('Sign in');
	await page.goto('/sign-in/second-factor');
	await device.answers(false);
	await page.getByRole('button', { name: 'Use your passkey' }).click();
	await expect(page.getByText('Nothing happened')).toBeVisible();
	await device.answers(true);
	await page.getByRole('button', { name: 'Use your passkey' }).click();
	await expect(page).toHaveURL('/learn');
});

test('an authenticator app and recovery codes do without JavaScript', async ({ browser, baseURL, site }) => {
	const email = 'second.teacher@wrsd.example';
	await site.giveSignIn(email);
	const context = await browser.newContext({ baseURL: baseURL ?? '', javaScriptEnabled: false });
	const page = await context.newPage();
	await enter(page, email);
	await prove(page);
	await expect(page.getByText('Passkeys need JavaScript').first()).toBeVisible();
	await page.getByRole('button', { name: 'Set up an app' }).click();
	await page.getByLabel('Code from your authenticator app').fill('000 00');
	await page.getByRole('button', { name: 'Finish' }).click();
	await expect(page.getByRole('alert')).toContainText('not the code that the app shows now');
	const secret = (await page.locator('code').first().innerText()).replaceAll(' ', '');
	const totp = new TOTP({ secret });
	await page.getByLabel('Code from your authenticator app').fill(totp.generate());
	await page.getByRole('button', { name: 'Finish' }).click();
	const codes = await keptCodes(page);

	await page.getByRole('button', { name: 'Sign out' }).click();
	await enter(page, email);
	await page.getByLabel('Code from your authenticator app').fill('123456');
	await page.getByRole('button', { name: 'Go on' }).click();
	await expect(page.getByRole('alert')).toContainText('This code is not right, or was used already');
	await page.getByText('use a recovery code').click();
	await page.getByLabel('Recovery code').fill(codes[0] ?? '');
	await page.getByRole('button', { name: 'Use this code' }).click();
	await expect(page).toHaveURL('/learn');

	await page.getByRole('button', { name: 'Sign out' }).click();
	await enter(page, email);
	// Half a minute ahead: the code that set the app up is used.
	await page
		.getByLabel('Code from your authenticator app')
		.fill(totp.generate({ timestamp: Date.now() + 30_000 }));
	await page.getByRole('button', { name: 'Go on' }).click();
	await expect(page).toHaveURL('/learn');
	await page.goto('/second-factor');
	await expect(page.getByText('9 of 10 are left')).toBeVisible();
	await context.close();
});

test('the other devices are signed out by a first factor, and one can be taken away again', async ({
	page,
	browser,
	baseURL,
	signIn
}) => {
	const email = 'lapsed.teacher@wrsd.example';
	await signIn(email);
	const elsewhere = await browser.newContext({ baseURL: baseURL ?? '' });
	const other = await elsewhere.newPage();
	await enter(other, email);
	await expect(other).toHaveURL('/learn');
	await passkeyDevice(page);
	await prove(page);
	await page.getByRole('button', { name: 'Make a passkey' }).click();
	await keptCodes(page);
	await other.goto('/learn');
	await expect(heading(other)).toHaveText('Sign in');
	await elsewhere.close();

	await page.getByText('Rename or remove').click();
	await page.getByLabel('Name of this passkey').first().fill('Classroom computer');
	await page.getByRole('button', { name: 'Save the name' }).click();
	await expect(page.getByText('The name is changed.')).toBeVisible();
	await expect(page.getByText('Rename or remove “Classroom computer”')).toBeVisible();
	await page.getByRole('button', { name: 'Remove this passkey' }).click();
	await expect(page.getByText('Your sign-in has no second step yet')).toBeVisible();
	await page.getByRole('button', { name: 'I am done here' }).click();
	await expect(page.getByText('First show that it is you')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Make a passkey' })).toBeHidden();
});

test('an open screen alone changes nothing', async ({ signIn, post, page }) => {
	await signIn('sean.obrien@wrsd.example');
	for (const action of ['beginApp', 'renewCodes', 'removeApp']) {
		const answer = await post(`/second-factor?/${action}`);
		expect(answer.status(), action).toBe(403);
	}
	await page.goto('/second-factor');
	await expect(page.getByRole('button', { name: 'Set up an app' })).toBeHidden();
});

test('a session on a shared device offers “Not me”, which leads the next person to sign in', async ({
	page
}) => {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill('new.teacher@wrsd.example');
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByLabel('Others use this device after me').check();
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(page).toHaveURL('/learn');
	await page.goto('/sessions');
	await expect(page.getByRole('row', { name: /This device/ })).toContainText('Shared device');
	await page.getByRole('button', { name: /^Not me/ }).click();
	await expect(page).toHaveURL('/sign-in');
	await page.goto('/learn');
	await expect(heading(page)).toHaveText('Sign in');
});

test('who sees no records needs nothing, and whose records wait is told why', async ({ page, signIn }) => {
	await signIn('new.teacher@wrsd.example');
	await page.goto('/second-factor?next=/manage/records');
	await expect(page.getByRole('link', { name: 'Go on to the page you asked for' })).toBeVisible();
	await page.goto('/second-factor?next=https://elsewhere.example/');
	await expect(page.getByRole('link', { name: 'Go on to the page you asked for' })).toBeHidden();
});
