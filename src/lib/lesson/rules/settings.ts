import { picks } from './fields.ts';
import { untilAllRight, type Kind } from './kind.ts';

/** A settings page to try out. Fields: `pick-<switch>`; nothing is judged before something was tried. */
export const settings: Kind<'settings'> = {
	parts: (exercise) => exercise.switches.length,
	empty: (exercise) => ({
		type: 'settings',
		set: exercise.switches.map((line) => line.start),
		tried: false
	}),
	read(exercise, form) {
		const chosen = picks(
			form,
			exercise.switches.map((line) => line.options.length)
		);
		return {
			type: 'settings',
			set: exercise.switches.map((line, part) => chosen[part] ?? line.start),
			tried: chosen.some((pick) => pick !== null)
		};
	},
	answer(exercise, { set, tried }) {
		const feedback = exercise.switches.flatMap((line, part) => {
			const option = line.options[set[part] ?? -1];
			return option && tried ? [{ part, right: option.good, text: option.effect }] : [];
		});
		return untilAllRight(feedback, exercise.switches.length);
	}
};
