import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
	AltTextExercise,
	BranchExercise,
	ChecklistExercise,
	Exercise,
	FormPracticeExercise,
	OrderExercise,
	RevealExercise,
	SortExercise,
	SpotExercise
} from './exercise.ts';
import { emptyResponse, readResponse, respond, shownOrder } from './response.ts';

const common = { title: 'Practice', prompt: 'Try it.' };
const sort: SortExercise = {
	...common,
	id: 'which-channel',
	type: 'sort',
	groups: [
		{ id: 'official', label: 'Official account' },
		{ id: 'outside', label: 'Outside account' }
	],
	cards: [
		{ text: 'Homework reminder', group: 'official', feedback: 'School business.' },
		{ text: 'Holiday pictures', group: 'outside', feedback: 'Your own life.' },
		{ text: 'Snow day', group: 'official', feedback: 'The school says so.' }
	]
};
const order: OrderExercise = {
	...common,
	id: 'report-steps',
	type: 'order',
	steps: ['Stay calm', 'Keep it', 'Tell', 'Follow up'].map((text) => ({ text, why: `Because: ${text}` }))
};
const spot: SpotExercise = {
	...common,
	id: 'spot-the-draft',
	type: 'spot',
	mock: { kind: 'notice', title: 'Draft', text: 'A draft' },
	spots: [
		{ text: 'The board', problem: true, feedback: 'It lists readers.' },
		{ text: 'The hashtag', problem: false, feedback: 'Harmless.' },
		{ text: 'The illness', problem: true, feedback: 'Private.' }
	]
};
const branch: BranchExercise = {
	...common,
	id: 'late-message',
	type: 'branch',
	start: 'night',
	scenes: {
		night: {
			text: 'A message at night.',
			choices: [
				{ text: 'Answer', to: 'deep', verdict: 'risky', consequence: 'It goes on.' },
				{ text: 'Tell the office', to: 'safe', verdict: 'best', consequence: 'They help.' }
			]
		},
		deep: {
			text: 'It went on.',
			choices: [{ text: 'Stop', to: 'night', verdict: 'fair', consequence: 'Back.' }]
		},
		safe: { text: 'All is well.' }
	}
};
const reveal: RevealExercise = {
	...common,
	id: 'myths',
	type: 'reveal',
	cards: [
		{ front: 'Deleted is gone', back: 'No.' },
		{ front: 'Private is private', back: 'Not quite.' }
	]
};
const checklist: ChecklistExercise = {
	...common,
	id: 'before-posting',
	type: 'checklist',
	items: [
		{ text: 'Checked the list', why: 'Families said no.' },
		{ text: 'Looked at the board', why: 'It names people.' }
	]
};
const altText: AltTextExercise = {
	...common,
	id: 'describe-it',
	type: 'alt-text',
	scene: 'class-robot',
	alt: 'Four students around a robot',
	context: 'A post about the robotics club',
	keywords: [['robot'], ['students', 'niños', 'team']],
	avoid: ['image of', 'picture of'],
	model: 'Four students cheer as their robot crosses the line.',
	notes: ['It says who and what.']
};
const formPractice: FormPracticeExercise = {
	...common,
	id: 'set-it-up',
	type: 'form-practice',
	fields: [
		{
			label: 'E-mail',
			hint: 'For recovery',
			options: [
				{ text: 'Mine', good: false, feedback: 'You may leave.' },
				{ text: 'The district’s', good: true, feedback: 'It stays.' }
			]
		},
		{
			label: 'Comments',
			hint: '',
			options: [
				{ text: 'Off', good: true, feedback: 'Quiet.' },
				{ text: 'On', good: false, feedback: 'Who reads them?' }
			]
		}
	]
};
const all: Exercise[] = [sort, order, spot, branch, reveal, checklist, altText, formPractice];

function form(fields: [string, string][]): FormData {
	const data = new FormData();
	for (const [name, value] of fields) data.append(name, value);
	return data;
}
const answered = (exercise: Exercise, fields: [string, string][]) =>
	respond(exercise, readResponse(exercise, form(fields)));

