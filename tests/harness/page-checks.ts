import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import type Axe from 'axe-core';

const engine = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** WCAG 2.2 A and AA, with what they inherit, and axe's own good practice. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All that a change from light to dark can alter. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** The page as it stands has no accessibility fault that axe can see. A fault is told with its place and remedy. */
export async function axe(page: Page, { only }: { only?: string[] } = {}): Promise<void> {
	// Put into each document once, and asked there for the faults alone: bringing the engine and carrying all of its
	// findings over would cost several times what the examination does.
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(engine);
	const told = await page.evaluate(
		async (runOnly) => {
			const { axe } = window as unknown as { axe: typeof Axe };
			const { violations } = await axe.run(document, {
				resultTypes: ['violations'],
				preload: false,
				runOnly
			});
			return violations.flatMap(({ id, help, nodes }) => [
				`${id}: ${help}`,
				...nodes.map(
					({ target, failureSummary }) =>
						`  ${target.join(' ')}\n  ${failureSummary?.replaceAll('\n', '\n    ')}`
				)
			]);
		},
		only ? { type: 'rule' as const, values: only } : { type: 'tag' as const, values: STANDARD }
	);
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
	await axeAt(page, [1280, 320]);
}

/** The page is accessible in light and dark on a phone of 320 px: for what is built like a page that was seen on a desk, too. */
export async function axeOnPhone(page: Page): Promise<void> {
	await axeAt(page, [320]);
}

async function axeAt(page: Page, widths: number[]): Promise<void> {
	for (const width of widths) {
		await page.setViewportSize({ width, height: 900 });
		await showIn(page, 'light');
		await noSidewaysScroll(page);
		await axe(page);
		await showIn(page, 'dark');
		await axe(page, { only: COLOURS });
	}
}

/**
 * The page is accessible in the dark on a phone: one look at prose, which differs from pages that were looked at
 * everywhere in its words only.
 */
export async function axeInTheDark(page: Page): Promise<void> {
	await page.setViewportSize({ width: 320, height: 900 });
	await showIn(page, 'dark');
	await noSidewaysScroll(page);
	await axe(page);
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
