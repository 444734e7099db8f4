import { lessonComponent } from '#lib/lesson/lesson-component.ts';
import type { PageLoad } from './$types';

// Paper runs no scripts.
export const csr = false;

export const load: PageLoad = async ({ data }) => ({
	...data,
	lessons: await Promise.all(
		data.lessons.map(async (lesson) => ({ ...lesson, Lesson: await lessonComponent(lesson.file) }))
	)
});
