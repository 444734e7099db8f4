import type { Mock, Picture, Scene } from '../lesson/exercise.ts';

/** A quiz question. `critical` items must be right to pass, whatever the score (curriculum, section 3). */
export type ItemType =
	| 'single-choice'
	| 'multiple-choice'
	| 'true-false'
	| 'ordering'
	| 'sorting'
	| 'scenario'
	| 'spot-the-problem';

export type Choice = { text: string; picture?: Picture; correct?: boolean; feedback: string };
/** What every variant has. `scene` and `alt` are a drawing beside the question, for those who answer by picture. */
type Asked = { stem: string; mock?: Mock; scene?: Scene; alt?: string; rationale: string };
export type Group = { id: string; label: string; picture?: Picture };
export type ChoiceVariant = Asked & { choices: Choice[] };
export type OrderingVariant = Asked & {
	steps: { text: string; feedback: string }[];
};
export type SortingVariant = Asked & {
	groups: Group[];
	cards: { text: string; picture?: Picture; group: string; feedback: string }[];
};
export type Variant = ChoiceVariant | OrderingVariant | SortingVariant;
export type Item = {
	id: string;
	lesson: string;
	clauses: string[];
	type: ItemType;
	critical?: boolean;
	variants: Variant[];
};

/**
 * What an attempt drew of one item: the variant, and the order in which its options are shown.
 * `order[shown] = index in the published body`; options reach the browser only by their shown place.
 */
export type ItemDraw = { item: string; variant: number; order: number[] };

/**
 * An answer, in shown places: chosen options (`choices`), all options in the order given (`sequence`),
 * or the group of each card (`groups`, by shown place; null where not yet sorted). A sequence that is not yet
 * whole holds -1 where no option has that place.
 */
export type Answer = { choices: number[] } | { sequence: number[] } | { groups: (string | null)[] };

/** An item as the browser may see it during an attempt: no keys, no rationale, no feedback (invariant 1). */
export type ShownItem = {
	id: string;
	type: ItemType;
	stem: string;
	mock?: Mock;
	scene?: Scene;
	alt?: string;
	options: string[];
	/** The picture of each option, where options have pictures. */
	pictures?: (Picture | null)[];
	groups?: Group[];
};

/**
 * An option's part in the feedback after submission. `given` is what the learner did with it: the choice's own
 * text, the place (1 … n) of a step, the label of a card's group; null when it was not chosen or not placed.
 * `right`: of a choice, whether it is a right one; of a step or card, whether it was put where it belongs.
 * `key`, the right place or group, is there only after a pass.
 */
export type Feedback = { option: string; given: string | null; right: boolean; text: string; key?: string };
