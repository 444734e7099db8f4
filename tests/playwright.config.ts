import { defineConfig } from '@playwright/test';
import { browser } from './harness/browser.ts';

/** The browser tests: against the built app in `build/`, on a throw-away PostgreSQL with the demo district. */
export default defineConfig({
	testDir: '.',
	testMatch: '*.spec.ts',
	outputDir: '../test-results',
	globalSetup: './harness/global-setup.ts',
	// Each spec file has a server and a database of its own, so that files don't see each other.
	workers: 2,
	retries: 0,
	forbidOnly: true,
	reporter: [['list']],
	timeout: 90_000,
	expect: { timeout: 15_000 },
	use: await browser()
});
