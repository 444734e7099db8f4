import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import ItemReview from './ItemReview.svelte';
import type { Answer, ItemType } from './item.ts';
import { orderingItem } from './item.fixture.ts';
import { showItem } from './present.ts';
import QuizItem from './QuizItem.svelte';

const drawings = { scenes: {}, pictures: {} };
const shown = showItem(orderingItem, { item: orderingItem.id, variant: 0, order: [1, 0, 3, 2] });

describe('an ordering question', () => {
	const asked = (props: { answer?: Answer; typed?: (number | null)[]; errors?: string[] }) =>
		render(QuizItem, { props: { shown, drawings, ...props } }).body;

	test('says that nothing is in order yet and offers to keep the order shown', () => {
		expect(asked({})).toContain('No step has been moved yet');
		expect(asked({})).toMatch(/<button[^>]* type="button"[^>]*>[^]*?Keep this order/);
	});

	test('says nothing of it once it is answered', () => {
		expect(asked({ answer: { sequence: [1, 0, 2, 3] } })).not.toContain('Keep this order');
	});

	test('says what is wrong with its numbers, and keeps them as they were typed', () => {
		const body = asked({
			answer: { sequence: [0, 1, 2, -1] },
			typed: [1, 2, 3, 3],
			errors: ['Given more than once: 3.']
		});
		expect(body).toContain('Given more than once: 3.');
		const chosen = [...body.matchAll(/<option value="(\d?)" selected/g)].map(([, number]) => number);
		expect(chosen).toEqual(['1', '2', '3', '3']);
	});
});

describe('the review of a question', () => {
	const reviewed = (type: ItemType) =>
		render(ItemReview, {
			props: {
				type,
				stem: 'A question',
				right: false,
				rationale: 'Why',
				drawings,
				feedback: [
					{ option: 'One', given: '1', right: true, text: 'Words on the right one.' },
					{ option: 'Two', given: '3', right: false, text: 'Words on the wrong one.', key: '2' }
				]
			}
		}).body;

	test('has a hint on a step or card only where it was put wrongly', () => {
		for (const type of ['ordering', 'sorting'] as const) {
			expect(reviewed(type)).toContain('Words on the wrong one.');
			expect(reviewed(type)).not.toContain('Words on the right one.');
		}
	});

	test('has the words on every choice', () => {
		expect(reviewed('multiple-choice')).toContain('Words on the right one.');
	});
});
