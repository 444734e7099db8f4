import { setImmediate as breathe } from 'node:timers/promises';
import { m } from '#lib/messages/compiled/messages.js';
import { locales, type Locale } from '#lib/messages/compiled/runtime.js';
import { TextPen, type TextStyle } from '#lib/server/certification/pdf-text.ts';
import { artifact, collect, metadataText, openTaggedPdf } from '#lib/server/certification/tagged-pdf.ts';

export type LetterSender = { origin: string; district: string; zone: string };
/** Whom a letter is for, and by whose hand it comes home. */
export type LetterAddress = {
	name: string;
	school: string;
	locale: Locale;
	/** The child and class it is handed out by, so that a teacher can sort them; null where it goes straight to the reader. */
	handTo: string | null;
};

// Letter, upright, in points; the colours are those of the light theme (styles/tokens.css).
const page = { width: 612, height: 792 };
export const column = { left: 68, right: 544 };
export const width = column.right - column.left;
export const ink = '#1b2430';
const inkSoft = '#4b5664';
const line = '#d5d0c2';
export const evergreen = '#17594a';
export const quiet = '#e7efe9';

export const plain: TextStyle = { weight: 'regular', size: 11.5, color: ink };
export const soft: TextStyle = { weight: 'regular', size: 10, color: inkSoft };
export const strong: TextStyle = { weight: 'bold', size: 12, color: ink };
export const headline: TextStyle = { weight: 'bold', size: 25, color: ink };
export const heading: TextStyle = { weight: 'bold', size: 14, color: ink };
const LEADING = 1.34;
/** After so many letters others get their turn: a school's letters take seconds. */
const AT_A_TIME = 5;

/**
 * Writes letters as one PDF, a page for each in its reader's language, in the order given; `body` writes what stands
 * below the address. Tagged for reading machines; the document's own language is that of whoever prints it.
 */
export async function renderLetters<Letter extends LetterAddress>(
	letters: readonly Letter[],
	sender: LetterSender,
	{ title, printedAt, language }: { title: string; printedAt: Date; language: Locale },
	body: (page: LetterPage, letter: Letter) => void
): Promise<Buffer> {
	const doc = openTaggedPdf({
		title,
		language,
		author: sender.district,
		made: printedAt,
		size: [page.width, page.height],
		firstPage: false
	});
	const finished = collect(doc);
	const root = doc.struct('Document', { title: metadataText(title), lang: language });
	doc.addStructure(root);
	let pen: TextPen | null = null;
	for (const [index, letter] of letters.entries()) {
		if (index % AT_A_TIME === 0) await breathe();
		doc.addPage();
		pen ??= new TextPen(doc);
		const part = doc.struct('Sect', { lang: letter.locale });
		root.add(part);
		const written = new LetterPage(doc, pen, part);
		written.address(letter, sender);
		body(written, letter);
		part.end();
	}
	root.end();
	doc.end();
	return finished;
}

/** One letter while it is written, from the top down: `y` is where the next block begins. */
export class LetterPage {
	readonly doc: PDFKit.PDFDocument;
	readonly pen: TextPen;
	readonly part: PDFKit.PDFStructureElement;
	y = 58;

	constructor(doc: PDFKit.PDFDocument, pen: TextPen, part: PDFKit.PDFStructureElement) {
		this.doc = doc;
		this.pen = pen;
		this.part = part;
	}

	/** From which school, for whom, and by whose hand. */
	address({ name, school, locale, handTo }: LetterAddress, { district }: LetterSender) {
		const options = { locale };
		artifact(this.doc, () => this.#drawHead());
		this.block('P', school, { ...strong, color: evergreen }, { gap: 0, sizes: [12, 10, 8] });
		if (school !== district) this.block('P', district, soft, { gap: 0 });
		this.y = Math.max(this.y, 100) + 10;
		this.block(
			'P',
			m.invite_letter_for({ name }, options),
			{ ...strong, size: 14 },
			{ actual: name, gap: 2, sizes: [14, 12, 10, 8] }
		);
		if (handTo !== null)
			this.block('P', m.invite_letter_hand_to({ name: handTo }, options), soft, { gap: 2, sizes: [10, 8] });
		this.y += 14;
	}

	/** One tagged block at the column's left edge; the next one begins `gap` below. `sizes` makes it fit two lines. */
	block(tag: string, text: string, style: TextStyle, { gap = 12, actual = '', sizes = [style.size] } = {}) {
		const { text: printable, complete } = this.pen.printable(text);
		const { size, lines } = this.pen.fit(printable, width, 2, sizes, style);
		this.part.add(
			this.doc.struct(tag, complete || actual === '' ? {} : { actual: text }, [
				() => this.#lines(lines, column.left, { ...style, size })
			])
		);
		this.y += gap;
	}

	list(entries: readonly string[], { marks = true, style = plain } = {}) {
		const list = this.doc.struct('L');
		this.part.add(list);
		const indent = marks ? 22 : 14;
		entries.forEach((entry, index) => {
			const lines = this.pen.wrap(this.pen.printable(entry).text, width - indent, style);
			const mark = marks ? `${index + 1}.` : '•';
			list.add(
				this.doc.struct('LI', {}, [
					this.doc.struct('Lbl', {}, [
						() => this.pen.write(mark, column.left, this.y, { ...style, weight: 'bold', color: evergreen })
					]),
					this.doc.struct('LBody', {}, [() => this.#lines(lines, column.left + indent, style)])
				])
			);
			this.y += marks ? 5 : 3;
		});
		list.end();
		this.y += 10;
	}

	/** At the foot of the page, a line in each other language for whoever got it in the wrong one. */
	otherLanguages(locale: Locale, words: (options: { locale: Locale }) => string) {
		const others = locales.filter((other) => other !== locale);
		this.y = Math.max(this.y, page.height - 66 - others.length * soft.size * LEADING);
		artifact(this.doc, () =>
			this.doc
				.lineWidth(0.75)
				.strokeColor(line)
				.moveTo(column.left, this.y)
				.lineTo(column.right, this.y)
				.stroke()
		);
		this.y += 8;
		for (const other of others) {
			const said = words({ locale: other });
			this.part.add(this.doc.struct('P', { lang: other }, [() => this.#lines([said], column.left, soft)]));
		}
	}

	#lines(lines: readonly string[], x: number, style: TextStyle) {
		for (const [index, entry] of lines.entries()) {
			// With the space at its end, a reading machine does not glue two words together.
			this.pen.write(index < lines.length - 1 ? `${entry} ` : entry, x, this.y, style);
			this.y += style.size * LEADING;
		}
	}

	/** The band with the mark and the word to it: decoration, so no part of the text. */
	#drawHead() {
		const doc = this.doc;
		doc.rect(0, 0, page.width, 10).fill(evergreen);
		doc
			.save()
			.translate(column.right - 104, 54)
			.scale(0.86);
		doc.path('M14.5 4h3v26.5h-3z').fill('#49525d');
		doc.path('M5 6h17l5 4.2L22 14.5H5z').fill(evergreen);
		doc.path('M27 16.5H13l-4.4 3.6 4.4 3.7h14z').fill('#5f9682');
		doc.restore();
		this.pen.write(m.shell_brand(), column.right - 74, 58, { weight: 'bold', size: 18, color: ink });
	}
}
