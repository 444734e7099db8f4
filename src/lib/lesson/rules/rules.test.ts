import { describe, expect, test } from 'vitest';
import type {
	ClaimExercise,
	PlanExercise,
	QueueExercise,
	RepairExercise,
	SettingsExercise,
	TapExercise
} from '../exercise.ts';
import { emptyResponse, readResponse, respond } from '../response.ts';

const common = { title: 'Practice', prompt: 'Try it.' };
function form(fields: [string, string][]): FormData {
	const data = new FormData();
	for (const [name, value] of fields) data.append(name, value);
	return data;
}
type Any = Parameters<typeof respond>[0];
const answered = (exercise: Any, fields: [string, string][]) =>
	respond(exercise, readResponse(exercise, form(fields)));

const notice = { kind: 'notice', title: 'A notice', text: 'Words' } as const;
const repair: RepairExercise = {
	...common,
	id: 'profile',
	type: 'repair',
	before: notice,
	after: notice,
	parts: ['Name', 'Picture'].map((label) => ({
		label,
		now: 'as it was',
		options: [
			{ text: 'better', good: true, feedback: 'Good.' },
			{ text: 'worse', good: false, feedback: 'Why not.' }
		]
	}))
};
const settings: SettingsExercise = {
	...common,
	id: 'privacy',
	type: 'settings',
	screen: 'Loop',
	switches: [
		{
			label: 'Who sees posts',
			start: 0,
			options: [
				{ text: 'Everyone', good: false, effect: 'Anyone.' },
				{ text: 'Friends', good: true, effect: 'Friends.' }
			]
		},
		{
			label: 'Location',
			start: 1,
			options: [
				{ text: 'On', good: false, effect: 'A map.' },
				{ text: 'Off', good: true, effect: 'No map.' }
			]
		}
	]
};
const plan: PlanExercise = {
	...common,
	id: 'plan',
	type: 'plan',
	sheet: 'Our plan',
	parts: [
		{ kind: 'pick', label: 'Places', choices: ['Table', 'Bedroom'] },
		{ kind: 'amount', label: 'Before bed', from: 0, to: 60, step: 15, start: 30, unit: 'minutes' }
	]
};
const claim: ClaimExercise = {
	...common,
	id: 'claims',
	type: 'claim',
	claims: [
		{ claim: 'A', verdict: 'holds', check: 'It says so.' },
		{ claim: 'B', verdict: 'stretched', check: 'Only a link.' },
		{ claim: 'C', verdict: 'false', check: 'No.' }
	]
};
const tap: TapExercise = {
	...common,
	id: 'help',
	type: 'tap',
	rounds: ['One', 'Two'].map((say) => ({
		scene: 'playground',
		alt: 'Children',
		say,
		answers: [
			{ picture: 'hide', text: 'Hide', good: false, say: 'Try again.' },
			{ picture: 'grown-up', text: 'Tell', good: true, say: `Yes ${say}.` }
		]
	}))
};
const queue: QueueExercise = {
	...common,
	id: 'queue',
	type: 'queue',
	cases: [
		{
			title: 'Room 5',
			rows: [],
			findings: [
				{ text: 'Free mail', problem: true, feedback: 'Not the district’s.' },
				{ text: 'A plain name', problem: false, feedback: 'Fine.' },
				{ text: 'No co-owner', problem: true, feedback: 'Two are needed.' }
			],
			decision: 'change',
			why: 'Both can be put right.'
		}
	]
};

describe('repairing', () => {
	test('is done when each part has a good answer', () => {
		expect(answered(repair, [['pick-0', '0']])).toMatchObject({
			done: false,
			summary: { right: 1, total: 2 }
		});
		expect(
			answered(repair, [
				['pick-0', '0'],
				['pick-1', '1']
			]).feedback[1]
		).toEqual({
			part: 1,
			right: false,
			text: 'Why not.'
		});
		expect(
			answered(repair, [
				['pick-0', '0'],
				['pick-1', '0']
			]).done
		).toBe(true);
	});
});

describe('an exercise that goes on until all is right', () => {
	const picked = (...picks: string[]) =>
		answered(
			repair,
			picks.map((pick, part) => [`pick-${part}`, pick])
		);
	test('says that something is to be changed once everything is answered, and not before', () => {
		expect(picked('1').toChange).toBe(false);
		expect(picked('0', '1').toChange).toBe(true);
		expect(picked('0', '0').toChange).toBe(false);
	});
	test('is not told of where an answer leads on by itself', () => {
		expect(answered(tap, [['choose', '0']]).toChange).toBeUndefined();
	});
});

