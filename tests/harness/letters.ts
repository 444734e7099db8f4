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
