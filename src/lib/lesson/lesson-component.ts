import type { Component } from 'svelte';
import courses from 'virtual:waypost-lessons';

/** The compiled lesson of a file like `courses/family-core/es/01-….md`. @throws when the build has none */
export async function lessonComponent(file: string): Promise<Component> {
	const lessons = await courses[file.split('/')[1] ?? '']?.();
	const read = lessons?.[file];
	if (!read) throw new Error(`the build has no lesson ${file}`);
	return read();
}
