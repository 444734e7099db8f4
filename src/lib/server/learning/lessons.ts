import { sql, type Kysely } from 'kysely';
import { carried, carriedTranslation } from '#lib/server/catalogue/versions.ts';
import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { Assurance, Database } from '#lib/server/db/schema.ts';
import type { CourseProgress, LessonProgress } from './progress.ts';

export type Refusal = {
	ok: false;
	reason: 'locked' | 'unknown' | 'not-read' | 'exercises-left';
	exercises?: string[];
};
export type Who = { learner: string; assurance: Assurance; language: string };

/** Finds a lesson in a learner's progress; locked when an earlier one is not finished (order is the server's rule). */
export function open(
	course: Course,
	progress: CourseProgress,
	slug: string
): { ok: true; lesson: Lesson; at: LessonProgress } | Refusal {
	const lesson = course.lessons.find((entry) => entry.slug === slug);
	const at = progress.lessons.find((entry) => entry.slug === slug);
	if (!lesson || !at) return { ok: false, reason: 'unknown' };
	if (at.state === 'locked') return { ok: false, reason: 'locked' };
	return { ok: true, lesson, at };
}

/** Begins a cycle of a course for a learner, if it has not begun. */
export async function enrol(trx: Trx, who: Who, course: Course, cycle: number): Promise<void> {
	const version = await carried(trx, course);
	const row = await trx
		.insertInto('enrolment')
		.values({ learner: who.learner, course: course.slug, cycle, course_version: version.id })
		.onConflict((conflict) => conflict.doNothing())
		.returning('id')
		.executeTakeFirst();
	if (row)
		await append(trx, {
			kind: 'course.started',
			learner: who.learner,
			detail: { course: course.slug, cycle }
		});
}

/** Remembers the section a learner is at, so that coming back resumes there. `section` counts from 1. */
export async function keepPlace(
	trx: Trx,
	who: Who,
	course: Course,
	cycle: number,
	lesson: Lesson,
	section: number
): Promise<void> {
	await enrol(trx, who, course, cycle);
	await trx
		.insertInto('lesson_place')
		.values({
			learner: who.learner,
			course: course.slug,
			cycle,
			lesson: lesson.slug,
			section,
			furthest: section
		})
		.onConflict((conflict) =>
			conflict.columns(['learner', 'course', 'cycle', 'lesson']).doUpdateSet({
				section,
				furthest: sql`greatest(lesson_place.furthest, ${section})`,
				at: sql`waypost_now()`
			})
		)
		.execute();
}

/** Notes that an exercise was worked through; nothing of what was answered is kept. */
export async function workThrough(
	db: Kysely<Database>,
	who: Who,
	course: Course,
	cycle: number,
	lesson: Lesson,
	exercise: string
): Promise<void> {
	if (!lesson.exercises.some((entry) => entry.id === exercise)) return;
	await db
		.insertInto('exercise_worked')
		.values({ learner: who.learner, course: course.slug, cycle, lesson: lesson.slug, exercise })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

/**
 * Finishes a lesson when the server's own record says that every section was reached and every exercise worked
 * through. A lesson that is asked for again after a missed critical item is noted as reviewed. `progress` is read once
 * nobody else can write in this course (steps.ts, in certification).
 */
export async function finish(
	trx: Trx,
	who: Who,
	course: Course,
	progress: CourseProgress,
	slug: string
): Promise<{ ok: true } | Refusal> {
	const opened = open(course, progress, slug);
	if (!opened.ok) return opened;
	const { lesson, at } = opened;
	if (at.furthest < at.sections) return { ok: false, reason: 'not-read' };
	const left = lesson.exercises.map((exercise) => exercise.id).filter((id) => !at.worked.includes(id));
	if (at.state !== 'done' && left.length > 0) return { ok: false, reason: 'exercises-left', exercises: left };

	if (progress.quiz.state === 'review-first' && progress.quiz.lessons.includes(slug))
		await trx
			.insertInto('lesson_review')
			.values({ attempt: progress.quiz.attempt, learner: who.learner, lesson: slug })
			.onConflict((conflict) => conflict.doNothing())
			.execute();
	if (at.state === 'done') return { ok: true };

	const version = await carried(trx, course);
	await enrol(trx, who, course, progress.cycle);
	const done = await trx
		.insertInto('lesson_done')
		.values({
			learner: who.learner,
			course_version: version.id,
			lesson: slug,
			cycle: progress.cycle,
			lesson_hash: lesson.hash,
			path: progress.path,
			language: who.language,
			translation: await carriedTranslation(trx, version, who.language),
			assurance: who.assurance
		})
		.onConflict((conflict) => conflict.doNothing())
		.returning('learner')
		.executeTakeFirst();
	if (done)
		await append(trx, {
			kind: 'lesson.finished',
			learner: who.learner,
			detail: { course: course.slug, lesson: slug, cycle: progress.cycle }
		});
	return { ok: true };
}
