import { test as base, type APIResponse } from '@playwright/test';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { startSite, type RunningSite, type Site } from './site.ts';

type Sites = { of(file: string): Promise<RunningSite> };
type WorkerFixtures = {
	sites: Sites;
	/** The name of the site's host. Passkeys need one that is no number: `test.use({ siteHost: 'localhost' })`. */
	siteHost: string;
};
type Fixtures = {
	/** The site of this spec file. */
	site: Site;
	/** Signs the page's browser in as somebody of the demo district, who gets a sign-in if they have none. */
	signIn(email: string, password?: string): Promise<void>;
	/** Posts a form as the page's browser would, without going through the page; redirects are not followed. */
	post(path: string, form?: Record<string, string>): Promise<APIResponse>;
};

/** Playwright's `test` with Waypost's vocabulary. Files share nothing; the tests of one file share its site. */
export const test = base.extend<Fixtures, WorkerFixtures>({
	siteHost: ['127.0.0.1', { option: true, scope: 'worker' }],
	sites: [
		async ({ siteHost }, use) => {
			let current: { file: string; site: RunningSite } | undefined;
			await use({
				async of(file) {
					if (current?.file === file) return current.site;
					await current?.site.stop();
					current = { file, site: await startSite({ host: siteHost }) };
					return current.site;
				}
			});
			await current?.site.stop();
		},
		{ scope: 'worker', timeout: 60_000 }
	],
	site: async ({ sites }, use, { file }) => {
		const site = await sites.of(file);
		await use(site);
		await site.setClock(null);
	},
	baseURL: async ({ site }, use) => use(site.baseURL),
	post: async ({ page, baseURL }, use) => {
		await use((path, form = {}) =>
			page.request.post(path, {
				form,
				// Without `accept`, SvelteKit takes the request for one of its own scripts and answers with JSON.
				headers: { origin: baseURL ?? '', accept: 'text/html' },
				maxRedirects: 0
			})
		);
	},
	signIn: async ({ site, post }, use) => {
		await use(async (email, password = demoPassword) => {
			await site.giveSignIn(email);
			const response = await post('/sign-in', { email, password });
			if (response.status() !== 303) throw new Error(`${email} was not signed in: ${response.status()}`);
		});
	}
});

export { expect } from '@playwright/test';
