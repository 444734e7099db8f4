import type { Page } from '@playwright/test';
import {
	startLocalProvider,
	type LocalProvider
} from '#lib/server/auth/single-sign-on/testing/local-provider.ts';
import { within } from '#lib/server/db/scope.ts';
import { freePort } from '../src/cli/port.mjs';
import { startServer } from '../src/cli/server.mjs';
import { axeEverywhere } from './harness/page-checks.ts';
import { expect, test as base } from './harness/test.ts';

const maya = 'new.teacher@wrsd.example';
const label = 'the WRSD portal';
const button = { name: `Sign in with ${label}` };

/** A site that offers two providers on this machine; nobody answers at the second one. */
type Offering = { baseURL: string; provider: LocalProvider };
const test = base.extend<object, { offering: Offering }>({
	offering: [
		async ({ sites }, use) => {
			const site = await sites.of(import.meta.filename);
			const port = await freePort();
			const baseURL = `http://127.0.0.1:${port}`;
			const accounts = [
				{ sub: 'maya', email: maya, email_verified: true },
				{ sub: 'maya-again', email: maya, email_verified: true },
				{ sub: 'principal', email: 'principal@wrsd.example', email_verified: true },
				{ sub: 'stranger', email: 'stranger@wrsd.example', email_verified: true },
				{ sub: 'gmail', email: 'maya@elsewhere.example', email_verified: true }
			];
			const provider = await startLocalProvider({
				accounts,
				redirectUri: `${baseURL}/sign-in/with/portal/back`
			});
			const authoritative = { audiences: ['staff'], email_domains: ['wrsd.example'] };
			const settings = { preset: 'oidc', client_id: provider.clientId, authoritative };
			const server = await startServer({
				host: '127.0.0.1',
				port,
				origin: baseURL,
				databaseUrl: site.appUrl,
				env: {
					WAYPOST_DEMO: '1',
					LOG_LEVEL: 'fatal',
					WAYPOST_SSO: JSON.stringify([
						{
							local_issuer: provider.issuer,
							settings: { ...settings, id: 'portal', label, issuer: 'https://portal.example' }
						},
						{
							local_issuer: 'http://127.0.0.1:9',
							settings: { ...settings, id: 'asleep', label: 'Sleepy', issuer: 'https://asleep.example' }
						}
					]),
					WAYPOST_SSO_PORTAL_SECRET: provider.clientSecret,
					WAYPOST_SSO_ASLEEP_SECRET: 'any'
				}
			});
			// The demo's people were not imported; these two count as rostered.
			await within(site.app, { kind: 'system', purpose: 'seed' }, async (trx) => {
				for (const email of [maya, 'principal@wrsd.example'])
					await trx
						.updateTable('person_identity')
						.set({ sourced_id: `roster-${email}` })
						.where('email', '=', email)
						.execute();
			});
			await use({ baseURL, provider });
			server.kill();
			await server.exited;
			await provider.stop();
		},
		{ scope: 'worker', timeout: 60_000 }
	],
	baseURL: async ({ offering }, use) => use(offering.baseURL)
});

/** Answers the provider's question who one is. */
async function be(page: Page, name: string): Promise<void> {
	await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
	await page.getByRole('button', { name, exact: true }).click();
}

test('a teacher signs in with the portal, comes to the page they asked for, and sees the link', async ({
	page
}) => {
	await page.goto('/learn/staff-initial');
	await page.getByRole('link', button).click();
	await be(page, 'maya');
	await expect(page).toHaveURL('/learn/staff-initial');
	await page.goto('/learn');
	await expect(page.getByText('Hello Maya.')).toBeVisible();

	await page.goto('/sessions');
	const links = page.getByRole('region', { name: 'Linked services' });
	await expect(links.getByText(label)).toBeVisible();
	await axeEverywhere(page);
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.getByRole('button', { name: `Remove the link with ${label}` }).click();
	await expect(page.getByText('The link is removed.')).toBeVisible();
	await expect(links).toBeHidden();

	await page.getByRole('button', { name: 'Sign out' }).first().click();
	await expect(page.getByText('You are signed out on this device.')).toBeVisible();
	await expect(page.getByText(`you may still be signed in with ${label}`)).toBeVisible();
	// The next one at this device is asked who they are, though Maya is still signed in there.
	await page.getByRole('link', button).click();
	await be(page, 'maya');
	await expect(page.getByText('Hello Maya.')).toBeVisible();
});

test('the office removes a link whose sign-in was made anew there: its sessions end, and the next sign-in links again', async ({
	page,
	browser,
	baseURL,
	signIn,
	site
}) => {
	const elsewhere = await browser.newContext({ baseURL: baseURL ?? '' });
	const teacher = await elsewhere.newPage();
	await teacher.goto('/sign-in/with/portal?next=/learn');
	await be(teacher, 'maya');
	await expect(teacher.getByText('Hello Maya.')).toBeVisible();

	const { person } = await site.person(maya);
	await signIn('admin@wrsd.example');
	await page.goto(`/manage/people/${person}`);
	const remove = page.getByRole('button', { name: `Remove the link with ${label}` });
	await remove.focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('The link is removed, and their sessions have ended.')).toBeVisible();
	await expect(remove).toBeHidden();
	await expect(page.getByText(/^Link with the sign-in of .* removed$/).first()).toBeVisible();

	await teacher.goto('/learn');
	await expect(teacher.getByRole('heading', { level: 1 })).toHaveText('Sign in');
	// The provider remembers who is signed in there, too.
	await elsewhere.clearCookies();
	await teacher.goto('/sign-in/with/portal?next=/learn');
	await be(teacher, 'maya-again');
	await expect(teacher.getByText('Hello Maya.')).toBeVisible();

	await page.reload();
	await remove.click();
	await expect(remove).toBeHidden();
	await elsewhere.clearCookies();
	await teacher.goto('/sign-in/with/portal?next=/learn');
	await be(teacher, 'maya');
	await expect(teacher.getByText('Hello Maya.')).toBeVisible();
	await elsewhere.close();
});