describe('the order in which an exercise is shown', () => {
	test('is the same every time, and names each card once', () => {
		expect(shownOrder(sort)).toEqual(shownOrder(sort));
		expect(shownOrder(sort).toSorted()).toEqual([0, 1, 2]);
	});

	test('of steps is never the right one, whatever the exercise is called', () => {
		fc.assert(
			fc.property(fc.string(), fc.integer({ min: 2, max: 6 }), (id, length) => {
				const steps = Array.from({ length }, (_, step) => ({ text: `${step}`, why: '' }));
				const shown = shownOrder({ ...order, id, steps });
				expect(shown).not.toEqual(steps.map((_, step) => step));
				expect(shown.toSorted()).toEqual(steps.map((_, step) => step));
			})
		);
	});
});

describe('a posted exercise form', () => {
	test('that is empty reads as an exercise not begun', () => {
		for (const exercise of all) expect(readResponse(exercise, form([]))).toEqual(emptyResponse(exercise));
	});

	test('may hold anything at all without an error', () => {
		const name = fc.oneof(
			fc.constantFrom('part', 'path', 'choose', 'text', 'group-0', 'group-1', 'place-0', 'place-3', 'pick-1'),
			fc.string()
		);
		const value = fc.oneof(
			fc.integer().map(String),
			fc.constantFrom('official', '1.5', '', '-1'),
			fc.string()
		);
		fc.assert(
			fc.property(fc.constantFrom(...all), fc.array(fc.tuple(name, value)), (exercise, fields) => {
				const result = answered(exercise, fields);
				expect(result.summary.right).toBeLessThanOrEqual(result.summary.total);
				expect(respond(exercise, result.response)).toEqual(result);
			})
		);
	});

	test('may hold a file where a word was asked for', () => {
		const data = new FormData();
		data.append('text', new File(['robot'], 'robot.txt'));
		expect(readResponse(altText, data)).toEqual({ type: 'alt-text', text: '' });
	});
});

describe('sorting', () => {
	test('answers each card that was placed, right or wrong', () => {
		const result = answered(sort, [
			['group-0', 'official'],
			['group-1', 'official']
		]);
		expect(result.feedback).toEqual([
			{ part: 0, right: true, text: 'School business.' },
			{ part: 1, right: false, text: 'Your own life.' }
		]);
		expect(result.summary).toEqual({ state: 'partly', right: 1, total: 3 });
		expect(result.done).toBe(false);
	});

	test('is done when every card is in its group', () => {
		const result = answered(sort, [
			['group-0', 'official'],
			['group-1', 'outside'],
			['group-2', 'official']
		]);
		expect(result).toMatchObject({ summary: { state: 'right' }, done: true });
	});

	test('leaves out a group that does not exist', () => {
		expect(readResponse(sort, form([['group-0', 'elsewhere']]))).toEqual({
			type: 'sort',
			groups: [null, null, null]
		});
	});
});

describe('ordering', () => {
	test('is done in the right order, with the reason of each step', () => {
		const result = answered(
			order,
			order.steps.map((_, part) => [`place-${part}`, String(part + 1)])
		);
		expect(result.done).toBe(true);
		expect(result.feedback.map((part) => part.text)).toEqual(order.steps.map((step) => step.why));
	});

	test('tells the reason of a step only when it stands where it belongs', () => {
		const { feedback, summary } = respond(order, { type: 'order', sequence: [0, 2, 1, 3] });
		expect(feedback.map((part) => [part.part, part.right])).toEqual([
			[0, true],
			[2, false],
			[1, false],
			[3, true]
		]);
		expect(feedback[1]?.text).toBe('');
		expect(summary).toEqual({ state: 'partly', right: 2, total: 4 });
	});

	test('keeps the shown order of steps that were given the same number', () => {
		const same = order.steps.map((_, part): [string, string] => [`place-${part}`, '1']);
		expect(readResponse(order, form(same))).toEqual({ type: 'order', sequence: shownOrder(order) });
	});
});

