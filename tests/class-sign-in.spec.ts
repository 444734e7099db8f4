import type { Browser, Page } from '@playwright/test';
import { expect, test } from './harness/test.ts';

const teacher = 'elementary.teacher@wrsd.example';
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function openCards(page: Page, room = 'Grade 1, Room 4'): Promise<void> {
	await page.goto('/teach');
	await page.getByRole('link', { name: room }).click();
	await page.getByRole('link', { name: 'Picture sign-in' }).click();
	await expect(heading(page)).toHaveText('Picture sign-in');
}

/** Makes a card for the first child of the list; gives the name and what is on it. */
async function makeCard(page: Page): Promise<{ name: string; pictures: string[]; word: string }> {
	await page
		.getByRole('group', { name: 'Children who get a new card' })
		.getByRole('checkbox')
		.first()
		.check();
	await page.getByRole('button', { name: 'Make the cards' }).click();
	await expect(heading(page)).toHaveText('Print these cards now');
	const card = page.getByRole('main').getByRole('listitem').first();
	const read = {
		name: await card.getByRole('heading').innerText(),
		pictures: await card.getByRole('listitem').allInnerTexts(),
		word: (await card.getByText('Word').locator('xpath=following-sibling::b').innerText()).trim()
	};
	await page.getByRole('link', { name: 'I have printed them' }).click();
	await expect(heading(page)).toHaveText('Picture sign-in');
	return read;
}

/** A class code of its own for each test. */
async function classCode(page: Page): Promise<string> {
	const code = page.getByText('Code for today').locator('xpath=following-sibling::b');
	const before = (await code.count()) > 0 ? await code.innerText() : '';
	await page.getByRole('button', { name: /^(Show a code for today|Make a new code)$/ }).click();
	await expect(code).not.toHaveText(before || 'none');
	return (await code.innerText()).trim();
}

/** Lets a device ask with the code, and opens it; gives what it and the teacher's screen call it. */
async function openDevice(page: Page, tablet: Page, code: string): Promise<string> {
	await tablet.goto('/class');
	await tablet.getByLabel('Class code').fill(code);
	await tablet.getByRole('button', { name: 'Go' }).click();
	await expect(heading(tablet)).toHaveText('Wait for your teacher');
	const mark = await tablet.getByText(/^\S+ and \S+$/).innerText();
	await page.getByRole('checkbox', { name: mark }).check();
	await page.getByRole('button', { name: 'Open the ticked devices' }).click();
	await expect(page.getByText('Opened: 1')).toBeVisible();
	return mark;
}

/** A classroom device of its own. */
async function device(
	browser: Browser,
	baseURL: string | undefined,
	javaScriptEnabled = true
): Promise<Page> {
	const context = await browser.newContext({ baseURL: baseURL ?? '', javaScriptEnabled });
	return context.newPage();
}

async function tap(page: Page, card: { pictures: string[]; word: string }): Promise<void> {
	const asks = ['Tap your first picture', 'Now your second picture', 'Now your third picture'];
	for (const [index, picture] of card.pictures.entries()) {
		await expect(page.getByText(asks[index] ?? '')).toBeVisible();
		await page.getByRole('button', { name: picture, exact: true }).click();
	}
	await expect(page.getByText('Now your word')).toBeVisible();
	await page.getByRole('button', { name: card.word, exact: true }).click();
}

/** How the device names a child: given name and initial. */
const shown = (name: string) => name.replace(/^(\S+) (\S).*$/, '$1 $2.');

test.beforeEach(() => test.setTimeout(180_000));

test('a device shows no name before its teacher opens it, then a child signs in for lessons only', async ({
	page,
	browser,
	baseURL,
	signIn
}) => {
	await signIn(teacher);
	await openCards(page);
	const card = await makeCard(page);
	const code = await classCode(page);

	const tablet = await device(browser, baseURL);
	await tablet.goto('/class');
	await tablet.getByLabel('Class code').fill('ZZZZZZ');
	await tablet.getByRole('button', { name: 'Go' }).click();
	await expect(tablet.getByRole('alert')).toContainText('not a class code of today');
	await tablet.getByLabel('Class code').fill(code.toLowerCase());
	await tablet.getByRole('button', { name: 'Go' }).click();
	await expect(heading(tablet)).toHaveText('Wait for your teacher');
	const waiting = await tablet.content();
	expect(waiting).not.toContain(card.name.split(' ')[0]);
	expect(waiting).not.toContain('Room 4');

	const mark = await tablet.getByText(/^\S+ and \S+$/).innerText();
	await expect(page.getByRole('checkbox', { name: mark })).toBeVisible();
	await page.getByRole('button', { name: 'Open the ticked devices' }).click();
	await expect(page.getByRole('alert')).toContainText('Tick at least one device');
	await page.getByRole('checkbox', { name: mark }).check();
	await page.getByRole('button', { name: 'Open the ticked devices' }).click();
	await expect(page.getByText('Opened: 1')).toBeVisible();

	// The device goes on by itself.
	await expect(heading(tablet)).toHaveText('Who are you?');
	expect(await tablet.content()).not.toContain(card.name);
	const kept = await tablet.request.get('/class');
	expect(kept.headers()['cache-control']).toBe('no-store');
	await tablet.getByRole('link', { name: shown(card.name) }).click();
	await tap(tablet, card);
	await expect(tablet).toHaveURL('/learn');
	await tablet.goto('/learn/student-k2');
	await expect(heading(tablet)).toHaveText('Safe and Kind Online');

	for (const path of [
		'/sessions',
		'/second-factor',
		'/accounts',
		'/learn/student-k2/quiz',
		'/teach',
		'/manage/records'
	]) {
		const answer = await tablet.goto(path);
		expect(answer?.status(), path).toBe(403);
		await expect(heading(tablet)).toHaveText('This part is not for pictures');
	}
	expect((await tablet.goto('/learn/staff-initial'))?.status()).toBe(403);
	expect((await tablet.goto('/learn/family-core'))?.status()).toBe(403);
	expect((await tablet.goto('/help'))?.status()).toBe(200);

	await tablet.getByRole('button', { name: /^Not me/ }).click();
	await expect(heading(tablet)).toHaveText('Who are you?');
	await tablet.context().close();
});

