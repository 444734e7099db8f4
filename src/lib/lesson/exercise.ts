/**
 * One shared model for "an exercise": prompt, response, feedback, done. Exercises are practice inside a lesson;
 * they bar nothing, keep nothing that was typed, and never share a stem with a quiz item.
 */

export type Scene =
	| 'class-robot'
	| 'award-stage'
	| 'reading-circle'
	| 'team-bus'
	| 'hallway'
	| 'playground'
	| 'science-fair'
	| 'concert'
	| 'phone-night'
	| 'desk-laptop'
	| 'family-table'
	| 'front-office'
	| 'flyer-wall';

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

export type Exercise =
	| SortExercise
	| OrderExercise
	| SpotExercise
	| BranchExercise
	| RevealExercise
	| ChecklistExercise
	| AltTextExercise
	| FormPracticeExercise;
