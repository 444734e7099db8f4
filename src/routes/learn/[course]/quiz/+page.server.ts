import { error, redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { courseOverview } from '../../course-overview.server.ts';
import { openCourse, whoAsks } from '../../learner.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const view = await openCourse(event, event.params.course);
	if (view.progress.quiz.state === 'locked') redirect(303, `/learn/${view.course.slug}?locked=quiz`);
	if (view.progress.quiz.state === 'led') redirect(303, `/learn/${view.course.slug}`);
	return courseOverview(view, localDates(event.locals.locale));
};

export const actions: Actions = {
	start: async (event) => {
		const view = await openCourse(event, event.params.course);
		const who = whoAsks(event);
		if (!who) error(403, m.learn_lessons_first());
		const started = await serving()
			.transaction()
			.execute((trx) => attempts.start(trx, who, view.course, view.progress));
		if (!started.ok) redirect(303, `/learn/${view.course.slug}/quiz`);
		redirect(303, `/learn/${view.course.slug}/quiz/${started.attempt}/1`);
	}
};
