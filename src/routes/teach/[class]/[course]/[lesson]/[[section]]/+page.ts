import type { Component } from 'svelte';
import type { PageLoad } from './$types';

const lessons = import.meta.glob<{ default: Component }>('/content/courses/*/*.md');

export const load: PageLoad = async ({ data }) => {
	const read = lessons[`/content/${data.lesson.file}`];
	if (!read) throw new Error(`the build has no lesson ${data.lesson.file}`);
	return { ...data, Lesson: (await read()).default };
};
