import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { unpackWoff } from './woff.ts';

export type Weight = 'regular' | 'bold';
export type TextStyle = { weight: Weight; size: number; color: string };
/** Text that the fonts can draw; `complete` is false when a letter of the original had to give way. */
export type Printable = { text: string; complete: boolean };
type Font = { name: string; has: (codePoint: number) => boolean };

const weights: Record<Weight, number> = { regular: 400, bold: 700 };
// Each weight comes as two files: latin, and the letters of further European languages.
const subsets = ['latin', 'latin-ext'];
const KEPT = 500;
const files = new Map<string, Buffer>();

function fontFile(subset: string, weight: Weight): Buffer {
	const file = `atkinson-hyperlegible-next-${subset}-${weights[weight]}-normal.woff`;
	const known = files.get(file);
	if (known) return known;
	const path = createRequire(import.meta.url).resolve(`@fontsource/atkinson-hyperlegible-next/files/${file}`);
	const read = unpackWoff(readFileSync(path));
	files.set(file, read);
	return read;
}

/**
 * Writes lines of text into a PDF with Atkinson Hyperlegible Next, each run in the file that has its letters.
 * Positions and widths in points, from the top left; `y` is the top of the line.
 */
export class TextPen {
	readonly #doc: PDFKit.PDFDocument;
	readonly #fonts: Record<Weight, Font[]>;
	// Letters say the same to everybody, but for the names.
	readonly #printables = new Map<string, Printable>();
	readonly #wrapped = new Map<string, string[]>();

	constructor(doc: PDFKit.PDFDocument) {
		this.#doc = doc;
		this.#fonts = { regular: this.#open('regular'), bold: this.#open('bold') };
	}

	#open(weight: Weight): Font[] {
		return subsets.map((subset) => {
			const name = `${subset}-${weight}`;
			this.#doc.registerFont(name, fontFile(subset, weight));
			this.#doc.font(name);
			// pdfkit does not tell which letters a font has, but the font that it opened does.
			const { font } = (
				this.#doc as unknown as { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } }
			)._font;
			// Asked for every letter of every line.
			const known = new Map<number, boolean>();
			const has = (codePoint: number) => {
				const found = known.get(codePoint) ?? font.hasGlyphForCodePoint(codePoint);
				known.set(codePoint, found);
				return found;
			};
			return { name, has };
		});
	}

	/**
	 * What of a text can be drawn. A letter with a mark that no file has loses the mark, and a letter of another
	 * script becomes a question mark: never a hole in the line, and `complete` says that something is missing.
	 */
	printable(text: string): Printable {
		const printable = this.#printables.get(text) ?? this.#printable(text);
		if (this.#printables.size < KEPT) this.#printables.set(text, printable);
		return printable;
	}

	#printable(text: string): Printable {
		const has = (letter: string) =>
			[...letter].every((character) =>
				this.#fonts.regular.some((font) => font.has(character.codePointAt(0) ?? 0))
			);
		let complete = true;
		const letters = [...new Intl.Segmenter().segment(text.normalize('NFC'))].map(({ segment }) => {
			if (has(segment)) return segment;
			complete = false;
			const bare = segment.normalize('NFD').replace(/\p{M}/gu, '');
			return bare !== '' && has(bare) ? bare : '?';
		});
		return { text: letters.join(''), complete };
	}

	/** Draws one line and gives its width. */
	write(text: string, x: number, y: number, style: TextStyle): number {
		let at = x;
		this.#doc.fillColor(style.color);
		for (const run of this.#runs(text, style.weight)) {
			this.#doc.font(run.font).fontSize(style.size).text(run.text, at, y, { lineBreak: false });
			at += this.#doc.widthOfString(run.text);
		}
		return at - x;
	}

	width(text: string, style: TextStyle): number {
		let sum = 0;
		for (const run of this.#runs(text, style.weight))
			sum += this.#doc.font(run.font).fontSize(style.size).widthOfString(run.text);
		return sum;
	}

	/** Breaks a text into lines no wider than `width`; a word that is wider by itself is broken anywhere. */
	wrap(text: string, width: number, style: TextStyle): string[] {
		const key = `${style.weight} ${style.size} ${width} ${text}`;
		const lines = this.#wrapped.get(key) ?? this.#wrap(text, width, style);
		if (this.#wrapped.size < KEPT) this.#wrapped.set(key, lines);
		return lines;
	}

	#wrap(text: string, width: number, style: TextStyle): string[] {
		const lines: string[] = [];
		let line = '';
		for (const word of text.split(/\s+/).filter(Boolean)) {
			const longer = line ? `${line} ${word}` : word;
			if (this.width(longer, style) <= width) {
				line = longer;
				continue;
			}
			if (line) lines.push(line);
			line = '';
			for (const letter of word) {
				if (line && this.width(line + letter, style) > width) {
					lines.push(line);
					line = '';
				}
				line += letter;
			}
		}
		return line ? [...lines, line] : lines;
	}

	/** The largest size from `sizes` (falling) at which the text takes no more than `lines`; the last one if none does. */
	fit(
		text: string,
		width: number,
		lines: number,
		sizes: number[],
		style: Omit<TextStyle, 'size'>
	): { size: number; lines: string[] } {
		let fitted = { size: 0, lines: [] as string[] };
		for (const size of sizes) {
			fitted = { size, lines: this.wrap(text, width, { ...style, size }) };
			if (fitted.lines.length <= lines) break;
		}
		return fitted;
	}

	#runs(text: string, weight: Weight): { font: string; text: string }[] {
		const [first, ...others] = this.#fonts[weight];
		if (!first) return [];
		const runs: { font: string; text: string }[] = [];
		for (const character of text) {
			const codePoint = character.codePointAt(0) ?? 0;
			const font = [first, ...others].find((candidate) => candidate.has(codePoint)) ?? first;
			const last = runs.at(-1);
			if (last?.font === font.name) last.text += character;
			else runs.push({ font: font.name, text: character });
		}
		return runs;
	}
}
