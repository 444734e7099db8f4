/**
 * Text as it is spoken: the text nodes of one paragraph become one line of words, the line is cut into sentences,
 * and a place in a sentence (a speech engine's boundary event) leads to its word and back to the text nodes.
 */

/** A place in the texts that were joined: which text, and how many characters into it. */
export type Spot = { piece: number; offset: number };
export type Line = { text: string; spots: Spot[] };
/** A part of a line that is spoken at one go; `from` is where it begins in the line. */
export type Utterance = { text: string; from: number };

/** Engines lose their place in long texts, and some stop after a quarter of a minute. */
const LONGEST = 220;
/** A full stop after these ends no sentence. */
const SHORTENED = /(?:^|[\s(“"])(?:Mr|Mrs|Ms|Dr|St|Sr|Sra|Srta|Dra|No|vs|e\.g|i\.e)\.$/;

/** Joins the texts of a paragraph. White space becomes single spaces, as it does on the screen. */
export function lineOf(pieces: readonly string[]): Line {
	let text = '';
	const spots: Spot[] = [];
	for (const [piece, words] of pieces.entries()) {
		for (let offset = 0; offset < words.length; offset++) {
			const isSpace = /\s/.test(words[offset] ?? '');
			if (isSpace && (text === '' || text.endsWith(' '))) continue;
			text += isSpace ? ' ' : words[offset];
			spots.push({ piece, offset });
		}
	}
	if (!text.endsWith(' ')) return { text, spots };
	return { text: text.slice(0, -1), spots: spots.slice(0, -1) };
}

/** Cuts a line into sentences, and a very long sentence at its commas or, failing that, between words. */
export function utterancesOf(line: string): Utterance[] {
	const utterances: Utterance[] = [];
	let from = 0;
	for (const { index, 0: end } of line.matchAll(/[.!?…]+["'”’)\]»]*(?=\s)/g)) {
		const to = index + end.length;
		if (end === '.' && SHORTENED.test(line.slice(from, to))) continue;
		utterances.push(...partsOf(line.slice(from, to), from));
		from = to + 1;
	}
	if (from < line.length) utterances.push(...partsOf(line.slice(from), from));
	return utterances;
}

function partsOf(sentence: string, from: number): Utterance[] {
	if (sentence.length <= LONGEST) return [{ text: sentence, from }];
	const start = sentence.slice(0, LONGEST);
	const comma = Math.max(start.lastIndexOf(', '), start.lastIndexOf('; '), start.lastIndexOf(': '));
	const space = comma > LONGEST / 3 ? comma + 1 : start.lastIndexOf(' ');
	const cut = space > 0 ? space : LONGEST;
	const next = sentence[cut] === ' ' ? cut + 1 : cut;
	return [{ text: sentence.slice(0, cut), from }, ...partsOf(sentence.slice(next), from + next)];
}

/** The word at a place of a text, without the marks around it; the next word where the place is between two. */
export function wordAt(text: string, place: number): { from: number; to: number } | null {
	for (const { index, 0: word } of text.matchAll(/[\p{L}\p{N}]+(?:[’'.,@:/_-]+[\p{L}\p{N}]+)*/gu))
		if (index + word.length > place) return { from: index, to: index + word.length };
	return null;
}
