import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import * as lessons from '#lib/server/learning/lessons.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { settle, viewAlone } from './completions.ts';

/*
 * Steps of a learner in a course that depend on what is recorded. Each is decided by what stands once nobody else can
 * write in this course: what a page was shown may be long out of date.
 */

/** Starts the quiz, or gives the attempt that is open; `testOut`: without the lessons, where that is open. */
export async function startQuiz(
	trx: Trx,
	who: Who,
	course: Course,
	options: { testOut?: boolean } = {}
): ReturnType<typeof attempts.start> {
	const { progress } = await viewAlone(trx, who.learner, course);
	return attempts.start(trx, who, course, progress, options);
}

/** Finishes a lesson, and with the last one whatever it completes. */
export async function finishLesson(
	trx: Trx,
	who: Who,
	course: Course,
	slug: string
): ReturnType<typeof lessons.finish> {
	const { progress } = await viewAlone(trx, who.learner, course);
	const finished = await lessons.finish(trx, who, course, progress, slug);
	if (finished.ok) await settle(trx, who, course.slug);
	return finished;
}
