import { lessonComponent } from '#lib/lesson/lesson-component.ts';
import { readAloudFor } from '#lib/read-aloud/read-aloud-for.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => {
	const [Lesson, ReadAloud] = await Promise.all([
		lessonComponent(data.lesson.file),
		readAloudFor(data.course)
	]);
	return { ...data, Lesson, ReadAloud };
};
