import type { BranchExercise, BranchScene } from '../exercise.ts';
import { path } from './fields.ts';
import { summary, type Kind } from './kind.ts';

type BranchStep = { scene: BranchScene; choice: NonNullable<BranchScene['choices']>[number] };

/**
 * Follows the choices from the start of a branching story. Gives the decisions taken, the scene arrived at, the
 * part of the path that could be walked, and whether the story has ended there.
 */
export function walk(
	exercise: BranchExercise,
	chosen: readonly number[]
): { taken: BranchStep[]; scene: BranchScene; path: number[]; ended: boolean } {
	const first = exercise.scenes[exercise.start];
	if (!first) throw new Error(`The branch ${exercise.id} has no scene ${exercise.start}`);
	let scene = first;
	const taken: BranchStep[] = [];
	for (const pick of chosen) {
		const choice = scene.choices?.[pick];
		const next = choice && exercise.scenes[choice.to];
		if (!choice || !next) break;
		taken.push({ scene, choice });
		scene = next;
	}
	return { taken, scene, path: chosen.slice(0, taken.length), ended: !scene.choices?.length };
}

/** A story that follows from what one does. Fields: `path` (repeated), `choose` and `again`. */
export const branch: Kind<'branch'> = {
	parts: () => 0,
	empty: () => ({ type: 'branch', path: [] }),
	read: (exercise, form) => ({ type: 'branch', path: walk(exercise, path(form)).path }),
	answer(exercise, response) {
		const { taken, ended } = walk(exercise, response.path);
		const feedback = taken.map(({ choice }, part) => ({
			part,
			right: choice.verdict === 'best',
			text: choice.consequence,
			verdict: choice.verdict
		}));
		return { feedback, summary: summary(feedback, feedback.length), done: ended };
	}
};
