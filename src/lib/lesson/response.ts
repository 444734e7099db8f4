import type {
	AltTextExercise,
	BranchExercise,
	BranchScene,
	BranchVerdict,
	Exercise,
	OrderExercise,
	SpotExercise
} from './exercise.ts';
import { disarranged, seededRandom, shuffled } from './shuffle.ts';

/**
 * What a learner did in an exercise. Parts (cards, steps, spots …) are named by their place in the lesson file,
 * whatever the order in which they are shown. Nothing of this is stored: it is answered and forgotten.
 */
export type ExerciseResponse =
	| { type: 'sort'; groups: (string | null)[] }
	| { type: 'order'; sequence: number[] }
	| { type: 'spot'; chosen: number[] }
	| { type: 'branch'; path: number[] }
	| { type: 'reveal'; opened: number[] }
	| { type: 'checklist'; checked: number[] }
	| { type: 'alt-text'; text: string }
	| { type: 'form-practice'; picks: (number | null)[] };

/**
 * The answer to one part. `right` is null where a part is neither right nor wrong.
 * Words that the program itself must say (and translate) are left to the component: `check` says which.
 */
export type PartFeedback = {
	part: number;
	right: boolean | null;
	text: string;
	/** Of a branch: how good the choice was. */
	verdict?: BranchVerdict;
	/** Of an alternative text: something that it should name, or words that it should do without. */
	check?: 'names' | 'avoids';
};

/** How far it has come: `right` of `total` parts. `empty` when there was no response yet. */
export type ExerciseSummary = { state: 'empty' | 'partly' | 'right'; right: number; total: number };

export type ExerciseResult = {
	exercise: string;
	response: ExerciseResponse;
	feedback: PartFeedback[];
	summary: ExerciseSummary;
	/** Finished: counts as worked through. A learner who leaves it earlier says so with the button. */
	done: boolean;
};

/**
 * The order in which an exercise's cards or steps are shown, the same on the server and in the browser.
 * Steps are never shown in the right order; other exercises are shown as written.
 */
export function shownOrder(exercise: Exercise): number[] {
	if (exercise.type === 'order') return disarranged(exercise.steps.length, seededRandom(exercise.id));
	if (exercise.type === 'sort') return shuffled(exercise.cards.length, seededRandom(exercise.id));
	return Array.from({ length: partCount(exercise) }, (_, part) => part);
}

/** How many parts an exercise has. A branch's parts are the decisions taken, so it has none beforehand. */
export function partCount(exercise: Exercise): number {
	switch (exercise.type) {
		case 'sort':
		case 'reveal':
			return exercise.cards.length;
		case 'order':
			return exercise.steps.length;
		case 'spot':
			return exercise.spots.length;
		case 'checklist':
			return exercise.items.length;
		case 'form-practice':
			return exercise.fields.length;
		case 'alt-text':
			return exercise.keywords.length;
		case 'branch':
			return 0;
	}
}

/** The response of somebody who has not begun. */
export function emptyResponse(exercise: Exercise): ExerciseResponse {
	switch (exercise.type) {
		case 'sort':
			return { type: 'sort', groups: exercise.cards.map(() => null) };
		case 'order':
			return { type: 'order', sequence: shownOrder(exercise) };
		case 'spot':
			return { type: 'spot', chosen: [] };
		case 'branch':
			return { type: 'branch', path: [] };
		case 'reveal':
			return { type: 'reveal', opened: [] };
		case 'checklist':
			return { type: 'checklist', checked: [] };
		case 'alt-text':
			return { type: 'alt-text', text: '' };
		case 'form-practice':
			return { type: 'form-practice', picks: exercise.fields.map(() => null) };
	}
}

/**
 * Reads the response out of a posted exercise form. Missing, doubled and nonsensical fields are left out, never
 * an error. Fields: sort `group-<part>`; order `place-<part>` (1 … n); spot, checklist and reveal `part`
 * (repeated); branch `path` (repeated, the choices so far), `choose` (the new one) and `again`; alt-text `text`;
 * form-practice `pick-<part>`.
 */
