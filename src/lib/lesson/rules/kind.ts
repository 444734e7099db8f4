import type { BranchVerdict, Exercise, ExerciseOf, ExerciseType, QueueDecision } from '../exercise.ts';

/**
 * What a learner did in an exercise. Parts (cards, steps, spots …) are named by their place in the lesson file,
 * whatever the order in which they are shown. Nothing of this is stored: it is answered and forgotten.
 */
export type ExerciseResponse =
	| { type: 'sort'; groups: (string | null)[] }
	| { type: 'order'; sequence: number[] }
	| { type: 'spot'; chosen: number[] }
	| { type: 'branch'; path: number[] }
	| { type: 'reveal'; opened: number[] }
	| { type: 'checklist'; checked: number[] }
	| { type: 'alt-text'; text: string }
	| { type: 'form-practice'; picks: (number | null)[] }
	| { type: 'repair'; picks: (number | null)[] }
	| { type: 'settings'; set: number[]; tried: boolean }
	| { type: 'plan'; parts: number[][] }
	| { type: 'claim'; picks: (number | null)[] }
	| { type: 'tap'; path: number[] }
	| { type: 'queue'; cases: { decision: QueueDecision | null; ticked: number[] }[] };
export type ResponseOf<Type extends ExerciseType> = Extract<ExerciseResponse, { type: Type }>;

/**
 * The answer to one part. `right` is null where a part is neither right nor wrong.
 * Words that the program itself must say (and translate) are left to the component: `check` says which.
 */
export type PartFeedback = {
	part: number;
	right: boolean | null;
	text: string;
	/** Of a branch: how good the choice was. */
	verdict?: BranchVerdict;
	/** Of an alternative text: something that it should name, or words that it should do without. */
	check?: 'names' | 'avoids';
};

/** How far it has come: `right` of `total` parts. `empty` when there was no response yet. */
export type ExerciseSummary = { state: 'empty' | 'partly' | 'right'; right: number; total: number };

export type Answered = {
	feedback: PartFeedback[];
	summary: ExerciseSummary;
	/** Finished: counts as worked through. A learner who leaves it earlier says so with the button. */
	done: boolean;
	/** Every part is answered, and what was not right has to be changed before it is finished. */
	toChange?: boolean;
};

/** The rules of one kind of exercise. Pure: the browser and the server answer alike. */
export type Kind<Type extends ExerciseType> = {
	/** How many parts it has; 0 where they come about only as it goes. */
	parts: (exercise: ExerciseOf<Type>) => number;
	/** The response of somebody who has not begun. */
	empty: (exercise: ExerciseOf<Type>) => ResponseOf<Type>;
	/** Reads a posted form. Missing, doubled and nonsensical fields are left out, never an error. */
	read: (exercise: ExerciseOf<Type>, form: FormData) => ResponseOf<Type>;
	answer: (exercise: ExerciseOf<Type>, response: ResponseOf<Type>) => Answered;
};

export type AnyKind = Kind<Exercise['type']>;

export type ExerciseResult = Answered & { exercise: string; response: ExerciseResponse };

/**
 * A response answered by the rules of its kind.
 * @throws when the response is of another type than the exercise
 */
export function answeredBy(kind: AnyKind, exercise: Exercise, response: ExerciseResponse): ExerciseResult {
	if (response.type !== exercise.type)
		throw new Error(`A ${response.type} response can't answer the ${exercise.type} exercise ${exercise.id}`);
	return { exercise: exercise.id, response, ...kind.answer(exercise, response) };
}

/** How many of the parts are right, of `total`. */
export function summary(feedback: readonly PartFeedback[], total: number): ExerciseSummary {
	const right = feedback.filter((part) => part.right === true).length;
	return { state: feedback.length === 0 ? 'empty' : right === total ? 'right' : 'partly', right, total };
}

/** Done as soon as every part is right. */
export function untilAllRight(feedback: PartFeedback[], total: number): Answered {
	const reached = summary(feedback, total);
	const done = reached.state === 'right';
	return { feedback, summary: reached, done, toChange: !done && feedback.length === total };
}
