import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** WCAG 2.2 A and AA, with what they inherit, and axe's own good practice. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All that a change from light to dark can alter. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** The page as it stands has no accessibility fault that axe can see. A fault is told with its place and remedy. */
export async function axe(page: Page, { only }: { only?: string[] } = {}): Promise<void> {
	const { violations } = await new AxeBuilder({ page })
		// Without frames of others, axe needs no second page to put its findings together.
		.setLegacyMode(true)
		.options({
			resultTypes: ['violations'],
			preload: false,
			runOnly: only ? { type: 'rule', values: only } : STANDARD
		})
		.analyze();
	const told = violations.flatMap(({ id, help, nodes }) => [
		`${id}: ${help}`,
		...nodes.map(
			({ target, failureSummary }) => `  ${target.join(' ')}\n  ${failureSummary?.replaceAll('\n', '\n    ')}`
		)
	]);
	expect(told.join('\n'), `accessibility of ${page.url()}`).toBe('');
}

/** Nothing is wider than the window: nobody has to scroll sideways (WCAG 2.2, 1.4.10). */
export async function noSidewaysScroll(page: Page): Promise<void> {
	const { content, window } = await page.evaluate(() => ({
		content: document.documentElement.scrollWidth,
		window: document.documentElement.clientWidth
	}));
	expect(content, `width of ${page.url()}`).toBeLessThanOrEqual(window);
}

/** The page is accessible in light and dark, on a desk of 1280 px and on a phone of 320 px, and fits both. */
export async function axeEverywhere(page: Page): Promise<void> {
	for (const width of [1280, 320]) {
		await page.setViewportSize({ width, height: 900 });
		await showIn(page, 'light');
		await noSidewaysScroll(page);
		await axe(page);
		await showIn(page, 'dark');
		await axe(page, { only: COLOURS });
	}
}

/** Shows the page in light or dark without asking for it again. */
export async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
	await page.emulateMedia({ colorScheme });
	await page.evaluate(() => {
		// Headless Chromium leaves some inherited `light-dark()` colours as they were until they are worked out anew.
		const root = document.documentElement;
		root.style.display = 'none';
		root.getBoundingClientRect();
		root.style.removeProperty('display');
	});
}
