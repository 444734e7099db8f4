import { redirect } from '@sveltejs/kit';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { nextStep } from '#lib/server/requirements/next-step.ts';
import { openCourse } from '../learner.server.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { courseOverview } from '../course-overview.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	// The overview of families' lessons is the page where they come in.
	if (event.locals.actor.kind !== 'person' && findCourse(event.params.course)?.visitors)
		redirect(303, '/join');
	const view = viewInLanguage(await openCourse(event, event.params.course), event.locals.locale);
	return {
		...courseOverview(view, localDates(event.locals.locale)),
		next: nextStep(view, localDates(event.locals.locale))
	};
};
