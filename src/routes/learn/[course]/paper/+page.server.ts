import { error, redirect } from '@sveltejs/kit';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { carried } from '#lib/server/catalogue/versions.ts';
import { courseInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import { mayTake } from '#lib/server/requirements/audience.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { refuseOther } from '../../learner.server.ts';
import { lessonContext } from '../../lesson-context.server.ts';
import type { PageServerLoad } from './$types';

/** The whole course to be printed, for whoever may take it or lead it with a class. Nothing of the quiz is in it. */
export const load: PageServerLoad = async ({ params, locals, url }) => {
	const course = findCourse(params.course);
	if (!course) error(404, m.learn_no_such_course());
	const may = mayTake(locals.actor, course);
	if (!may.ok) {
		if (may.reason === 'sign-in-first') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
		const leads = course.led && locals.actor.kind === 'person' && locals.actor.teachesClass;
		if (!leads) refuseOther(may.reason);
	}
	const version = await carried(serving(), course);
	const said = courseInLanguage(course, locals.locale);
	return {
		course: {
			slug: course.slug,
			language: said.language,
			title: said.title,
			short: said.short,
			summary: said.summary,
			minutes: course.minutes,
			version: course.version,
			hash: course.hash,
			publishedOn: localDates(locals.locale).date(version.publishedAt),
			// No sheet asks a student for a name.
			signed: course.audience !== 'student'
		},
		lessons: said.lessons.map((lesson) => ({
			slug: lesson.slug,
			file: lesson.file,
			title: lesson.title,
			minutes: lesson.minutes,
			objectives: lesson.objectives,
			sections: lesson.sections.map(({ title }) => title),
			exercises: lesson.exercises,
			context: lessonContext(lesson, lesson.sections, [], said.language)
		}))
	};
};
