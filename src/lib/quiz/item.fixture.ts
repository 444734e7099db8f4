import type { Item, ItemType } from './item.ts';

/** Items for tests, one of each type. Secrets hold a mark (`key!`) that nothing shown may hold. */
export const choiceItem = (type: ItemType, correct: readonly boolean[]): Item => ({
	id: `a-${type}`,
	lesson: 'accounts-and-boundaries',
	clauses: ['III.5a'],
	type,
	variants: [
		{
			stem: 'What now?',
			...(type === 'spot-the-problem'
				? { mock: { kind: 'notice' as const, title: 'Draft', text: 'A draft' } }
				: {}),
			choices: correct.map((right, place) => ({
				text: `Choice ${'ABCDEF'[place]}`,
				...(right ? { correct: true } : {}),
				feedback: `key! about ${'ABCDEF'[place]}`
			})),
			rationale: 'key! rationale'
		}
	]
});

export const orderingItem: Item = {
	id: 'an-ordering',
	lesson: 'see-it-report-it',
	clauses: ['III.3', 'II.8'],
	type: 'ordering',
	variants: [
		{
			stem: 'In which order?',
			steps: ['Calm', 'Keep', 'Tell', 'Follow'].map((text) => ({ text, feedback: `key! about ${text}` })),
			rationale: 'key! rationale'
		}
	]
};

export const sortingItem: Item = {
	id: 'a-sorting',
	lesson: 'accounts-and-boundaries',
	clauses: ['III.5b'],
	type: 'sorting',
	critical: true,
	variants: [
		{
			stem: 'Where does it belong?',
			groups: [
				{ id: 'yes', label: 'Fine' },
				{ id: 'no', label: 'Not fine' }
			],
			cards: ['yes', 'no', 'no', 'yes'].map((group, place) => ({
				text: `Card ${'ABCD'[place]}`,
				group,
				feedback: `key! about ${'ABCD'[place]}`
			})),
			rationale: 'key! rationale'
		}
	]
};

export const items: Item[] = [
	choiceItem('single-choice', [false, true, false, false]),
	choiceItem('scenario', [true, false, false, false]),
	choiceItem('true-false', [false, true]),
	choiceItem('multiple-choice', [true, false, true, false]),
	choiceItem('spot-the-problem', [true, true, false, true, false]),
	orderingItem,
	sortingItem
];
