import type { Page } from '@playwright/test';
import { expect, test } from './harness/test.ts';

/** The names of the style sheets that a page has in the end. */
async function sheetsOf(page: Page, path: string): Promise<string[]> {
	await page.goto(path, { waitUntil: 'networkidle' });
	return page.evaluate(() =>
		[...document.styleSheets].flatMap(({ href }) => (href ? [href.slice(href.lastIndexOf('/') + 1)] : []))
	);
}

test('every page brings its styles with it: scripts add none, so nothing shifts and nothing is bare without them', async ({
	page,
	signIn,
	browser,
	baseURL
}) => {
	const open = [
		'/sign-in',
		'/sign-in/forgot',
		'/invitation',
		'/official-accounts',
		'/verify',
		'/help',
		'/join'
	];
	const administrators = [
		'/manage/people',
		'/manage/families',
		'/manage/invitations',
		'/manage/letters',
		'/manage/rights/new',
		'/manage/audit',
		'/record',
		'/sessions',
		'/second-factor'
	];
	const plain = await browser.newContext({ baseURL: baseURL ?? '', javaScriptEnabled: false });
	const bare = await plain.newPage();
	const compare = async (path: string) =>
		expect(await sheetsOf(page, path), path).toEqual(await sheetsOf(bare, path));
	for (const path of open) await compare(path);
	await signIn('admin@wrsd.example');
	await plain.addCookies(await page.context().cookies());
	for (const path of administrators) await compare(path);
	await plain.close();
});
