import type { Page } from '@playwright/test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** The pages of a PDF as text. */
export async function pagesOf(pdf: Buffer): Promise<string[]> {
	const document = await getDocument({
		data: new Uint8Array(pdf),
		useSystemFonts: false,
		verbosity: 0
	}).promise;
	const pages = Array.from({ length: document.numPages }, async (_, index) => {
		const { items } = await (await document.getPage(index + 1)).getTextContent();
		return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
	});
	return Promise.all(pages);
}

/** The code that is printed on a letter. */
export function codeOn(page: string | undefined): string {
	const code = /KEY(?:-[0-9A-Z]{4}){4}/.exec(page ?? '')?.[0];
	if (!code) throw new Error(`no code in: ${page}`);
	return code;
}

/** Presses a button that prints, and gives the letters that come up. */
export async function print(page: Page, button: string): Promise<string[]> {
	// Taken on its way: the window shows a PDF in its own manner, and asking once more would make other codes.
	const printed = new Promise<Buffer>((resolve) => {
		void page.context().route('**/*', async (route) => {
			if (route.request().method() !== 'POST') return route.continue();
			const response = await route.fetch({ maxRedirects: 0 });
			if (response.headers()['content-type'] === 'application/pdf') resolve(await response.body());
			await route.fulfill({ response });
		});
	});
	await page.getByRole('button', { name: button }).click();
	const letters = await pagesOf(await printed);
	await page.context().unroute('**/*');
	return letters;
}
