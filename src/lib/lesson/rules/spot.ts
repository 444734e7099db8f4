import { numbers } from './fields.ts';
import { summary, type Kind } from './kind.ts';

/** What is wrong in a mock page. Fields: `part`, repeated. */
export const spot: Kind<'spot'> = {
	parts: (exercise) => exercise.spots.length,
	empty: () => ({ type: 'spot', chosen: [] }),
	read: (exercise, form) => ({ type: 'spot', chosen: numbers(form, 'part', exercise.spots.length) }),
	answer(exercise, { chosen }) {
		const answers = exercise.spots.map((entry, part) => ({
			part,
			right: entry.problem,
			text: entry.feedback
		}));
		const feedback = answers.filter((answer) => chosen.includes(answer.part));
		const reached = summary(feedback, exercise.spots.filter((entry) => entry.problem).length);
		const done = reached.state === 'right' && feedback.length === reached.total;
		if (!done)
			return { feedback, summary: { ...reached, state: feedback.length ? 'partly' : 'empty' }, done };
		// Everything found and nothing besides: now what was rightly left alone is explained too.
		const explained = answers.map((answer) => (answer.right ? answer : { ...answer, right: null }));
		return { feedback: explained, summary: reached, done };
	}
};
