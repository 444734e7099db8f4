import type { Component } from 'svelte';
import type { PageLoad } from './$types';

// Paper runs no scripts.
export const csr = false;

const lessons = import.meta.glob<{ default: Component }>([
	'/content/courses/*/*.md',
	'/content/courses/*/*/*.md'
]);

export const load: PageLoad = async ({ data }) => ({
	...data,
	lessons: await Promise.all(
		data.lessons.map(async (lesson) => {
			const read = lessons[`/content/${lesson.file}`];
			if (!read) throw new Error(`the build has no lesson ${lesson.file}`);
			return { ...lesson, Lesson: (await read()).default };
		})
	)
});
