import type { Component } from 'svelte';
import { readAloudFor } from '#lib/read-aloud/read-aloud-for.ts';
import type { PageLoad } from './$types';

const lessons = import.meta.glob<{ default: Component }>([
	'/content/courses/*/*.md',
	'/content/courses/*/*/*.md'
]);

export const load: PageLoad = async ({ data }) => {
	const read = lessons[`/content/${data.lesson.file}`];
	if (!read) throw new Error(`the build has no lesson ${data.lesson.file}`);
	const [Lesson, ReadAloud] = await Promise.all([
		read().then((module) => module.default),
		readAloudFor(data.course)
	]);
	return { ...data, Lesson, ReadAloud };
};
