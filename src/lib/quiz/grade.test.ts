import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedbackAfterFail, feedbackAfterPass, grade, gradeAttempt } from './grade.ts';
import type { Answer, Item, ItemDraw } from './item.ts';
import { choiceItem, items, orderingItem, sortingItem } from './item.fixture.ts';
import { drawItem } from './present.ts';

/** The right answer to an item as drawn, made from the key the long way round. */
function rightAnswer(item: Item, draw: ItemDraw): Answer {
	const variant = item.variants[draw.variant]!;
	if ('choices' in variant)
		return {
			choices: draw.order.flatMap((place, shown) => (variant.choices[place]?.correct ? [shown] : []))
		};
	if ('steps' in variant) return { sequence: variant.steps.map((_, place) => draw.order.indexOf(place)) };
	return { groups: draw.order.map((place) => variant.cards[place]!.group) };
}

const anyAnswer: fc.Arbitrary<Answer | null> = fc.oneof(
	fc.constant(null),
	fc.array(fc.integer({ min: -2, max: 6 })).map((choices) => ({ choices })),
	fc.array(fc.integer({ min: -2, max: 6 })).map((sequence) => ({ sequence })),
	fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }).map((sequence) => ({ sequence })),
	fc.array(fc.constantFrom('yes', 'no', 'other', null)).map((groups) => ({ groups }))
);
const drawn = fc
	.tuple(
		fc.constantFrom(...items),
		fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
	)
	.map(([item, stream]) => ({ item, draw: drawItem(item, 0, () => stream.next().value as number) }));

describe('grading one item', () => {
	test('takes the right answer wherever its options were shown', () => {
		fc.assert(fc.property(drawn, ({ item, draw }) => grade(item, draw, rightAnswer(item, draw))));
	});

	test('takes nothing but the right answer', () => {
		fc.assert(
			fc.property(drawn, anyAnswer, ({ item, draw }, answer) => {
				const key = rightAnswer(item, draw);
				const sorted = (given: Answer | null) =>
					JSON.stringify(given && 'choices' in given ? given.choices.toSorted((a, b) => a - b) : given);
				expect(grade(item, draw, answer)).toBe(sorted(answer) === sorted(key));
			}),
			{ numRuns: 500 }
		);
	});

	test('counts an item left alone as wrong', () => {
		for (const item of items) expect(grade(item, drawItem(item, 0, Math.random), null)).toBe(false);
	});

	test('gives nothing for a part of the right choices, or for all of them and one more', () => {
		const item = choiceItem('multiple-choice', [true, false, true, false]);
		const draw = { item: item.id, variant: 0, order: [3, 2, 1, 0] };
		expect(grade(item, draw, { choices: [1] })).toBe(false);
		expect(grade(item, draw, { choices: [1, 2, 3] })).toBe(false);
		expect(grade(item, draw, { choices: [3, 1] })).toBe(true);
	});

	test('gives nothing for naming a right choice twice', () => {
		const item = choiceItem('true-false', [true, false]);
		expect(grade(item, { item: item.id, variant: 0, order: [0, 1] }, { choices: [0, 0] })).toBe(false);
	});
});

describe('grading an attempt', () => {
	const drawsOf = (list: Item[]) => list.map((item) => drawItem(item, 0, Math.random));
	const answersOf = (list: Item[], draws: ItemDraw[], missed: string[]) =>
		Object.fromEntries(
			list.map((item, place) => [item.id, missed.includes(item.id) ? null : rightAnswer(item, draws[place]!)])
		);

	test('rounds the percentage down', () => {
		const draws = drawsOf(items);
		const result = gradeAttempt(items, draws, answersOf(items, draws, ['an-ordering']), {
			passMarkPercent: 85
		});
		expect(result).toEqual({
			score: 6,
			total: 7,
			percent: 85,
			missedCritical: [],
			passed: true,
			lessonsToReview: ['see-it-report-it']
		});
	});

	test('a missed critical item fails an attempt with any score', () => {
		const draws = drawsOf(items);
		const result = gradeAttempt(items, draws, answersOf(items, draws, ['a-sorting']), {
			passMarkPercent: 10
		});
		expect(result).toMatchObject({ score: 6, passed: false, missedCritical: ['a-sorting'] });
	});

	test('names each lesson to review once, and counts only what was drawn', () => {
		const drawnItems = items.slice(0, 3);
		const draws = drawsOf(drawnItems);
		const result = gradeAttempt(items, draws, {}, { passMarkPercent: 80 });
		expect(result).toMatchObject({ score: 0, total: 3, lessonsToReview: ['accounts-and-boundaries'] });
	});

	test('that drew nothing is not passed, and an unknown item is an error', () => {
		expect(gradeAttempt(items, [], {}, { passMarkPercent: 0 })).toMatchObject({ percent: 0, passed: false });
		expect(() => gradeAttempt([], drawsOf(items), {}, { passMarkPercent: 80 })).toThrow('a-single-choice');
	});

	test('passes exactly when the score reaches the mark and nothing critical is missed', () => {
		fc.assert(
			fc.property(
				fc.subarray(items.map((item) => item.id)),
				fc.integer({ min: 1, max: 100 }),
				(missed, mark) => {
					const draws = drawsOf(items);
					const result = gradeAttempt(items, draws, answersOf(items, draws, missed), {
						passMarkPercent: mark
					});
					expect(result.passed).toBe(result.percent >= mark && !missed.includes('a-sorting'));
				}
			)
		);
	});
});

