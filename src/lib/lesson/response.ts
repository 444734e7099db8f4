import type { Exercise, ExerciseType } from './exercise.ts';
import { altText } from './rules/alt-text.ts';
import { branch } from './rules/branch.ts';
import { checklist } from './rules/checklist.ts';
import {
	answeredBy,
	type AnyKind,
	type ExerciseResponse,
	type ExerciseResult,
	type Kind
} from './rules/kind.ts';
import { order, shownSteps } from './rules/order.ts';
import { claim, formPractice, repair } from './rules/pick.ts';
import { plan } from './rules/plan.ts';
import { queue } from './rules/queue.ts';
import { reveal } from './rules/reveal.ts';
import { settings } from './rules/settings.ts';
import { shownCards, sort } from './rules/sort.ts';
import { spot } from './rules/spot.ts';
import { tap } from './rules/tap.ts';

export type { ExerciseResponse, PartFeedback } from './rules/kind.ts';
export { walk } from './rules/branch.ts';

export type { ExerciseResult };

/** The rules of each kind of exercise; a new kind is a file in `rules/` and a line here. */
export const kinds: { [Type in ExerciseType]: Kind<Type> } = {
	sort,
	order,
	spot,
	branch,
	reveal,
	checklist,
	'alt-text': altText,
	'form-practice': formPractice,
	repair,
	settings,
	plan,
	claim,
	tap,
	queue
};

/** The kind of this very exercise; the compiler can't tie the two together. */
const kindOf = (exercise: Exercise) => kinds[exercise.type] as unknown as AnyKind;

/**
 * The order in which an exercise's cards or steps are shown, the same on the server and in the browser.
 * Steps are never shown in the right order; other exercises are shown as written.
 */
export function shownOrder(exercise: Exercise): number[] {
	if (exercise.type === 'order') return shownSteps(exercise);
	if (exercise.type === 'sort') return shownCards(exercise);
	return Array.from({ length: partCount(exercise) }, (_, part) => part);
}

/** How many parts an exercise has. A branch's parts are the decisions taken, so it has none beforehand. */
export function partCount(exercise: Exercise): number {
	return kindOf(exercise).parts(exercise);
}

/** The response of somebody who has not begun. */
export function emptyResponse(exercise: Exercise): ExerciseResponse {
	return kindOf(exercise).empty(exercise);
}

/** Reads the response out of a posted exercise form. Nonsensical fields are left out, never an error. */
export function readResponse(exercise: Exercise, formData: FormData): ExerciseResponse {
	return kindOf(exercise).read(exercise, formData);
}

/**
 * Answers a response: feedback for each part that was touched, a summary, and whether the exercise is finished.
 * @throws when the response is of another type than the exercise
 */
export function respond(exercise: Exercise, response: ExerciseResponse): ExerciseResult {
	return answeredBy(kindOf(exercise), exercise, response);
}
