import type { OrderExercise } from '../exercise.ts';
import { disarranged, seededRandom } from '../shuffle.ts';
import { index } from './fields.ts';
import { untilAllRight, type Kind } from './kind.ts';

/** Steps as they are shown: the same on both sides, and never in the right order. */
export function shownSteps(exercise: OrderExercise): number[] {
	return disarranged(exercise.steps.length, seededRandom(exercise.id));
}

/** Steps into order. Fields: `place-<step>`, 1 … n; steps with the same number, or none, keep their shown order. */
export const order: Kind<'order'> = {
	parts: (exercise) => exercise.steps.length,
	empty: (exercise) => ({ type: 'order', sequence: shownSteps(exercise) }),
	read(exercise, form) {
		const place = (part: number) => index(form.get(`place-${part}`), 1000) ?? Infinity;
		const sequence = shownSteps(exercise)
			.map((part, shown) => ({ part, shown, place: place(part) }))
			.sort((a, b) => (a.place === b.place ? a.shown - b.shown : a.place - b.place))
			.map((step) => step.part);
		return { type: 'order', sequence };
	},
	answer(exercise, { sequence }) {
		const feedback = sequence.flatMap((part, place) => {
			const step = exercise.steps[part];
			if (!step) return [];
			const right = part === place;
			// The reason names what follows what, so it is told only once the step stands where it belongs.
			return [{ part, right, text: right ? step.why : '' }];
		});
		return untilAllRight(feedback, exercise.steps.length);
	}
};