describe('feedback after a fail', () => {
	test('speaks only of what was chosen or misplaced, and never of the rationale or the key', () => {
		fc.assert(
			fc.property(drawn, anyAnswer, ({ item, draw }, answer) => {
				const feedback = feedbackAfterFail(item, draw, answer);
				const told = JSON.stringify(feedback);
				for (const secret of ['correct', 'rationale', '"key"']) expect(told).not.toContain(secret);
				const variant = item.variants[0]!;
				if ('choices' in variant) {
					const chosen = new Set(
						answer && 'choices' in answer ? answer.choices.map((shown) => draw.order[shown]) : []
					);
					variant.choices.forEach((choice, place) => {
						expect(told.includes(choice.feedback)).toBe(chosen.has(place));
						expect(told.includes(choice.text)).toBe(chosen.has(place));
					});
				} else for (const part of feedback) expect(part.right).toBe(false);
			}),
			{ numRuns: 500 }
		);
	});

	test('on an ordering speaks of the misplaced steps and where they were put', () => {
		const draw = { item: 'an-ordering', variant: 0, order: [3, 0, 1, 2] };
		// Given: Calm, Tell, Keep, Follow.
		expect(feedbackAfterFail(orderingItem, draw, { sequence: [1, 3, 2, 0] })).toEqual([
			{ option: 'Tell', given: '2', right: false, text: 'key! about Tell' },
			{ option: 'Keep', given: '3', right: false, text: 'key! about Keep' }
		]);
	});

	test('on an ordering that is all wrong lists the steps as they were put, never in the right order', () => {
		const draw = { item: 'an-ordering', variant: 0, order: [0, 1, 2, 3] };
		const told = feedbackAfterFail(orderingItem, draw, { sequence: [3, 2, 1, 0] });
		expect(told.map(({ given }) => given)).toEqual(['1', '2', '3', '4']);
	});

	test('on a sorting names the group given, not the right one', () => {
		const draw = { item: 'a-sorting', variant: 0, order: [0, 1, 2, 3] };
		expect(feedbackAfterFail(sortingItem, draw, { groups: ['yes', 'yes', null, 'yes'] })).toEqual([
			{ option: 'Card B', given: 'Fine', right: false, text: 'key! about B' }
		]);
	});

	test('is empty for an item left alone', () => {
		for (const item of items)
			expect(feedbackAfterFail(item, drawItem(item, 0, Math.random), null)).toEqual([]);
	});
});

describe('feedback after a pass', () => {
	test('tells everything: each option, the right places and groups, rationale and clauses', () => {
		const ordering = feedbackAfterPass(
			orderingItem,
			{ item: 'an-ordering', variant: 0, order: [3, 0, 1, 2] },
			null
		);
		expect(ordering.rationale).toBe('key! rationale');
		expect(ordering.clauses).toEqual(['III.3', 'II.8']);
		expect(ordering.feedback.map((step) => [step.option, step.key, step.given])).toEqual([
			['Calm', '1', null],
			['Keep', '2', null],
			['Tell', '3', null],
			['Follow', '4', null]
		]);

		const sorting = feedbackAfterPass(
			sortingItem,
			{ item: 'a-sorting', variant: 0, order: [1, 0, 2, 3] },
			{ groups: ['yes', 'yes', 'no', 'yes'] }
		);
		expect(sorting.feedback[0]).toEqual({
			option: 'Card B',
			given: 'Fine',
			right: false,
			text: 'key! about B',
			key: 'Not fine'
		});

		const item = choiceItem('single-choice', [true, false, false, false]);
		const choice = feedbackAfterPass(
			item,
			{ item: item.id, variant: 0, order: [1, 0, 2, 3] },
			{ choices: [0] }
		);
		expect(choice.feedback.map((option) => [option.right, option.given !== null])).toEqual([
			[false, true],
			[true, false],
			[false, false],
			[false, false]
		]);
	});
});