export function readResponse(exercise: Exercise, formData: FormData): ExerciseResponse {
	switch (exercise.type) {
		case 'sort': {
			const known = new Set(exercise.groups.map((group) => group.id));
			const groups = exercise.cards.map((_, part) => {
				const group = text(formData, `group-${part}`);
				return known.has(group) ? group : null;
			});
			return { type: 'sort', groups };
		}
		case 'order': {
			// Steps with the same number, or none, keep the order in which they were shown.
			const place = (part: number) => index(text(formData, `place-${part}`), 1000) ?? Infinity;
			const sequence = shownOrder(exercise)
				.map((part, shown) => ({ part, shown, place: place(part) }))
				.sort((a, b) => (a.place === b.place ? a.shown - b.shown : a.place - b.place))
				.map((step) => step.part);
			return { type: 'order', sequence };
		}
		case 'spot':
			return { type: 'spot', chosen: parts(formData, exercise.spots.length) };
		case 'reveal':
			return { type: 'reveal', opened: parts(formData, exercise.cards.length) };
		case 'checklist':
			return { type: 'checklist', checked: parts(formData, exercise.items.length) };
		case 'branch': {
			if (formData.has('again')) return { type: 'branch', path: [] };
			const path = [...formData.getAll('path'), ...formData.getAll('choose')].slice(0, LONGEST_PATH);
			return {
				type: 'branch',
				path: walk(
					exercise,
					path.map((value) => index(value, 100) ?? -1)
				).path
			};
		}
		case 'alt-text':
			return { type: 'alt-text', text: text(formData, 'text').slice(0, LONGEST_TEXT) };
		case 'form-practice': {
			const picks = exercise.fields.map((field, part) =>
				index(text(formData, `pick-${part}`), field.options.length)
			);
			return { type: 'form-practice', picks };
		}
	}
}

/** Bounds on what one form may make the server do. */
const LONGEST_PATH = 60;
const LONGEST_TEXT = 1000;

/**
 * Answers a response: feedback for each part that was touched, a summary, and whether the exercise is finished.
 * @throws when the response is of another type than the exercise
 */
export function respond(exercise: Exercise, response: ExerciseResponse): ExerciseResult {
	return { exercise: exercise.id, response, ...answerTo(exercise, response) };
}

type AnswerTo = Pick<ExerciseResult, 'feedback' | 'summary' | 'done'>;

function answerTo(exercise: Exercise, response: ExerciseResponse): AnswerTo {
	if (exercise.type === 'sort' && response.type === 'sort') {
		const feedback = exercise.cards.flatMap((card, part) => {
			const given = response.groups[part] ?? null;
			return given === null ? [] : [{ part, right: given === card.group, text: card.feedback }];
		});
		return untilAllRight(feedback, exercise.cards.length);
	}
	if (exercise.type === 'order' && response.type === 'order')
		return untilAllRight(orderFeedback(exercise, response.sequence), exercise.steps.length);
	if (exercise.type === 'spot' && response.type === 'spot') return spotAnswer(exercise, response.chosen);
	if (exercise.type === 'branch' && response.type === 'branch') {
		const { taken, ended } = walk(exercise, response.path);
		const feedback = taken.map(({ choice }, part) => ({
			part,
			right: choice.verdict === 'best',
			text: choice.consequence,
			verdict: choice.verdict
		}));
		return { feedback, summary: summary(feedback, feedback.length), done: ended };
	}
	if (exercise.type === 'reveal' && response.type === 'reveal') {
		const feedback = exercise.cards.flatMap((card, part) =>
			response.opened.includes(part) ? [{ part, right: true, text: card.back }] : []
		);
		return untilAllRight(feedback, exercise.cards.length);
	}
	if (exercise.type === 'checklist' && response.type === 'checklist') {
		// A checklist is about one's own habits: an unticked line is an honest answer, and gets its reason too.
		const feedback = exercise.items.map((item, part) => ({
			part,
			right: response.checked.includes(part) ? true : null,
			text: item.why
		}));
		return { feedback, summary: summary(feedback, exercise.items.length), done: true };
	}
	if (exercise.type === 'alt-text' && response.type === 'alt-text') {
		const feedback = response.text.trim() === '' ? [] : altTextFeedback(exercise, response.text);
		const parts = feedback.length || exercise.keywords.length;
		return { feedback, summary: summary(feedback, parts), done: feedback.length > 0 };
	}
	if (exercise.type === 'form-practice' && response.type === 'form-practice') {
		const feedback = exercise.fields.flatMap((field, part) => {
			const option = field.options[response.picks[part] ?? -1];
			return option ? [{ part, right: option.good, text: option.feedback }] : [];
		});
		return untilAllRight(feedback, exercise.fields.length);
	}
	throw new Error(`A ${response.type} response can't answer the ${exercise.type} exercise ${exercise.id}`);
}

