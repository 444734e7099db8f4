import type { Component } from 'svelte';
import Preview from './Preview.svelte';

const lessons = import.meta.glob<{ default: Component }>('/content/courses/*/*.md');

/** The page's frame and the compiled lesson. */
export async function parts(file: string) {
	const read = lessons[`/content/${file}`];
	if (!read) throw new Error(`there is no lesson ${file}`);
	return { Preview, Lesson: (await read()).default };
}
