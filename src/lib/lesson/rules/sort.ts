import type { SortExercise } from '../exercise.ts';
import { seededRandom, shuffled } from '../shuffle.ts';
import { text } from './fields.ts';
import { untilAllRight, type Kind } from './kind.ts';

/** Cards as they are shown: the same on both sides. */
export function shownCards(exercise: SortExercise): number[] {
	return shuffled(exercise.cards.length, seededRandom(exercise.id));
}

/** Cards into groups. Fields: `group-<card>`, the group's id. */
export const sort: Kind<'sort'> = {
	parts: (exercise) => exercise.cards.length,
	empty: (exercise) => ({ type: 'sort', groups: exercise.cards.map(() => null) }),
	read(exercise, form) {
		const known = new Set(exercise.groups.map((group) => group.id));
		const groups = exercise.cards.map((_, part) => {
			const group = text(form, `group-${part}`);
			return known.has(group) ? group : null;
		});
		return { type: 'sort', groups };
	},
	answer(exercise, { groups }) {
		const feedback = exercise.cards.flatMap((card, part) => {
			const given = groups[part] ?? null;
			return given === null ? [] : [{ part, right: given === card.group, text: card.feedback }];
		});
		return untilAllRight(feedback, exercise.cards.length);
	}
};
