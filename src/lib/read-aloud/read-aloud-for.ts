/** The button that reads a page aloud, fetched only for courses that are. */
export async function readAloudFor(course: { readAloud: boolean }) {
	return course.readAloud ? (await import('./ReadAloud.svelte')).default : null;
}
