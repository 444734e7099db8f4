import { lessonComponent } from '#lib/lesson/lesson-component.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => ({
	...data,
	Lesson: await lessonComponent(data.lesson.file)
});
