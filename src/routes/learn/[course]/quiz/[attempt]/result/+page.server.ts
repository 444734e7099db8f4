import { redirect } from '@sveltejs/kit';
import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { nextStep } from '#lib/server/requirements/next-step.ts';
import { openCourse } from '../../../../learner.server.ts';
import { ownAttempt } from '../attempt.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const attempt = await ownAttempt(event);
	const outcome = await attempts.result(serving(), attempt.id);
	if (!outcome) redirect(303, `/learn/${attempt.course}/quiz/${attempt.id}/check`);
	const view = viewInLanguage(await openCourse(event, attempt.course), event.locals.locale);
	const titles = Object.fromEntries(view.course.lessons.map((lesson) => [lesson.slug, lesson.title]));
	const items = outcome.outcome === 'submitted' ? await attempts.review(serving(), attempt, outcome) : [];
	const named = (slugs: string[]) => slugs.map((slug) => ({ slug, title: titles[slug] ?? slug }));
	return {
		course: {
			slug: attempt.course,
			short: view.course.short,
			path: view.course.path,
			readAloud: view.course.read_aloud,
			young: view.course.band === 'K-2'
		},
		language: attempt.language,
		attempt: { id: attempt.id, number: attempt.number, passMark: attempt.passMark },
		outcome: outcome.outcome,
		passed: outcome.passed,
		score: outcome.score,
		total: outcome.total,
		missedCritical: outcome.graded.missedCritical.length,
		lessonsToReview: named(outcome.graded.lessonsToReview),
		lessonsAskedFor: named(outcome.graded.lessonsAskedFor),
		policyNumber: mainPolicy().number,
		items,
		drawings: drawingsIn(items.map(({ mock, scene }) => ({ mock, scene }))),
		next: nextStep(view, localDates(event.locals.locale)),
		visitor: event.locals.actor.kind === 'visitor'
	};
};
