import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import type Axe from 'axe-core';

const engine = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** WCAG 2.2 A and AA, with what they inherit, and axe's own good practice. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All that a change from light to dark can alter. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

let engineAddress: Promise<string> | undefined;

/**
 * Gives the engine to browsers of this machine, and says where. They keep the file and its compiled form in their cache;
 * to bring half a megabyte to each document through the debugger costs as much as the examination does.
 */
async function serveEngine(): Promise<string> {
	const server = createServer((_, response) => {
		response.setHeader('content-type', 'text/javascript; charset=utf-8');
		response.setHeader('cache-control', 'public, max-age=86400, immutable');
		response.end(engine);
	}).listen(0, '127.0.0.1');
	server.unref();
	await once(server, 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/axe.js`;
}

/** Puts the engine into the page's document, once. */
async function bringEngine(page: Page): Promise<void> {
	const there = await page.evaluate(
		async (src) => {
			if ('axe' in window) return true;
			// The nonce of the page's own script lets ours run under its policy. A page without scripts has none.
			const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') ?? {};
			if (!nonce) return false;
			const script = Object.assign(document.createElement('script'), { nonce, src });
			return new Promise<boolean>((resolve) => {
				script.onload = () => resolve(true);
				script.onerror = () => resolve(false);
				document.head.append(script);
			}).finally(() => script.remove());
		},
		await (engineAddress ??= serveEngine())
	);
	if (!there) await page.evaluate(engine);
}

/**
 * Examines the page as it stands: no fault that axe can see, each told with its place and remedy, and nothing wider
 * than the window (WCAG 2.2, 1.4.10). `only`: these rules alone. Faults are gathered; the test goes on to the next look.
 */
async function examine(page: Page, only?: string[]): Promise<void> {
	const { told, content, window } = await page.evaluate(
		async (runOnly) => {
			const root = document.documentElement;
			// Headless Chromium leaves some inherited `light-dark()` colours as they were until they are worked out anew.
			root.style.display = 'none';
			root.getBoundingClientRect();
			root.style.removeProperty('display');
			const { axe } = window as unknown as { axe: typeof Axe };
			// Asked for the faults alone: to carry all of its findings over would cost more than the examination.
			const { violations } = await axe.run(document, {
				resultTypes: ['violations'],
				preload: false,
				runOnly
			});
			const told = violations.flatMap(({ id, help, nodes }) => [
				`${id}: ${help}`,
				...nodes.map(
					({ target, failureSummary }) =>
						`  ${target.join(' ')}\n  ${failureSummary?.replaceAll('\n', '\n    ')}`
				)
			]);
			return { told: told.join('\n'), content: root.scrollWidth, window: root.clientWidth };
		},
		only ? { type: 'rule' as const, values: only } : { type: 'tag' as const, values: STANDARD }
	);
	expect.soft(told, `accessibility of ${page.url()}`).toBe('');
	expect.soft(content, `width of ${page.url()}`).toBeLessThanOrEqual(window);
}

/** Looks at the page so, and leaves the window as it was, in light. */
async function inWindow(page: Page, look: (width: (pixels: number) => Promise<void>) => Promise<void>) {
	const before = page.viewportSize();
	await bringEngine(page);
	await look((width) => page.setViewportSize({ width, height: 900 }));
	await page.emulateMedia({ colorScheme: 'light' });
	if (before) await page.setViewportSize(before);
}

/** The page is accessible, and fits its window, as it stands. */
export async function axe(page: Page): Promise<void> {
	await bringEngine(page);
	await examine(page);
}

/** The page is accessible in light and dark, on a desk of 1280 px and on a phone of 320 px, and fits both. */
export async function axeEverywhere(page: Page): Promise<void> {
	await inWindow(page, async (width) => {
		await width(1280);
		await examine(page);
		await page.emulateMedia({ colorScheme: 'dark' });
		await examine(page, COLOURS);
		await width(320);
		await examine(page);
		await page.emulateMedia({ colorScheme: 'light' });
		await examine(page, COLOURS);
	});
}

/** The page is accessible in light and dark on a phone of 320 px: for what is built like a page that was seen on a desk, too. */
export async function axeOnPhone(page: Page): Promise<void> {
	await inWindow(page, async (width) => {
		await width(320);
		await examine(page);
		await page.emulateMedia({ colorScheme: 'dark' });
		await examine(page, COLOURS);
	});
}

/**
 * The page is accessible in the dark on a phone: one look at prose, which differs from pages that were looked at
 * everywhere in its words only.
 */
export async function axeInTheDark(page: Page): Promise<void> {
	await inWindow(page, async (width) => {
		await width(320);
		await page.emulateMedia({ colorScheme: 'dark' });
		await examine(page);
	});
}

/** Nothing is wider than the window: nobody has to scroll sideways (WCAG 2.2, 1.4.10). */
export async function noSidewaysScroll(page: Page): Promise<void> {
	const { content, window } = await page.evaluate(() => ({
		content: document.documentElement.scrollWidth,
		window: document.documentElement.clientWidth
	}));
	expect(content, `width of ${page.url()}`).toBeLessThanOrEqual(window);
}
