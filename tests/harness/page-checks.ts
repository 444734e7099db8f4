import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** WCAG 2.2 A and AA, with what they inherit, and axe's own good practice. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page as it stands has no accessibility fault that axe can see. A fault is told with its place and remedy. */
export async function axe(page: Page): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).withTags(STANDARD).analyze();
	const told = violations.map(({ id, help, nodes }) =>
		[`${id}: ${help}`, ...nodes.map(({ target, failureSummary }) => `  ${target.join(' ')}\n    ${failureSummary?.replaceAll('\n', '\n    ')}`)].join('\n')
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