test('signing in so ends the session that the browser had, and begins one of another id', async ({
	page,
	signIn,
	offering
}) => {
	const session = async () => {
		const cookies = await page.context().cookies();
		return cookies.find(({ name }) => name === 'session')?.value;
	};
	await signIn('certified.teacher@wrsd.example');
	const before = await session();
	await page.goto('/sign-in/with/portal?next=/learn');
	await be(page, 'principal');
	await expect(page).toHaveURL('/learn');
	expect(await session()).not.toBe(before);
	const old = await fetch(`${offering.baseURL}/sessions`, {
		headers: { cookie: `session=${before}` },
		redirect: 'manual'
	});
	expect(old.status).toBe(303);
	// Back in the history, or loaded again, the way back from the provider leads on and does no harm.
	await page.goto('/sign-in/with/portal/back?code=used&state=used');
	await expect(page).toHaveURL('/learn');
});

test('a second subject with the same address is refused, told why, and finds another way', async ({
	page
}) => {
	await page.goto('/sign-in/with/portal');
	await be(page, 'maya');
	await expect(page).toHaveURL('/learn');
	await page.context().clearCookies();

	await page.goto('/sign-in?next=/policy');
	await page.getByRole('link', button).click();
	await be(page, 'maya-again');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		`This person has another sign-in with ${label}`
	);
	await expect(page.getByText('Ask the district technology office')).toBeVisible();
	await axeEverywhere(page);
	await page.getByRole('link', { name: 'Sign in another way' }).click();
	await expect(page).toHaveURL('/sign-in?next=%2Fpolicy');
	await expect(page.getByLabel('E-mail address')).toBeVisible();
});

for (const [who, title] of [
	['stranger', 'You are not in the district’s roster'],
	['gmail', `Nothing from ${label} says who you are here`],
	['Nobody', 'You are not signed in']
] as const) {
	test(`${who} is not signed in: “${title}”`, async ({ page }) => {
		await page.goto('/sign-in/with/portal');
		await be(page, who);
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
		await page.getByRole('link', { name: 'Try again' }).click();
		await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
		const cookies = await page.context().cookies();
		expect(cookies.find(({ name }) => name === 'session')).toBeUndefined();
	});
}

test('an address with somebody’s answer in it signs in no other browser', async ({
	page,
	offering,
	browser
}) => {
	const sent = await page.request.get('/sign-in/with/portal', { maxRedirects: 0 });
	const back = await offering.provider.visit(new URL(sent.headers().location ?? ''), 'principal');
	const context = await browser.newContext({ baseURL: offering.baseURL });
	const other = await context.newPage();
	await other.goto(back.href);
	await expect(other.getByRole('heading', { level: 1 })).toHaveText('Please begin again');
	expect((await context.cookies()).find(({ name }) => name === 'session')).toBeUndefined();
	await context.close();
	await page.goto(back.href);
	await expect(page).toHaveURL('/learn');
});

test('the cookie of the way there is out of reach of scripts, and leads away from no site but ours', async ({
	page
}) => {
	const sent = await page.request.get('/sign-in/with/portal?next=https://elsewhere.example', {
		maxRedirects: 0
	});
	expect(sent.status()).toBe(303);
	expect(sent.headers()['cache-control']).toBe('no-store');
	const cookies = await page.context().cookies();
	expect(cookies.find(({ name }) => name === 'sign-on')).toMatchObject({
		httpOnly: true,
		sameSite: 'Lax',
		path: '/'
	});
	const unknown = await page.request.get('/sign-in/with/nobody', { maxRedirects: 0 });
	expect(unknown.headers().location).toBe('/sign-in');
});

test('a provider that does not answer leaves people a way, and the sign-in page its form', async ({
	page
}) => {
	await page.goto('/sign-in');
	await axeEverywhere(page);
	await page.getByRole('link', { name: 'Sign in with Sleepy' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('No answer from Sleepy right now');
	await page.getByRole('link', { name: 'Try again' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('No answer from Sleepy right now');
	await page.getByRole('link', { name: 'Sign in another way' }).click();
	await expect(page.getByLabel('E-mail address')).toBeVisible();
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('it works the same', async ({ page }) => {
		await page.goto('/sign-in');
		await page.getByRole('link', button).click();
		await be(page, 'principal');
		await expect(page).toHaveURL('/learn');
	});
});

test('where the district has no provider, the sign-in page offers none', async ({ page, site }) => {
	await page.goto(`${site.baseURL}/sign-in`);
	await expect(page.getByLabel('E-mail address')).toBeVisible();
	await expect(page.getByRole('link', { name: /^Sign in with (?!your class)/ })).toBeHidden();
});
