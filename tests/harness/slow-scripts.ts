import type { Page } from '@playwright/test';
import type {} from '#lib/early-input.ts';

/** Holds back every script of the site from now on, as a slow line does, until the function that it gives is called. */
export async function holdScripts(page: Page): Promise<() => Promise<void>> {
	const scripts = Promise.withResolvers<void>();
	await page.route(/\/_app\/.*\.js$/, async (route) => {
		await scripts.promise;
		await route.continue();
	});
	return async () => {
		scripts.resolve();
		// The page has come to life, and has done again what was done before.
		await page.waitForFunction(() => window.earlyInput === undefined);
	};
}
