import type { TapExercise } from '../exercise.ts';
import { path } from './fields.ts';
import { summary, type Kind } from './kind.ts';

type Round = TapExercise['rounds'][number];

/**
 * Follows the touches: a good answer leads on to the next round, another one is answered and may be tried again.
 * Gives the round that is on (null after the last), what was said last, and the touches that counted.
 */
export function touched(
	exercise: TapExercise,
	taps: readonly number[]
): {
	round: number;
	on: Round | null;
	said: { answer: Round['answers'][number]; round: number } | null;
	path: number[];
	firstTime: boolean[];
} {
	let round = 0;
	let said: { answer: Round['answers'][number]; round: number } | null = null;
	const counted: number[] = [];
	const firstTime: boolean[] = [];
	let tries = 0;
	for (const tap of taps) {
		const answer = exercise.rounds[round]?.answers[tap];
		if (!answer) break;
		counted.push(tap);
		said = { answer, round };
		tries += 1;
		if (!answer.good) continue;
		firstTime.push(tries === 1);
		tries = 0;
		round += 1;
	}
	return { round, on: exercise.rounds[round] ?? null, said, path: counted, firstTime };
}

/** One picture at a time for the youngest. Fields: `path` (repeated), `choose` and `again`. */
export const tap: Kind<'tap'> = {
	parts: (exercise) => exercise.rounds.length,
	empty: () => ({ type: 'tap', path: [] }),
	read: (exercise, form) => ({ type: 'tap', path: touched(exercise, path(form)).path }),
	answer(exercise, response) {
		const { round, said, path: counted } = touched(exercise, response.path);
		const feedback = exercise.rounds.slice(0, round).map((entry, part) => ({
			part,
			right: true,
			text: entry.answers.find((answer) => answer.good)?.say ?? ''
		}));
		if (said && !said.answer.good)
			return {
				feedback: [...feedback, { part: said.round, right: false, text: said.answer.say }],
				summary: { state: 'partly', right: round, total: exercise.rounds.length },
				done: false
			};
		const reached = summary(feedback, exercise.rounds.length);
		return { feedback, summary: reached, done: counted.length > 0 && round === exercise.rounds.length };
	}
};
