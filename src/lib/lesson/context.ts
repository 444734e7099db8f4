import { createContext, type Component } from 'svelte';
import type { Exercise, Mock } from './exercise.ts';
import type { ExerciseResult } from './response.ts';

/**
 * What a lesson's Markdown may draw on. The page provides it as one object with getters (or `$state` inside), so
 * that the components follow when the learner goes on to another section.
 */
export type LessonContext = {
	/** The section shown now, counted from 1. */
	readonly section: number;
	/**
	 * The policy's own words by clause id; `label` is what the link says (“6531.1, III.5a”); `lang` where it isn't the
	 * page's, with a translation as a courtesy.
	 */
	readonly clauses: Record<string, { words: string; label: string; lang?: string; courtesy?: string }>;
	readonly facts: Record<string, { source: string; date: string }>;
	readonly mocks: Record<string, Mock>;
	/** `answered` is the server's answer to the form of somebody without JavaScript. */
	readonly exercises: Record<
		string,
		{ exercise: Exercise; worked: boolean; answered?: ExerciseResult | undefined }
	>;
	readonly help: LessonHelp;
	/** Words of the district by name (`report-path`, `district` …). */
	readonly settings: Record<string, string>;
	/** No server stands behind the exercises here (a style guide): their forms go nowhere. */
	readonly unserved?: boolean;
	/** False where a class practises together: exercises answer, and nothing is noted of anybody. */
	readonly recording?: boolean;
	/** On paper: all screens under their titles, and exercises for a pencil. */
	readonly paper?: {
		titles: readonly string[];
		Exercise: Component<{ exercise: Exercise; number: string }>;
		numberOf: (id: string) => string;
	};
	/** Called when the server has noted that an exercise was worked through. */
	workedThrough: (id: string) => void;
};

export type LessonHelp = {
	lines: { name: string; contact: string; note?: string | undefined }[];
	reportPath: string;
	trustedAdult: string;
};

const [getLesson, setLesson] = createContext<LessonContext>();

/** The lesson that a component stands in. @throws outside a lesson */
export { getLesson };

/** Provides the lesson to the components of its Markdown. Call it while the page's component is set up. */
export { setLesson };

/** An entry that the content check has promised to be there. @throws when it isn't, with its name */
export function entry<T>(entries: Readonly<Record<string, T>>, id: string, what: string): T {
	const found = Object.hasOwn(entries, id) ? entries[id] : undefined;
	if (found === undefined) throw new Error(`This page was given no ${what} “${id}”`);
	return found;
}
