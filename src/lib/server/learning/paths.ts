import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { Path } from '#lib/server/db/schema.ts';

/**
 * The lessons that a cycle asks for: all of them the first time. Where a course names `later_cycles`, as many as it
 * says after that, taking turns, so that all come round again (curriculum, section 2). `cycle` counts from 1. `whole`:
 * all of them whatever the cycle.
 */
export function lessonsAsked(course: Course, cycle: number, whole = false): Lesson[] {
	const { lessons, later_cycles: later } = course;
	if (whole || cycle === 1 || !later || later.lessons >= lessons.length) return lessons;
	const first = (cycle - 2) * later.lessons;
	const turn = new Set(Array.from({ length: later.lessons }, (_, place) => (first + place) % lessons.length));
	return lessons.filter((_, index) => turn.has(index));
}

/** The path of somebody who takes what a cycle asks for. */
export function pathOf(course: Course, cycle: number, whole = false): Path {
	return lessonsAsked(course, cycle, whole).length < course.lessons.length ? 'refresher' : course.path;
}

/** Whether a path asks for less than the whole course, so that it gives nothing back that was revoked. */
export function isShort(path: string): boolean {
	return path === 'refresher' || path === 'test-out';
}
