import { expect, type Locator, type Page } from '@playwright/test';

const FURTHEST = 150;

/** Presses Tab until the focus is on this, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
	await expect(target).toBeVisible();
	if (!(await tabUntil(page, target, (element) => element === document.activeElement)))
		throw new Error(`${target} can't be reached with Tab`);
}

/** Goes to a button or link with Tab and presses Enter. */
export async function press(page: Page, target: Locator): Promise<void> {
	await tabTo(page, target);
	await page.keyboard.press('Enter');
}

/** Goes to a checkbox with Tab and ticks it with the space bar. */
export async function tick(page: Page, target: Locator): Promise<void> {
	if (await target.isChecked()) return;
	await tabTo(page, target);
	await page.keyboard.press('Space');
	await expect(target).toBeChecked();
}

/** Chooses one of a group of radio buttons: Tab to the group, then the arrow keys. */
export async function choose(page: Page, group: Locator, label: string): Promise<void> {
	const wanted = group.getByRole('radio', { name: label, exact: true });
	await tabInto(page, group);
	// The first press of an arrow may choose another; the space bar chooses the one in focus.
	for (let presses = 0; presses < 12; presses++) {
		if (await hasFocus(wanted)) {
			if (!(await wanted.isChecked())) await page.keyboard.press('Space');
			await expect(wanted).toBeChecked();
			return;
		}
		await page.keyboard.press('ArrowDown');
	}
	throw new Error(`“${label}” can't be reached with the arrow keys`);
}

async function tabInto(page: Page, group: Locator): Promise<void> {
	await expect(group).toBeVisible();
	const isInside = (element: Element) =>
		element.contains(document.activeElement) && document.activeElement?.matches('input[type=radio]') === true;
	if (!(await tabUntil(page, group, isInside)))
		throw new Error(`no radio button of ${group} can be reached with Tab`);
}

/** Presses Tab until the focus is as wanted; false when it never is. The element is looked up once, not at each press. */
async function tabUntil(
	page: Page,
	target: Locator,
	isThere: (element: Element) => boolean
): Promise<boolean> {
	const element = await target.elementHandle();
	for (let presses = 0; presses < FURTHEST; presses++) {
		if (await element?.evaluate(isThere)) return true;
		await page.keyboard.press('Tab');
	}
	return false;
}

function hasFocus(target: Locator): Promise<boolean> {
	return target.evaluate((element) => element === document.activeElement);
}