test('closing a device signs out whoever is on it', async ({ page, browser, baseURL, signIn }) => {
	await signIn(teacher);
	await openCards(page);
	const card = await makeCard(page);
	const tablet = await device(browser, baseURL);
	const mark = await openDevice(page, tablet, await classCode(page));
	await tablet.getByRole('link', { name: shown(card.name) }).click();
	await tap(tablet, card);
	await expect(tablet).toHaveURL('/learn');
	await page.getByRole('button', { name: `Close the device with ${mark}` }).click();
	await expect(page.getByText('Whoever was signed in there is signed out')).toBeVisible();
	await tablet.goto('/learn');
	await expect(heading(tablet)).toHaveText('Sign in');
	await tablet.goto('/class');
	await expect(heading(tablet)).toHaveText('Sign in with your class');
	await tablet.context().close();
});

test('wrong pictures say nothing of which was wrong, lead to a break, and the teacher lets the child on', async ({
	page,
	browser,
	baseURL,
	signIn
}) => {
	await signIn(teacher);
	await openCards(page);
	const card = await makeCard(page);
	const tablet = await device(browser, baseURL, false);
	await openDevice(page, tablet, await classCode(page));
	// Without JavaScript there is a button to look again, and each tap is a form.
	await tablet.getByRole('link', { name: 'Look again' }).click();
	await tablet.getByRole('link', { name: shown(card.name) }).click();
	const turned = { ...card, pictures: card.pictures.toReversed() };
	for (let tries = 0; tries < 4; tries += 1) {
		await tap(tablet, turned);
		await expect(tablet.getByText('That was not it.')).toBeVisible();
	}
	await tap(tablet, turned);
	await expect(heading(tablet)).toHaveText('Let’s take a break');

	await page.goto('/teach');
	await page.getByRole('link', { name: 'Grade 1, Room 4' }).click();
	await expect(page.getByText('A child of this class takes a break')).toBeVisible();
	await page.getByRole('link', { name: 'Picture sign-in' }).first().click();
	await page.getByRole('button', { name: `Let ${card.name} try again` }).click();
	await expect(page.getByText('They can try again at once.')).toBeVisible();
	await tablet.getByRole('link', { name: 'I am somebody else' }).click();
	await tablet.getByRole('link', { name: shown(card.name) }).click();
	await tap(tablet, card);
	await expect(tablet).toHaveURL('/learn');
	await tablet.context().close();
});

test('a teacher opens the device in their hands, and is signed out on it', async ({ page, signIn }) => {
	await signIn(teacher);
	await page.goto('/class');
	await expect(heading(page)).toHaveText('Somebody is signed in here');
	await openCards(page, 'Grade 4, Room 11');
	await page.getByRole('button', { name: 'Use this device for the class' }).click();
	await expect(heading(page)).toHaveText('Who are you?');
	await expect(page.getByText('no pictures yet').first()).toBeVisible();
	await page.goto('/teach');
	await expect(heading(page)).toHaveText('Sign in');
	await page.goto('/class');
	await page.getByText('For the grown-up').click();
	await page.getByRole('button', { name: 'End the class on this device' }).click();
	await expect(heading(page)).toHaveText('Sign in with your class');
});

test('nobody but a teacher of the class finds its cards and devices', async ({ page, signIn, post }) => {
	await signIn(teacher);
	await openCards(page);
	const path = new URL(page.url()).pathname;
	for (const [email, status] of [
		['certified.teacher@wrsd.example', 404],
		['principal@wrsd.example', 404],
		['student@wrsd.example', 403]
	] as const) {
		await signIn(email);
		expect((await page.goto(path))?.status(), email).toBe(status);
		for (const action of ['code', 'open', 'openHere', 'close', 'cards', 'again'])
			expect((await post(`${path}?/${action}`)).status(), `${email} ${action}`).toBe(status);
	}
});
