import { setImmediate as breathe } from 'node:timers/promises';
import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { locales, type Locale } from '#lib/messages/compiled/runtime.js';
import { TextPen, type TextStyle } from '#lib/server/certification/pdf-text.ts';
import { drawQr } from '#lib/server/certification/qr-code.ts';
import {
	artifact,
	collect,
	figure,
	metadataText,
	openTaggedPdf
} from '#lib/server/certification/tagged-pdf.ts';

/** One letter: to whom, with which code, and by whose hand it comes home. */
export type InvitationLetter = {
	name: string;
	school: string;
	locale: Locale;
	audience: 'family' | 'student' | 'staff';
	purpose: 'first' | 'recovery';
	code: string;
	until: Date;
	/** The child and class it is handed out by, so that a teacher can sort them; null where it goes straight to the reader. */
	handTo: string | null;
};
export type LetterSender = { origin: string; district: string; zone: string };

// Letter, upright, in points; the colours are those of the light theme (styles/tokens.css).
const page = { width: 612, height: 792 };
const column = { left: 68, right: 544 };
const width = column.right - column.left;
const ink = '#1b2430';
const inkSoft = '#4b5664';
const line = '#d5d0c2';
const evergreen = '#17594a';
const quiet = '#e7efe9';

const plain: TextStyle = { weight: 'regular', size: 11.5, color: ink };
const soft: TextStyle = { weight: 'regular', size: 10, color: inkSoft };
const strong: TextStyle = { weight: 'bold', size: 12, color: ink };
const headline: TextStyle = { weight: 'bold', size: 25, color: ink };
const heading: TextStyle = { weight: 'bold', size: 14, color: ink };
const LEADING = 1.34;
/** After so many letters others get their turn: a school's letters take seconds. */
const AT_A_TIME = 5;

/** The address that a letter's square code leads to. */
export function invitationAddress(origin: string, code: string): string {
	return `${origin}/invitation/${code}`;
}

/**
 * Writes letters as one PDF, a page for each in its reader's language, in the order given. Tagged for reading machines;
 * the document's own language is that of whoever prints it.
 */
