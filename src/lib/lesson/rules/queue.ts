import type { QueueDecision } from '../exercise.ts';
import { numbers, text } from './fields.ts';
import { untilAllRight, type Kind } from './kind.ts';

export const decisions = ['approve', 'change', 'refuse'] as const satisfies readonly QueueDecision[];

/** Registrations to be reviewed. Fields: `decision-<case>`, and `finding-<case>` (repeated) for what stands in the way. */
export const queue: Kind<'queue'> = {
	parts: (exercise) => exercise.cases.length,
	empty: (exercise) => ({ type: 'queue', cases: exercise.cases.map(() => ({ decision: null, ticked: [] })) }),
	read: (exercise, form) => ({
		type: 'queue',
		cases: exercise.cases.map((waiting, place) => ({
			decision: decisions.find((decision) => decision === text(form, `decision-${place}`)) ?? null,
			ticked: numbers(form, `finding-${place}`, waiting.findings.length)
		}))
	}),
	answer(exercise, { cases }) {
		const feedback = exercise.cases.flatMap((waiting, part) => {
			const given = cases[part];
			if (!given?.decision) return [];
			const found = waiting.findings.every(
				(finding, place) => finding.problem === given.ticked.includes(place)
			);
			return [{ part, right: found && given.decision === waiting.decision, text: waiting.why }];
		});
		return untilAllRight(feedback, exercise.cases.length);
	}
};
