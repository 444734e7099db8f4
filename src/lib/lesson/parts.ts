import { createContext, type Component } from 'svelte';
import type { Exercise, ExerciseType, Mock } from './exercise.ts';
import type { AnyKind, ExerciseResponse, ExerciseResult, Kind } from './rules/kind.ts';

/**
 * The forms of exercises and the kinds of mocks that a page brings along. A lesson imports just those that it uses: its
 * preprocessor reads them off the front matter.
 */
export type Parts = {
	forms?: { [Type in Exercise['type']]?: ExerciseForm<Extract<Exercise, { type: Type }>> };
	/** The rules of those exercises, which come with their forms. */
	rules?: { [Type in ExerciseType]?: Kind<Type> };
	mocks?: { [Kind in Mock['kind']]?: Component<{ mock: Extract<Mock, { kind: Kind }> }> };
};

export type ExerciseForm<Of extends Exercise = Exercise> = Component<{
	exercise: Of;
	result: ExerciseResult | undefined;
	/** For forms that answer on something else than a press on “Check” or a change of a field. */
	onanswer: (response: ExerciseResponse) => void;
}>;

const [getParts, provideParts] = createContext<Parts>();
export { getParts, provideParts };

/** The form for an exercise. @throws when the page brought none for its type */
export function formFor(parts: Parts, exercise: Exercise): ExerciseForm {
	const form = parts.forms?.[exercise.type];
	if (!form) throw new Error(`This page brought no form for ${exercise.type} exercises`);
	// Looked up by the exercise's own type, so it takes this exercise; the compiler can't tie the two together.
	return form as unknown as ExerciseForm;
}

/** The rules for an exercise. @throws when the page brought none for its type */
export function rulesFor(parts: Parts, exercise: Exercise): AnyKind {
	const rules = parts.rules?.[exercise.type];
	if (!rules) throw new Error(`This page brought no rules for ${exercise.type} exercises`);
	// As above: looked up by the exercise's own type.
	return rules as unknown as AnyKind;
}

/** What draws a mock. @throws when the page brought nothing for its kind */
export function mockFor(parts: Parts, mock: Mock): Component<{ mock: Mock }> {
	const drawn = parts.mocks?.[mock.kind];
	if (!drawn) throw new Error(`This page brought nothing to draw a ${mock.kind}`);
	// As above: looked up by the mock's own kind.
	return drawn as unknown as Component<{ mock: Mock }>;
}