function summary(feedback: readonly PartFeedback[], total: number): ExerciseSummary {
	const right = feedback.filter((part) => part.right === true).length;
	return { state: feedback.length === 0 ? 'empty' : right === total ? 'right' : 'partly', right, total };
}

function untilAllRight(feedback: PartFeedback[], total: number): AnswerTo {
	const reached = summary(feedback, total);
	return { feedback, summary: reached, done: reached.state === 'right' };
}

function orderFeedback(exercise: OrderExercise, sequence: readonly number[]): PartFeedback[] {
	return sequence.flatMap((part, place) => {
		const step = exercise.steps[part];
		if (!step) return [];
		const right = part === place;
		// The reason names what follows what, so it is told only once the step stands where it belongs.
		return [{ part, right, text: right ? step.why : '' }];
	});
}

function spotAnswer(exercise: SpotExercise, chosen: readonly number[]): AnswerTo {
	const answers = exercise.spots.map((spot, part) => ({ part, right: spot.problem, text: spot.feedback }));
	const feedback = answers.filter((answer) => chosen.includes(answer.part));
	const reached = summary(feedback, exercise.spots.filter((spot) => spot.problem).length);
	const done = reached.state === 'right' && feedback.length === reached.total;
	if (!done) return { feedback, summary: { ...reached, state: feedback.length ? 'partly' : 'empty' }, done };
	// Everything found and nothing besides: now what was rightly left alone is explained too.
	const explained = answers.map((answer) => (answer.right ? answer : { ...answer, right: null }));
	return { feedback: explained, summary: reached, done };
}

type BranchStep = { scene: BranchScene; choice: NonNullable<BranchScene['choices']>[number] };

/**
 * Follows the choices from the start of a branching story. Gives the decisions taken, the scene arrived at, the
 * part of the path that could be walked, and whether the story has ended there.
 */
export function walk(
	exercise: BranchExercise,
	path: readonly number[]
): { taken: BranchStep[]; scene: BranchScene; path: number[]; ended: boolean } {
	const first = exercise.scenes[exercise.start];
	if (!first) throw new Error(`The branch ${exercise.id} has no scene ${exercise.start}`);
	let scene = first;
	const taken: BranchStep[] = [];
	for (const chosen of path) {
		const choice = scene.choices?.[chosen];
		const next = choice && exercise.scenes[choice.to];
		if (!choice || !next) break;
		taken.push({ scene, choice });
		scene = next;
	}
	return { taken, scene, path: path.slice(0, taken.length), ended: !scene.choices?.length };
}

/** Whether each thing is named (any of its words, also as the beginning of a longer one) and what is said in vain. */
function altTextFeedback(exercise: AltTextExercise, typed: string): PartFeedback[] {
	// Marks count for nothing on either side: “6 p.m.” and “6 p m” are one.
	const plain = (words: string) =>
		` ${folded(words)
			.replace(/[^\p{L}\p{N}]+/gu, ' ')
			.trim()}`;
	const written = plain(typed);
	const says = (words: string) => written.includes(plain(words));
	const named = exercise.keywords.map((group, part) => ({
		part,
		right: group.some(says),
		text: group[0] ?? '',
		check: 'names' as const
	}));
	const avoided = exercise.avoid.filter(says).map((words, part) => ({
		part: exercise.keywords.length + part,
		right: false,
		text: words,
		check: 'avoids' as const
	}));
	return [...named, ...avoided];
}

/** Lower case without accents, so that “niños” and “ninos” are one word. */
function folded(words: string): string {
	return words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function text(formData: FormData, name: string): string {
	const value = formData.get(name);
	return typeof value === 'string' ? value : '';
}

/** A whole number from 0 up to, not including, `end`; null for anything else. */
function index(value: FormDataEntryValue, end: number): number | null {
	if (typeof value !== 'string' || !/^\d{1,4}$/.test(value)) return null;
	const number = Number(value);
	return number < end ? number : null;
}

function parts(formData: FormData, end: number): number[] {
	const chosen = formData.getAll('part').flatMap((value) => index(value, end) ?? []);
	return [...new Set(chosen)].sort((a, b) => a - b);
}
