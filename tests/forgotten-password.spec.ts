import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { freePort } from '../src/cli/port.mjs';
import { startServer } from '../src/cli/server.mjs';
import { openMail } from './harness/mail.ts';
import { expect, test } from './harness/test.ts';

const subject = 'Choose a new password for Waypost';
const password = 'kettle lantern orchard seventeen';

test('somebody who forgot their password gets a link by mail, chooses a new one, and signs in with it', async ({
	page,
	browser,
	baseURL
}) => {
	const email = 'certified.teacher@wrsd.example';
	// Signed in on another device, which is signed out by the new password.
	const elsewhere = await browser.newContext({ baseURL: baseURL ?? '' });
	const other = await elsewhere.newPage();
	await other.goto('/sign-in');
	await other.getByLabel('E-mail address').fill(email);
	await other.getByLabel('Password', { exact: true }).fill(demoPassword);
	await other.getByRole('button', { name: 'Sign in' }).click();
	await expect(other).toHaveURL('/learn');

	await page.goto('/sign-in');
	await page.getByRole('link', { name: 'Choose a new password' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgot your password?');
	await page.getByLabel('E-mail address').fill('certified.teacher');
	await page.getByRole('button', { name: 'Send me a link' }).click();
	await expect(page.getByRole('alert')).toContainText('Enter your e-mail address');
	await expect(page.getByLabel('E-mail address')).toHaveValue('certified.teacher');
	await page.getByLabel('E-mail address').fill(email);
	await page.getByRole('button', { name: 'Send me a link' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look at your mail');

	await openMail(page, email, subject);
	await page.getByRole('link', { name: 'Choose a new password for Tomás' }).click();
	await expect(page.getByText(email)).toBeVisible();
	await page.getByLabel('New password', { exact: true }).fill('short');
	await page.getByRole('button', { name: 'Save the new password' }).click();
	await expect(page.getByRole('alert')).toContainText('Use at least 15 characters.');
	await page.getByLabel('New password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Save the new password' }).click();
	await expect(page.getByText('Your new password is saved. Sign in with it.')).toBeVisible();

	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByText('Hello Tomás.')).toBeVisible();
	await other.goto('/learn');
	await expect(other).toHaveURL(/\/sign-in/);
	await elsewhere.close();

	await openMail(page, email, 'Your Waypost password was changed');
	await openMail(page, email, subject);
	await page.getByRole('link', { name: 'Choose a new password for Tomás' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link doesn’t work any more');
	await page.getByRole('link', { name: 'Ask for a new link' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgot your password?');
});

test('an address that nobody has gets the same words, and no mail', async ({ page }) => {
	await page.goto('/sign-in/forgot');
	await page.getByLabel('E-mail address').fill('nobody.at.all@wrsd.example');
	await page.getByRole('button', { name: 'Send me a link' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Look at your mail');
	await page.getByRole('link', { name: 'Mails of this demonstration' }).click();
	await expect(page.getByText('nobody.at.all@wrsd.example')).toHaveCount(0);
});

test('a link is kept by no cache and told to no other site', async ({ page }) => {
	const answer = await page.request.get(`/sign-in/reset/${'x'.repeat(43)}`);
	expect(answer.headers()).toMatchObject({
		'cache-control': 'no-store',
		'referrer-policy': 'same-origin',
		'x-robots-tag': 'noindex'
	});
});

test('where no mail is sent, the page says who helps, and mails can’t be read by anybody', async ({
	page,
	site
}) => {
	const port = await freePort();
	const origin = `http://127.0.0.1:${port}`;
	const server = await startServer({
		host: '127.0.0.1',
		port,
		origin,
		databaseUrl: site.appUrl,
		env: { WAYPOST_DEMO: '0', LOG_LEVEL: 'error' }
	});
	try {
		await page.goto(`${origin}/sign-in/forgot`);
		await expect(page.getByText('This site does not send mail')).toBeVisible();
		await expect(page.getByText(/ask your school office, or the district technology office/)).toBeVisible();
		await expect(page.getByLabel('E-mail address')).toHaveCount(0);
		expect((await page.goto(`${origin}/demo/mail`))?.status()).toBe(404);
	} finally {
		server.kill();
		await server.exited;
	}
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('a link is asked for and a new password chosen all the same', async ({ page, site }) => {
		const email = 'second.teacher@wrsd.example';
		await site.giveSignIn(email);
		await page.goto('/sign-in/forgot');
		await page.getByLabel('E-mail address').fill(email);
		await page.getByRole('button', { name: 'Send me a link' }).click();
		await openMail(page, email, subject);
		await page.getByRole('link', { name: 'Choose a new password for Grace' }).click();
		await page.getByLabel('New password', { exact: true }).fill(password);
		await page.getByRole('button', { name: 'Save the new password' }).click();
		await expect(page.getByText('Your new password is saved. Sign in with it.')).toBeVisible();
	});
});
