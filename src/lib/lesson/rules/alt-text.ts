import type { AltTextExercise } from '../exercise.ts';
import { text } from './fields.ts';
import { summary, type Kind, type PartFeedback } from './kind.ts';

const LONGEST_TEXT = 1000;

/** An alternative text to be written. Fields: `text`. */
export const altText: Kind<'alt-text'> = {
	parts: (exercise) => exercise.keywords.length,
	empty: () => ({ type: 'alt-text', text: '' }),
	read: (_, form) => ({ type: 'alt-text', text: text(form, 'text').slice(0, LONGEST_TEXT) }),
	answer(exercise, response) {
		const feedback = response.text.trim() === '' ? [] : altTextFeedback(exercise, response.text);
		const total = feedback.length || exercise.keywords.length;
		return { feedback, summary: summary(feedback, total), done: feedback.length > 0 };
	}
};

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
