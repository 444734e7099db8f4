import { numbers } from './fields.ts';
import { untilAllRight, type Kind } from './kind.ts';

/** Cards to be turned over. Fields: `part`, repeated. */
export const reveal: Kind<'reveal'> = {
	parts: (exercise) => exercise.cards.length,
	empty: () => ({ type: 'reveal', opened: [] }),
	read: (exercise, form) => ({ type: 'reveal', opened: numbers(form, 'part', exercise.cards.length) }),
	answer(exercise, { opened }) {
		const feedback = exercise.cards.flatMap((card, part) =>
			opened.includes(part) ? [{ part, right: true, text: card.back }] : []
		);
		return untilAllRight(feedback, exercise.cards.length);
	}
};
