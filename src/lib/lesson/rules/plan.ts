import type { PlanPart } from '../exercise.ts';
import { index, numbers } from './fields.ts';
import type { Kind } from './kind.ts';

const start = (part: PlanPart): number[] => (part.kind === 'pick' ? [] : [part.start]);

/** The amount on the part's own scale; its start where the value is none. */
function amount(part: PlanPart & { kind: 'amount' }, posted: FormDataEntryValue | null): number {
	const value = index(posted, part.to + 1);
	return value !== null && value >= part.from && (value - part.from) % part.step === 0 ? value : part.start;
}

/**
 * A plan to print; nothing in it is right or wrong. Fields: `part-<part>`, the places of the choices or the amount.
 * It is done once something was chosen in every list.
 */
export const plan: Kind<'plan'> = {
	parts: (exercise) => exercise.parts.length,
	empty: (exercise) => ({ type: 'plan', parts: exercise.parts.map(start) }),
	read: (exercise, form) => ({
		type: 'plan',
		parts: exercise.parts.map((part, place) =>
			part.kind === 'pick'
				? numbers(form, `part-${place}`, part.choices.length)
				: [amount(part, form.get(`part-${place}`))]
		)
	}),
	answer(exercise, { parts }) {
		const chosen = exercise.parts.flatMap((part, place) => {
			const given = parts[place] ?? [];
			if (given.length === 0) return [];
			const words =
				part.kind === 'pick'
					? given.map((choice) => part.choices[choice]).join('; ')
					: `${given[0]} ${part.unit}`;
			return [{ part: place, right: null, text: words }];
		});
		const total = exercise.parts.length;
		const begun = exercise.parts.some(
			(part, place) => part.kind === 'pick' && (parts[place]?.length ?? 0) > 0
		);
		const done = chosen.length === total;
		return {
			feedback: begun ? chosen : [],
			summary: {
				state: !begun ? 'empty' : done ? 'right' : 'partly',
				right: begun ? chosen.length : 0,
				total
			},
			done: begun && done
		};
	}
};
