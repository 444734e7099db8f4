import type { Page } from '@playwright/test';

/** Waits until the page's script has come and answers; at once where scripts are off (see lib/early-input.ts). */
export async function ready(page: Page): Promise<void> {
	await page.waitForFunction(() => window.earlyInput === undefined);
}

/** Opens a page and waits until it answers. */
export async function openReady(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await ready(page);
}