export async function renderInvitationLetters(
	letters: readonly InvitationLetter[],
	{ origin, district, zone }: LetterSender,
	{ printedAt, language }: { printedAt: Date; language: Locale }
): Promise<Buffer> {
	const title = m.invite_letter_document({}, { locale: language });
	const doc = openTaggedPdf({
		title,
		language,
		author: district,
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
		new Page(doc, pen, root, letter, { origin, district, zone }).write();
	}
	root.end();
	doc.end();
	return finished;
}

class Page {
	readonly #doc: PDFKit.PDFDocument;
	readonly #pen: TextPen;
	readonly #part: PDFKit.PDFStructureElement;
	readonly #letter: InvitationLetter;
	readonly #sender: LetterSender;
	#y = 58;

	constructor(
		doc: PDFKit.PDFDocument,
		pen: TextPen,
		root: PDFKit.PDFStructureElement,
		letter: InvitationLetter,
		sender: LetterSender
	) {
		this.#doc = doc;
		this.#pen = pen;
		this.#letter = letter;
		this.#sender = sender;
		this.#part = doc.struct('Sect', { lang: letter.locale });
		root.add(this.#part);
	}

	write() {
		const { name, school, purpose, audience, handTo } = this.#letter;
		const options = { locale: this.#letter.locale };
		artifact(this.#doc, () => this.#drawHead());
		this.#block('P', school, { ...strong, color: evergreen }, { gap: 0, sizes: [12, 10, 8] });
		if (school !== this.#sender.district) this.#block('P', this.#sender.district, soft, { gap: 0 });
		this.#y = Math.max(this.#y, 100) + 10;
		this.#block(
			'P',
			m.invite_letter_for({ name }, options),
			{ ...strong, size: 14 },
			{ actual: name, gap: 2, sizes: [14, 12, 10, 8] }
		);
		if (handTo !== null)
			this.#block('P', m.invite_letter_hand_to({ name: handTo }, options), soft, { gap: 2, sizes: [10, 8] });
		this.#y += 14;
		if (purpose === 'recovery') {
			this.#block('H1', m.invite_letter_recovery_title({}, options), headline, { gap: 6 });
			this.#block('P', m.invite_letter_recovery({}, options), plain);
		} else {
			this.#block('H1', m.invite_letter_title({}, options), headline, { gap: 6 });
			const intro = {
				family: m.invite_letter_family,
				student: m.invite_letter_student,
				staff: m.invite_letter_staff
			}[audience];
			this.#block('P', intro({}, options), plain);
		}
		this.#block('H2', m.invite_letter_how({}, options), heading, { gap: 4 });
		this.#list(this.#steps());
		this.#codeBox();
		this.#block('H2', m.invite_letter_know({}, options), heading, { gap: 4 });
		this.#list(this.#toKnow(), { marks: false, style: soft });
		this.#otherLanguages();
		this.#part.end();
	}

	#steps(): string[] {
		const options = { locale: this.#letter.locale };
		const scan = m.invite_letter_step_scan({ address: this.#entry() }, options);
		return this.#letter.purpose === 'recovery'
			? [scan, m.invite_letter_recovery_step({}, options)]
			: [scan, m.invite_letter_step_login({}, options), m.invite_letter_step_password({}, options)];
	}

	#toKnow(): string[] {
		const { audience, purpose, locale } = this.#letter;
		const options = { locale };
		return [
			m.invite_letter_know_yours({}, options),
			m.invite_letter_know_lost({}, options),
			...(audience === 'family' && purpose === 'first' ? [m.invite_letter_know_free({}, options)] : []),
			m.invite_letter_know_language({}, options)
		];
	}

	/** Where a code is typed, without the scheme: `waypost.example.org/invitation`. */
	#entry(): string {
		return `${new URL(this.#sender.origin).host}/invitation`;
	}

	/** One tagged block at the column's left edge; the next one begins `gap` below. `sizes` makes it fit two lines. */
	#block(tag: string, text: string, style: TextStyle, { gap = 12, actual = '', sizes = [style.size] } = {}) {
		const { text: printable, complete } = this.#pen.printable(text);
		const { size, lines } = this.#pen.fit(printable, width, 2, sizes, style);
		this.#part.add(
			this.#doc.struct(tag, complete || actual === '' ? {} : { actual: text }, [
				() => this.#lines(lines, column.left, { ...style, size })
			])
		);
		this.#y += gap;
	}

	#lines(lines: readonly string[], x: number, style: TextStyle) {
		for (const [index, entry] of lines.entries()) {
			// With the space at its end, a reading machine does not glue two words together.
			this.#pen.write(index < lines.length - 1 ? `${entry} ` : entry, x, this.#y, style);
			this.#y += style.size * LEADING;
		}
	}

	#list(entries: readonly string[], { marks = true, style = plain } = {}) {
		const list = this.#doc.struct('L');
		this.#part.add(list);
		const indent = marks ? 22 : 14;
		entries.forEach((entry, index) => {
			const lines = this.#pen.wrap(this.#pen.printable(entry).text, width - indent, style);
			const mark = marks ? `${index + 1}.` : '•';
			list.add(
				this.#doc.struct('LI', {}, [
					this.#doc.struct('Lbl', {}, [
						() => this.#pen.write(mark, column.left, this.#y, { ...style, weight: 'bold', color: evergreen })
					]),
					this.#doc.struct('LBody', {}, [() => this.#lines(lines, column.left + indent, style)])
				])
			);
			this.#y += marks ? 5 : 3;
		});
		list.end();
		this.#y += 10;
	}

	/** The code, large enough to be read at arm's length, beside the square one. */
	#codeBox() {
		const { code, until, locale } = this.#letter;
		const options = { locale };
		const address = invitationAddress(this.#sender.origin, code);
		const size = 118;
		const height = size + 24;
		const top = this.#y;
		const doc = this.#doc;
		artifact(doc, () => doc.roundedRect(column.left, top, width, height, 10).fill(quiet));
		const left = column.left + 18;
		const put = (tag: string, text: string, y: number, style: TextStyle) =>
			this.#part.add(doc.struct(tag, {}, [() => this.#pen.write(text, left, y, style)]));
		put('P', m.invite_letter_code({}, options), top + 20, soft);
		const [big] = [19, 17, 15].filter(
			(points) => this.#pen.width(code, { ...strong, size: points }) <= width - size - 54
		);
		put('P', code, top + 35, { ...strong, size: big ?? 13 });
		put(
			'P',
			m.invite_letter_until({ date: lastDay(until, locale, this.#sender.zone) }, options),
			top + 63,
			soft
		);
		const style: TextStyle = { weight: 'bold', size: 13, color: evergreen };
		const link = doc.struct('Link', {}, [
			() => {
				const drawn = this.#pen.write(this.#entry(), left, top + 98, style);
				const annotation = {
					structParent: link,
					// pdfkit writes a String object as text and a plain string as a name.
					Contents: new String(m.invite_letter_link({}, options)) as string
				};
				doc.link(left, top + 98, drawn, style.size * 1.25, `${this.#sender.origin}/invitation`, annotation);
			}
		]);
		this.#part.add(doc.struct('P', {}, [link]));
		const qr = drawQr(address);
		const x = column.right - size - 12;
		const y = top + 12;
		this.#part.add(
			figure(doc, m.invite_letter_qr_alt({ url: address }, options), [x, y, x + size, y + size], () => {
				doc.rect(x, y, size, size).fill('#ffffff');
				doc
					.save()
					.translate(x, y)
					.scale(size / qr.size)
					.path(qr.path)
					.fill(ink)
					.restore();
			})
		);
		this.#y = top + height + 18;
	}

	/** Whoever got it in the wrong language finds out in their own that the page has it. */
	#otherLanguages() {
		const others = locales.filter((locale) => locale !== this.#letter.locale);
		this.#y = Math.max(this.#y, page.height - 66 - others.length * soft.size * LEADING);
		artifact(this.#doc, () =>
			this.#doc
				.lineWidth(0.75)
				.strokeColor(line)
				.moveTo(column.left, this.#y)
				.lineTo(column.right, this.#y)
				.stroke()
		);
		this.#y += 8;
		for (const locale of others) {
			const words = m.invite_letter_other({}, { locale });
			this.#part.add(
				this.#doc.struct('P', { lang: locale }, [() => this.#lines([words], column.left, soft)])
			);
		}
	}

	/** The band with the mark and the word to it: decoration, so no part of the text. */
	#drawHead() {
		const doc = this.#doc;
		doc.rect(0, 0, page.width, 10).fill(evergreen);
		doc
			.save()
			.translate(column.right - 104, 54)
			.scale(0.86);
		doc.path('M14.5 4h3v26.5h-3z').fill('#49525d');
		doc.path('M5 6h17l5 4.2L22 14.5H5z').fill(evergreen);
		doc.path('M27 16.5H13l-4.4 3.6 4.4 3.7h14z').fill('#5f9682');
		doc.restore();
		this.#pen.write(m.shell_brand(), column.right - 74, 58, { weight: 'bold', size: 18, color: ink });
	}
}

/** The last day on which something that ends at `until` is still good. */
function lastDay(until: Date, locale: Locale, zone: string): string {
	return formatDate(new Date(until.getTime() - 1), locale, zone);
}
