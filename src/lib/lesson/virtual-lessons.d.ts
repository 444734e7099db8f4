declare module 'virtual:waypost-lessons' {
	type Lesson = import('svelte').Component;
	/** By course, then by the lesson's file inside `content/`. */
	const courses: Record<string, () => Promise<Record<string, () => Promise<Lesson>>>>;
	export default courses;
}
