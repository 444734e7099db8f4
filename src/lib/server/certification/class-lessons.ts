import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import * as evidence from '#lib/server/learning/evidence.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import * as classes from '#lib/server/people/classes.ts';
import { deriveView, settle, viewAlone, type CourseView } from './completions.ts';
import * as holdings from './holdings.ts';

export type TookPart = led.LedPlace & { learners: readonly string[]; language: string };

/**
 * Records for whom a lesson counts that a teacher led, and what follows from it: with the last lesson the course is
 * complete, without a quiz. `learners` that are named twice count once. All or nothing.
 */
export async function tookPart(
	db: Db,
	teacher: string,
	{ learners, language, ...place }: TookPart
): Promise<{ ok: true; session: string; recorded: number; completed: number } | led.TookPartRefusal> {
	// Always in the same order, so that two teachers who record at once don't wait for each other.
	const named = [...new Set(learners)].sort();
	const may = await led.mayRecord(db, teacher, place, named);
	if (!may.ok) return may;
	return db.transaction().execute(async (trx) => {
		const participants: { learner: string; cycle: number }[] = [];
		for (const learner of named) {
			const { progress } = await viewAlone(trx, learner, may.course);
			participants.push({ learner, cycle: progress.cycle });
		}
		// A second press of the button has found nothing open any more by now.
		const open = await led.opened(trx, teacher, place);
		if (!open) return { ok: false, reason: 'not-begun' };
		const session = await led.record(trx, teacher, { ...may, open, language }, participants);
		let completed = 0;
		for (const { learner } of participants) {
			const settled = await settle(trx, { learner, assurance: 'led', language }, may.course.slug);
			if (settled.completed) completed += 1;
		}
		return { ok: true, session, recorded: participants.length, completed };
	});
}

/** A class in a course, child by child, as its teacher sees it. */
export type ClassCourse = {
	course: Course;
	students: (classes.ClassStudent & { done: string[]; completed: boolean })[];
	led: Awaited<ReturnType<typeof led.ledWith>>;
};

/** What each child of a class has done of a course in their running cycle. Null for a course that no teacher leads. */
export async function classCourse(
	db: Db,
	teacher: string,
	classId: string,
	slug: string
): Promise<ClassCourse | null> {
	const course = findCourse(slug);
	if (!course?.led) return null;
	const students = await classes.studentsOf(db, teacher, classId);
	const [views, sessions] = await Promise.all([
		Promise.all(students.map(({ learner }) => viewOf(db, course, learner))),
		led.ledWith(db, classId, slug)
	]);
	return {
		course,
		led: sessions,
		students: students.map((student, index) => {
			const view = views[index] as CourseView;
			return {
				...student,
				done: view.progress.lessons.filter(({ state }) => state === 'done').map(({ slug }) => slug),
				completed: view.completed !== null
			};
		})
	};
}

async function viewOf(db: Db, course: Course, learner: string): Promise<CourseView> {
	const [recorded, held] = await Promise.all([
		evidence.load(db, learner, course.slug),
		holdings.ofLearner(db, learner)
	]);
	return deriveView(course, recorded, held);
}
