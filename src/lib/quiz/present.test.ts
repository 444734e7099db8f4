import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from './item.ts';
import { choiceItem, items, orderingItem, sortingItem } from './item.fixture.ts';
import { drawItem, isComplete, misnumbered, readAnswer, showItem } from './present.ts';

const randomness = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
const from = (stream: Iterator<number>) => () => stream.next().value as number;
const straight = (length: number) => Array.from({ length }, (_, place) => place);

function form(fields: [string, string][]): FormData {
	const data = new FormData();
	for (const [name, value] of fields) data.append(name, value);
	return data;
}

describe('a draw', () => {
	test('shows each option once, and steps never in the right order', () => {
		fc.assert(
			fc.property(fc.constantFrom(...items), randomness, (item, stream) => {
				const { order } = drawItem(item, 0, from(stream));
				expect(order.toSorted((a, b) => a - b)).toEqual(straight(order.length));
				if (item.type === 'ordering') expect(order).not.toEqual(straight(order.length));
				if (item.type === 'true-false') expect(order).toEqual([0, 1]);
			})
		);
	});

	test('turns the steps even when chance only ever gives the right order', () => {
		const { order } = drawItem(orderingItem, 0, () => 0.999999);
		expect(order).toEqual([1, 2, 3, 0]);
	});

	test('gives every place to every option about as often', () => {
		const item = choiceItem('single-choice', [true, false, false, false]);
		const places = [0, 0, 0, 0];
		for (let draw = 0; draw < 4000; draw++) {
			const place = drawItem(item, 0, Math.random).order.indexOf(0);
			places[place] = (places[place] ?? 0) + 1;
		}
		for (const times of places) expect(times).toBeGreaterThan(800);
	});

	test('of a variant that does not exist is refused', () => {
		expect(() => drawItem(orderingItem, 4, Math.random)).toThrow('an-ordering');
	});
});

describe('an item as shown', () => {
	test('never holds keys, feedback or rationale', () => {
		fc.assert(
			fc.property(fc.constantFrom(...items), randomness, (item, stream) => {
				const shown = JSON.stringify(showItem(item, drawItem(item, 0, from(stream))));
				for (const secret of ['key!', 'correct', 'rationale', 'feedback', 'critical', 'clauses', '"group"'])
					expect(shown).not.toContain(secret);
			})
		);
	});

	test('has its options in the order drawn', () => {
		const shown = showItem(sortingItem, { item: 'a-sorting', variant: 0, order: [2, 0, 3, 1] });
		expect(shown.options).toEqual(['Card C', 'Card A', 'Card D', 'Card B']);
		expect(shown.groups?.map((group) => group.label)).toEqual(['Fine', 'Not fine']);
	});

	test('is refused with the draw of another item or a broken order', () => {
		expect(() => showItem(sortingItem, { item: 'other', variant: 0, order: [0, 1, 2, 3] })).toThrow();
		expect(() => showItem(sortingItem, { item: 'a-sorting', variant: 0, order: [0, 1, 2, 2] })).toThrow();
	});
});

describe('a posted answer', () => {
	const shownOf = (item: (typeof items)[number]) => showItem(item, drawItem(item, 0, Math.random));
	const ordering = shownOf(orderingItem);
	const sorting = shownOf(sortingItem);
	const multiple = shownOf(choiceItem('multiple-choice', [true, true, false, false]));

	test('is null when nothing was filled in', () => {
		for (const item of items) {
			const shown = shownOf(item);
			expect(readAnswer(shown, form([]))).toBeNull();
			expect(isComplete(shown, null)).toBe(false);
		}
	});

	test('reads choices once each, and leaves out what is not on the list', () => {
		const fields: [string, string][] = ['3', '1', '1', '9', '-1', 'x', '1.5'].map((value) => [
			'choice',
			value
		]);
		expect(readAnswer(multiple, form(fields))).toEqual({ choices: [1, 3] });
	});

	test('reads places into a sequence', () => {
		const answer = readAnswer(
			ordering,
			form([
				['place-0', '3'],
				['place-1', '1'],
				['place-2', '4'],
				['place-3', '2']
			])
		);
		expect(answer).toEqual({ sequence: [1, 3, 0, 2] });
		expect(isComplete(ordering, answer)).toBe(true);
	});

	test('keeps what was typed of an ordering with a number missing or given twice', () => {
		const answer = readAnswer(
			ordering,
			form([
				['place-0', '2'],
				['place-1', '2'],
				['place-3', '4'],
				['place-2', '0']
			])
		);
		expect(answer).toEqual({ sequence: [-1, 0, -1, 3] });
		expect(isComplete(ordering, answer)).toBe(false);
	});

	test('says which numbers of an ordering stand twice, which nowhere, and what was typed', () => {
		const numbered = (...numbers: string[]) =>
			misnumbered(ordering, form(numbers.map((number, option) => [`place-${option}`, number])));
		expect(numbered('1', '2', '3', '3')).toEqual({ typed: [1, 2, 3, 3], twice: [3], missing: [4] });
		expect(numbered('2', '2', '1', '1')).toEqual({ typed: [2, 2, 1, 1], twice: [1, 2], missing: [3, 4] });
		expect(numbered('2', '', '1', '9')).toEqual({ typed: [2, null, 1, null], twice: [], missing: [3, 4] });
	});

	test('has nothing wrong with its numbers when all are well or none was given, or where there are none', () => {
		const whole = ['3', '1', '4', '2'].map((number, option): [string, string] => [`place-${option}`, number]);
		expect(misnumbered(ordering, form(whole))).toBeNull();
		expect(misnumbered(ordering, form(whole.map(([name]) => [name, ''])))).toBeNull();
		expect(misnumbered(sorting, form([['group-1', 'yes']]))).toBeNull();
	});

	test('reads groups by card, and is whole when every card has one', () => {
		const half = readAnswer(
			sorting,
			form([
				['group-1', 'yes'],
				['group-2', 'nowhere']
			])
		);
		expect(half).toEqual({ groups: [null, 'yes', null, null] });
		expect(isComplete(sorting, half)).toBe(false);
		expect(isComplete(sorting, { groups: ['yes', 'yes', 'no', 'no'] })).toBe(true);
	});

	test('to an item with one right choice is whole with exactly one', () => {
		const single = shownOf(choiceItem('single-choice', [true, false, false, false]));
		expect(isComplete(single, { choices: [2] })).toBe(true);
		expect(isComplete(single, { choices: [1, 2] })).toBe(false);
		expect(isComplete(single, { choices: [7] })).toBe(false);
		expect(isComplete(single, { groups: [] })).toBe(false);
	});

	test('read back from the form that shows it is the same answer', () => {
		const permutation = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
		fc.assert(
			fc.property(permutation, (sequence) => {
				const fields = sequence.map((option, place): [string, string] => [
					`place-${option}`,
					String(place + 1)
				]);
				const answer: Answer | null = readAnswer(ordering, form(fields));
				expect(answer).toEqual({ sequence });
			})
		);
	});
});
