declare module 'virtual:waypost-lessons' {
	import type { Component } from 'svelte';
	/** By course, then by the lesson's file inside `content/`. */
	const courses: Record<string, () => Promise<Record<string, () => Promise<Component>>>>;
	export default courses;
}
