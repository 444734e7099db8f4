import { error, redirect } from '@sveltejs/kit';
import type { CourseView } from '#lib/server/certification/completions.ts';
import { startQuiz } from '#lib/server/certification/steps.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { courseOverview } from '../../course-overview.server.ts';
import { openCourse, whoAsks } from '../../learner.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const view = await openCourse(event, event.params.course);
	if (view.progress.quiz.state === 'locked') redirect(303, `/learn/${view.course.slug}?locked=quiz`);
	if (view.progress.quiz.state === 'led') redirect(303, `/learn/${view.course.slug}`);
	const overview = courseOverview(viewInLanguage(view, event.locals.locale), localDates(event.locals.locale));
	return { ...overview, goOn: await whereToGoOn(event, view) };
};

/** Where an attempt that was begun goes on: its first question without an answer, or the list of answers. */
async function whereToGoOn(event: RequestEvent, { course, progress }: CourseView): Promise<string | null> {
	const who = whoAsks(event, course.slug);
	if (!who || progress.quiz.state !== 'in-progress') return null;
	const attempt = await attempts.find(serving(), who.learner, progress.quiz.attempt);
	if (!attempt) return null;
	const place = (await attempts.firstUnanswered(serving(), attempt)) ?? 'check';
	return `/learn/${course.slug}/quiz/${attempt.id}/${place}`;
}

export const actions: Actions = {
	start: async (event) => {
		const view = await openCourse(event, event.params.course);
		const who = whoAsks(event, view.course.slug);
		if (!who) error(403, m.learn_lessons_first());
		const started = await serving()
			.transaction()
			.execute((trx) => startQuiz(trx, who, view.course));
		if (!started.ok) redirect(303, `/learn/${view.course.slug}/quiz`);
		redirect(303, `/learn/${view.course.slug}/quiz/${started.attempt}/1`);
	}
};
