import { error, redirect } from '@sveltejs/kit';
import { startQuiz } from '#lib/server/certification/steps.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { courseOverview } from '../../course-overview.server.ts';
import { openCourse, whoAsks } from '../../learner.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const view = await openTestOut(event);
	return courseOverview(viewInLanguage(view, event.locals.locale), localDates(event.locals.locale));
};

export const actions: Actions = {
	default: async (event) => {
		const view = await openTestOut(event);
		const who = whoAsks(event, view.course.slug);
		if (!who) error(403, m.learn_lessons_first());
		const started = await serving()
			.transaction()
			.execute((trx) => startQuiz(trx, who, view.course, { testOut: true }));
		if (!started.ok) redirect(303, `/learn/${view.course.slug}`);
		redirect(303, `/learn/${view.course.slug}/quiz/${started.attempt}/1`);
	}
};

/** The course, where its quiz may be tried without the lessons now; else its own page says what comes next. */
async function openTestOut(event: RequestEvent) {
	const view = await openCourse(event, event.params.course);
	if (!view.progress.testOut || view.completed) redirect(303, `/learn/${view.course.slug}`);
	return view;
}
