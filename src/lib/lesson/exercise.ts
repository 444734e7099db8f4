import type { PictureName } from './pictures/names.ts';
import type { SceneName } from './scenes/names.ts';

/**
 * One shared model for "an exercise": prompt, response, feedback, done. Exercises are practice inside a lesson;
 * they bar nothing, keep nothing that was typed, and never share a stem with a quiz item.
 */

export type Scene = SceneName;
export type Picture = PictureName;

type Row = { label: string; value: string };
/** A picture of a post, chat, profile …, drawn like the real thing without naming a brand. */
export type Mock =
	| {
			kind: 'post';
			by: string;
			place?: string;
			scene?: Scene;
			alt?: string;
			overlay?: string[];
			text: string;
			stamp?: string;
	  }
	| { kind: 'chat'; title: string; lines: { from: string; text: string; me?: boolean }[] }
	| { kind: 'profile'; name: string; handle?: string; about?: string; rows?: Row[] }
	| { kind: 'email'; from: string; address?: string; subject: string; text: string; button?: string }
	| { kind: 'settings'; title: string; rows: Row[] }
	| { kind: 'notice'; title: string; text: string };

type Common = { id: string; title: string; prompt: string; done?: string };
export type SortExercise = Common & {
	type: 'sort';
	groups: { id: string; label: string }[];
	cards: { text: string; group: string; feedback: string }[];
};
export type OrderExercise = Common & { type: 'order'; steps: { text: string; why: string }[] };
export type SpotExercise = Common & {
	type: 'spot';
	mock: Mock;
	spots: { text: string; problem: boolean; feedback: string }[];
};
export type BranchVerdict = 'best' | 'fair' | 'risky';
export type BranchScene = {
	text: string;
	choices?: { text: string; to: string; verdict: BranchVerdict; consequence: string }[];
};
export type BranchExercise = Common & { type: 'branch'; start: string; scenes: Record<string, BranchScene> };
export type RevealExercise = Common & { type: 'reveal'; cards: { front: string; back: string }[] };
export type ChecklistExercise = Common & { type: 'checklist'; items: { text: string; why: string }[] };
export type AltTextExercise = Common & {
	type: 'alt-text';
	scene: Scene;
	alt: string;
	context: string;
	keywords: string[][];
	avoid: string[];
	model: string;
	notes: string[];
};
export type FormPracticeExercise = Common & {
	type: 'form-practice';
	fields: { label: string; hint: string; options: { text: string; good: boolean; feedback: string }[] }[];
};
/** Something found as it was, to be put right part by part; `after` is shown once it is. */
export type RepairExercise = Common & {
	type: 'repair';
	before: Mock;
	after: Mock;
	parts: { label: string; now: string; options: { text: string; good: boolean; feedback: string }[] }[];
};
/** A settings page to try out: each option says what follows from it, so that a change shows at once. */
export type SettingsExercise = Common & {
	type: 'settings';
	screen: string;
	switches: {
		label: string;
		/** The option that is on at the start, counted from 0. */
		start: number;
		options: { text: string; good: boolean; effect: string }[];
	}[];
};
/** A plan to print: nothing in it is right or wrong, and nothing of it is kept. */
export type PlanExercise = Common & {
	type: 'plan';
	/** Heading of the sheet. */
	sheet: string;
	parts: PlanPart[];
	/** Lines to fill in by hand on the printed sheet. */
	lines?: string[] | undefined;
};
export type PlanPart =
	| { kind: 'pick'; label: string; hint?: string | undefined; choices: string[] }
	| {
			kind: 'amount';
			label: string;
			hint?: string | undefined;
			from: number;
			to: number;
			step: number;
			start: number;
			unit: string;
	  };
export type ClaimVerdict = 'holds' | 'stretched' | 'false';
/** Claims as one hears them, to be weighed against what the source says. */
export type ClaimExercise = Common & {
	type: 'claim';
	claims: { claim: string; heard?: string | undefined; verdict: ClaimVerdict; check: string }[];
};
/** For the youngest: one picture and one question at a time, answered by touching a picture. */
export type TapExercise = Common & {
	type: 'tap';
	rounds: {
		scene: Scene;
		alt: string;
		say: string;
		answers: { picture: Picture; text: string; good: boolean; say: string }[];
	}[];
};
export type QueueDecision = 'approve' | 'change' | 'refuse';
/** Registrations waiting for a reviewer: what stands in the way, and what to decide. */
export type QueueExercise = Common & {
	type: 'queue';
	cases: {
		title: string;
		rows: Row[];
		findings: { text: string; problem: boolean; feedback: string }[];
		decision: QueueDecision;
		why: string;
	}[];
};

export type Exercise =
	| SortExercise
	| OrderExercise
	| SpotExercise
	| BranchExercise
	| RevealExercise
	| ChecklistExercise
	| AltTextExercise
	| FormPracticeExercise
	| RepairExercise
	| SettingsExercise
	| PlanExercise
	| ClaimExercise
	| TapExercise
	| QueueExercise;
export type ExerciseType = Exercise['type'];
export type ExerciseOf<Type extends ExerciseType> = Extract<Exercise, { type: Type }>;
