import { lessonComponent } from '#lib/lesson/lesson-component.ts';
import Preview from './Preview.svelte';

/** The page's frame and the compiled lesson. */
export async function parts(file: string) {
	return { Preview, Lesson: await lessonComponent(file) };
}
