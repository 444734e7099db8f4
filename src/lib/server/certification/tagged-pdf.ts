import PDFDocument from 'pdfkit';
import type { Locale } from '#lib/messages/compiled/runtime.js';

/**
 * A new PDF that is tagged for reading machines (PDF/UA-1, ISO 14289): its title and language, embedded fonts alone.
 * `size`: width and height in points. What is drawn must be part of its structure or an artifact.
 */
export function openTaggedPdf({
	title,
	language,
	author,
	made,
	size,
	firstPage = true
}: {
	title: string;
	language: Locale;
	author: string;
	made: Date;
	size: [number, number];
	firstPage?: boolean;
}): PDFKit.PDFDocument {
	return new PDFDocument({
		size,
		margin: 0,
		pdfVersion: '1.7',
		// pdfkit knows it; its types do not yet.
		subset: 'PDF/UA' as string as PDFKit.Mixins.PDFSubsets,
		tagged: true,
		lang: language,
		displayTitle: true,
		autoFirstPage: firstPage,
		// No font but the embedded ones.
		font: '',
		info: { Title: metadataText(title), Author: metadataText(author), CreationDate: made }
	});
}

/** A picture with its alternative text; `box` is left, top, right, bottom. */
export function figure(
	doc: PDFKit.PDFDocument,
	alt: string,
	box: number[],
	draw: () => void
): PDFKit.PDFStructureElement {
	const options = { alt, bbox: box, placement: 'Block' };
	return doc.struct('Figure', options, [draw]);
}

/** Draws decoration, which is no part of the text. */
export function artifact(doc: PDFKit.PDFDocument, draw: () => void): void {
	doc.markContent('Artifact', { type: 'Layout' });
	draw();
	doc.endMarkedContent();
}

/** pdfkit writes these texts into XML as they are, where `&` and `<` would break it. */
export function metadataText(text: string): string {
	return text.replace(/\s*&\s*/g, ' + ').replace(/[<>]/g, ' ');
}

/** The bytes of a document, once it has ended. To be called before anything is drawn. */
export async function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of doc) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
