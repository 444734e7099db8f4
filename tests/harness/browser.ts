import { existsSync } from 'node:fs';
import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';

const INSTALLED = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium'
];

/** How every test's browser is started. */
export async function browser(): Promise<Partial<PlaywrightTestOptions & PlaywrightWorkerOptions>> {
	return {
		browserName: 'chromium',
		launchOptions: {
			executablePath: await chromiumPath(),
			// A test leaves a page before compiled code pays for its compiling: without the optimising compilers and
			// their threads, a page takes little more than half of the processors' time.
			args: ['--js-flags=--single-threaded --no-opt --no-maglev']
		},
		// Cookies and storage are emptied between tests; the scripts and styles that were loaded stay in the cache.
		reuseContext: true,
		viewport: { width: 1280, height: 900 },
		locale: 'en-US',
		timezoneId: 'America/New_York',
		screenshot: 'only-on-failure',
		// Nothing is measured in the middle of a movement.
		contextOptions: { reducedMotion: 'reduce' }
	};
}

/** PLAYWRIGHT_CHROMIUM, an installed browser, or (Linux x64) the one that comes as a package. */
async function chromiumPath(): Promise<string> {
	const given = process.env.PLAYWRIGHT_CHROMIUM;
	if (given) return given;
	const installed = INSTALLED.find((path) => existsSync(path));
	if (installed) return installed;
	if (process.platform !== 'linux' || process.arch !== 'x64')
		throw new Error('No Chromium was found. Install one, or give its path in PLAYWRIGHT_CHROMIUM.');
	const { default: packaged } = await import('@sparticuz/chromium');
	return packaged.executablePath();
}