describe('spotting problems', () => {
	test('explains only what was chosen while something is still hidden', () => {
		const result = answered(spot, [['part', '0']]);
		expect(result.feedback).toEqual([{ part: 0, right: true, text: 'It lists readers.' }]);
		expect(result.summary).toEqual({ state: 'partly', right: 1, total: 2 });
	});

	test('is not done while something harmless is chosen too', () => {
		const result = respond(spot, { type: 'spot', chosen: [0, 1, 2] });
		expect(result).toMatchObject({ done: false, summary: { state: 'partly', right: 2, total: 2 } });
	});

	test('explains the harmless parts too once everything is found', () => {
		const result = respond(spot, { type: 'spot', chosen: [0, 2] });
		expect(result.done).toBe(true);
		expect(result.feedback[1]).toEqual({ part: 1, right: null, text: 'Harmless.' });
	});
});

describe('a branching story', () => {
	test('goes on from the choices so far by the one just made', () => {
		const result = answered(branch, [
			['path', '0'],
			['path', '0'],
			['choose', '1']
		]);
		expect(result.response).toEqual({ type: 'branch', path: [0, 0, 1] });
		expect(result.feedback.map((part) => part.verdict)).toEqual(['risky', 'fair', 'best']);
		expect(result.done).toBe(true);
	});

	test('stops where a choice does not exist', () => {
		expect(
			readResponse(
				branch,
				form([
					['path', '0'],
					['choose', '7']
				])
			)
		).toEqual({ type: 'branch', path: [0] });
	});

	test('begins again when asked', () => {
		expect(
			readResponse(
				branch,
				form([
					['path', '0'],
					['again', '1']
				])
			)
		).toEqual({ type: 'branch', path: [] });
	});
});

describe('the other exercises', () => {
	test('reveal is done when every card was turned', () => {
		expect(answered(reveal, [['part', '1']]).done).toBe(false);
		expect(
			answered(reveal, [
				['part', '1'],
				['part', '0']
			]).done
		).toBe(true);
	});

	test('a checklist gives the reason of every line, and an honest gap is fine', () => {
		const result = answered(checklist, [['part', '1']]);
		expect(result.feedback.map((part) => part.right)).toEqual([null, true]);
		expect(result).toMatchObject({ done: true, summary: { state: 'partly', right: 1, total: 2 } });
	});

	test('alternative text is looked through for what it names and what it says in vain', () => {
		const result = answered(altText, [['text', 'Picture of NINOS with robots!']]);
		expect(result.feedback).toEqual([
			{ part: 0, right: true, text: 'robot', check: 'names' },
			{ part: 1, right: true, text: 'students', check: 'names' },
			{ part: 2, right: false, text: 'picture of', check: 'avoids' }
		]);
		expect(result.done).toBe(true);
		expect(answered(altText, [['text', '  ']])).toMatchObject({ done: false, feedback: [] });
	});

	test('a time is found in alternative text however its dots are set', () => {
		const flyer: AltTextExercise = { ...altText, keywords: [['6 p.m.']], avoid: [] };
		for (const text of ['At 6 p.m., dinner', 'At 6 P.M. sharp'])
			expect(respond(flyer, { type: 'alt-text', text }).summary.state).toBe('right');
	});

	test('alternative text is not found inside another word', () => {
		const result = respond(altText, { type: 'alt-text', text: 'A microbot and steam' });
		expect(result.feedback.map((part) => part.right)).toEqual([false, false]);
	});

	test('form practice is done when every field is well filled in', () => {
		const half = answered(formPractice, [
			['pick-0', '0'],
			['pick-1', '0']
		]);
		expect(half.summary).toEqual({ state: 'partly', right: 1, total: 2 });
		expect(
			answered(formPractice, [
				['pick-0', '1'],
				['pick-1', '0']
			]).done
		).toBe(true);
	});

	test('a response of another type is refused', () => {
		expect(() => respond(sort, { type: 'spot', chosen: [] })).toThrow('which-channel');
	});
});
