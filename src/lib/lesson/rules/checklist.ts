import { numbers } from './fields.ts';
import { summary, type Kind } from './kind.ts';

/** One's own habits, ticked: an unticked line is an honest answer, and gets its reason too. Fields: `part`, repeated. */
export const checklist: Kind<'checklist'> = {
	parts: (exercise) => exercise.items.length,
	empty: () => ({ type: 'checklist', checked: [] }),
	read: (exercise, form) => ({ type: 'checklist', checked: numbers(form, 'part', exercise.items.length) }),
	answer(exercise, { checked }) {
		const feedback = exercise.items.map((item, part) => ({
			part,
			right: checked.includes(part) ? true : null,
			text: item.why
		}));
		return { feedback, summary: summary(feedback, exercise.items.length), done: true };
	}
};