describe('trying out settings', () => {
	test('begins as the page was found, and judges nothing before something was tried', () => {
		expect(emptyResponse(settings)).toEqual({ type: 'settings', set: [0, 1], tried: false });
		expect(answered(settings, [])).toMatchObject({ done: false, summary: { state: 'empty' }, feedback: [] });
	});
	test('says of each switch what follows from it, and is done when all do what was asked', () => {
		expect(answered(settings, [['pick-1', '0']]).feedback).toEqual([
			{ part: 0, right: false, text: 'Anyone.' },
			{ part: 1, right: false, text: 'A map.' }
		]);
		expect(answered(settings, [['pick-0', '1']]).done).toBe(true);
	});
});

describe('a plan', () => {
	test('has no right and wrong, and is done once something was chosen in every list', () => {
		expect(answered(plan, [['part-1', '45']])).toMatchObject({ done: false, feedback: [] });
		const made = answered(plan, [
			['part-0', '1'],
			['part-0', '0'],
			['part-1', '45']
		]);
		expect(made).toMatchObject({ done: true, summary: { state: 'right', right: 0 + 2, total: 2 } });
		expect(made.feedback).toEqual([
			{ part: 0, right: null, text: 'Table; Bedroom' },
			{ part: 1, right: null, text: '45 minutes' }
		]);
	});
	test('takes no amount that is not on its scale', () => {
		for (const amount of ['46', '75', '-15', 'x', ''])
			expect(readResponse(plan, form([['part-1', amount]]))).toEqual({ type: 'plan', parts: [[], [30]] });
	});
});

describe('a claim', () => {
	test('is answered with what its source says, whatever was thought of it', () => {
		const result = answered(claim, [
			['pick-0', '2'],
			['pick-1', '1']
		]);
		expect(result.feedback).toEqual([
			{ part: 0, right: false, text: 'It says so.' },
			{ part: 1, right: true, text: 'Only a link.' }
		]);
		expect(
			answered(claim, [
				['pick-0', '0'],
				['pick-1', '1'],
				['pick-2', '2']
			]).done
		).toBe(true);
	});
});

describe('tapping', () => {
	test('stays at a picture until the good answer, and says each time what follows', () => {
		const wrong = answered(tap, [['choose', '0']]);
		expect(wrong).toMatchObject({ done: false, feedback: [{ part: 0, right: false, text: 'Try again.' }] });
		const right = answered(tap, [
			['path', '0'],
			['choose', '1']
		]);
		expect(right).toMatchObject({ done: false, feedback: [{ part: 0, right: true, text: 'Yes One.' }] });
	});
	test('is done after the last picture, and can be played again', () => {
		const fields: [string, string][] = [
			['path', '1'],
			['path', '0'],
			['choose', '1']
		];
		expect(answered(tap, fields)).toMatchObject({
			done: true,
			summary: { state: 'right', right: 2, total: 2 }
		});
		expect(answered(tap, [...fields, ['again', '1']]).response).toEqual({ type: 'tap', path: [] });
	});
	test('takes no answer that is not there', () => {
		expect(answered(tap, [['choose', '7']]).response).toEqual({ type: 'tap', path: [] });
	});
});

describe('a review queue', () => {
	const decide = (decision: string, ...ticked: string[]): [string, string][] => [
		['decision-0', decision],
		...ticked.map((place): [string, string] => ['finding-0', place])
	];
	test('is right with the decision and with everything that stands in the way, and nothing else', () => {
		expect(answered(queue, decide('change', '0', '2')).done).toBe(true);
		expect(answered(queue, decide('change', '0')).done).toBe(false);
		expect(answered(queue, decide('change', '0', '1', '2')).done).toBe(false);
		expect(answered(queue, decide('approve', '0', '2')).done).toBe(false);
	});
	test('is not judged before something is decided', () => {
		expect(answered(queue, [['finding-0', '0']])).toMatchObject({ feedback: [], done: false });
		expect(answered(queue, decide('burn it', '0', '2')).feedback).toEqual([]);
	});
});
