import { describe, expect, test } from 'vitest';
import { lineOf, utterancesOf, wordAt } from './utterances.ts';

const texts = (line: string) => utterancesOf(line).map(({ text }) => text);

describe('a line', () => {
	test('holds the words of all its text nodes, with single spaces as on the screen', () => {
		expect(lineOf(['\n\t\tTell a ', 'grown-up', '  you\ttrust.\n']).text).toBe('Tell a grown-up you trust.');
		expect(lineOf(['  ', '\n']).text).toBe('');
	});

	test('knows of each character in which text node it stands', () => {
		const pieces = ['  Tell ', '  a ', 'grown-up'];
		const { text, spots } = lineOf(pieces);
		expect(spots).toHaveLength(text.length);
		for (const [place, { piece, offset }] of spots.entries())
			expect(pieces[piece]?.[offset]?.trim()).toBe(text[place]?.trim());
	});
});

describe('utterances', () => {
	test('are the sentences of a line, with the quotation marks that belong to them', () => {
		expect(texts('“I am so glad,” says Nana. “You did not do a bad thing.” Then? They play!')).toEqual([
			'“I am so glad,” says Nana.',
			'“You did not do a bad thing.”',
			'Then?',
			'They play!'
		]);
	});

	test('do not end after a title or inside a number, an address or a clause', () => {
		expect(texts('She tells Ms. Noor at school.')).toEqual(['She tells Ms. Noor at school.']);
		expect(texts('Version 1.5 is at wrsd.example now.')).toEqual(['Version 1.5 is at wrsd.example now.']);
	});

	test('say where in the line they begin, and leave out no word', () => {
		const line = `Stop. ${'Ask a grown-up first, '.repeat(20)}then play. ${'x'.repeat(500)} Done`;
		const spoken = utterancesOf(line);
		for (const { text, from } of spoken) expect(line.slice(from, from + text.length)).toBe(text);
		expect(
			spoken
				.map(({ text }) => text)
				.join('')
				.replaceAll(' ', '')
		).toBe(line.replaceAll(' ', ''));
	});

	test('are never so long that an engine would lose its place, and are cut at a comma where there is one', () => {
		const line = `${'a word '.repeat(20)}, and ${'then '.repeat(60)}end.`;
		expect(Math.max(...texts(line).map(({ length }) => length))).toBeLessThanOrEqual(220);
		expect(texts(line)[0]).toMatch(/,$/);
	});

	test('of an empty line there are none', () => {
		expect(utterancesOf('')).toEqual([]);
	});
});

describe('a boundary event', () => {
	const word = (text: string, place: number) => {
		const found = wordAt(text, place);
		return found && text.slice(found.from, found.to);
	};

	test('leads to the word that it falls in or before, without the marks around it', () => {
		expect(word('“Shh!” says the fox', 0)).toBe('Shh');
		expect(word('“Shh!” says the fox', 7)).toBe('says');
		expect(word('“Shh!” says the fox', 6)).toBe('says');
	});

	test('takes a word with a hyphen, an apostrophe or an accent as one', () => {
		expect(word('Tell a grown-up.', 9)).toBe('grown-up');
		expect(word('Ana’s eyes', 0)).toBe('Ana’s');
		expect(word('Mañana, ¿no?', 0)).toBe('Mañana');
	});

	test('behind the last word leads nowhere', () => {
		expect(wordAt('Done!', 4)).toBeNull();
	});
});
