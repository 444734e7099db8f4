import { SvelteSet } from 'svelte/reactivity';
import { setLesson, type LessonContext } from './context.ts';
import { provideDrawings, type Drawings } from './drawings.ts';
import type { ExerciseResult } from './response.ts';

/** What a page's data holds of a lesson: the content of the sections that are shown. */
export type LessonData = Pick<
	LessonContext,
	'clauses' | 'facts' | 'mocks' | 'exercises' | 'help' | 'settings'
> & { drawings: Drawings };

type Given = {
	/** The section shown now, counted from 1. */
	section: number;
	context: LessonData;
	/** What came back from an exercise's form that was posted without JavaScript. */
	posted?: { exercise?: string | undefined; answered?: ExerciseResult | undefined } | null | undefined;
};

/**
 * Provides a lesson to the components of its Markdown. `given` is asked anew when the page's data changes, so that
 * they follow to another section. Call it while the page's component is set up.
 */
export function provideLesson(
	given: () => Given,
	how: Pick<LessonContext, 'recording' | 'unserved' | 'paper'> = {}
): void {
	const { section, context, posted } = $derived(given());
	// Exercises noted in this visit, before the page's data is read again.
	const noted = new SvelteSet<string>();
	const exercises = $derived(
		Object.fromEntries(
			Object.entries(context.exercises).map(([id, entry]) => [
				id,
				{
					...entry,
					worked: entry.worked || noted.has(id),
					answered: posted?.exercise === id ? posted.answered : undefined
				}
			])
		)
	);
	provideDrawings(() => context.drawings);
	setLesson({
		...how,
		get section() {
			return section;
		},
		get clauses() {
			return context.clauses;
		},
		get facts() {
			return context.facts;
		},
		get mocks() {
			return context.mocks;
		},
		get exercises() {
			return exercises;
		},
		get help() {
			return context.help;
		},
		get settings() {
			return context.settings;
		},
		workedThrough: (id) => noted.add(id)
	});
}
