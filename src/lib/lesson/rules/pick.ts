import { picks } from './fields.ts';
import { untilAllRight, type Answered, type Kind } from './kind.ts';

type Options = readonly { good: boolean; feedback: string }[];

/** Each part is answered by what its picked option says. */
function picked(parts: readonly Options[], chosen: readonly (number | null)[]): Answered {
	const feedback = parts.flatMap((options, part) => {
		const option = options[chosen[part] ?? -1];
		return option ? [{ part, right: option.good, text: option.feedback }] : [];
	});
	return untilAllRight(feedback, parts.length);
}

const lengths = (parts: readonly { options: Options }[]) => parts.map(({ options }) => options.length);
const options = (parts: readonly { options: Options }[]) => parts.map((part) => part.options);

/** A form filled in for practice. Fields: `pick-<field>`. */
export const formPractice: Kind<'form-practice'> = {
	parts: (exercise) => exercise.fields.length,
	empty: (exercise) => ({ type: 'form-practice', picks: exercise.fields.map(() => null) }),
	read: (exercise, form) => ({ type: 'form-practice', picks: picks(form, lengths(exercise.fields)) }),
	answer: (exercise, response) => picked(options(exercise.fields), response.picks)
};

/** Something to be put right, part by part. Fields: `pick-<part>`. */
export const repair: Kind<'repair'> = {
	parts: (exercise) => exercise.parts.length,
	empty: (exercise) => ({ type: 'repair', picks: exercise.parts.map(() => null) }),
	read: (exercise, form) => ({ type: 'repair', picks: picks(form, lengths(exercise.parts)) }),
	answer: (exercise, response) => picked(options(exercise.parts), response.picks)
};

/** The verdicts on a claim, in the order in which they are offered. */
export const verdicts = ['holds', 'stretched', 'false'] as const;

/** Claims weighed against their source. Fields: `pick-<claim>`, the place of the verdict. */
export const claim: Kind<'claim'> = {
	parts: (exercise) => exercise.claims.length,
	empty: (exercise) => ({ type: 'claim', picks: exercise.claims.map(() => null) }),
	read: (exercise, form) => ({
		type: 'claim',
		picks: picks(
			form,
			exercise.claims.map(() => verdicts.length)
		)
	}),
	answer(exercise, response) {
		const feedback = exercise.claims.flatMap(({ verdict, check }, part) => {
			const given = verdicts[response.picks[part] ?? -1];
			return given ? [{ part, right: given === verdict, text: check }] : [];
		});
		return untilAllRight(feedback, exercise.claims.length);
	}
};
