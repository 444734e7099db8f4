import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { isComplete } from '#lib/quiz/present.ts';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { courseInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { whoAsks } from '../../../learner.server.ts';

type Params = { course: string; attempt: string };

/** This learner's attempt; anybody else's looks like one that does not exist. */
export async function ownAttempt(event: RequestEvent & { params: Params }): Promise<attempts.Attempt> {
	const who = whoAsks(event, event.params.course);
	if (!who) redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname)}`);
	const attempt = await attempts.find(serving(), who.learner, event.params.attempt);
	if (!attempt || attempt.course !== event.params.course) error(404, m.attempt_no_such());
	return attempt;
}

/** An attempt still open, with its items as they may be seen and what was answered; a closed one leads to its result. */
export async function openAttempt(event: RequestEvent & { params: Params }) {
	const attempt = await ownAttempt(event);
	const [done, items, answers] = await Promise.all([
		attempts.result(serving(), attempt.id),
		attempts.show(serving(), attempt),
		attempts.answers(serving(), attempt.id)
	]);
	if (done) redirect(303, `/learn/${attempt.course}/quiz/${attempt.id}/result`);
	const course = findCourse(attempt.course);
	return {
		attempt,
		course: {
			slug: attempt.course,
			short: course ? courseInLanguage(course, event.locals.locale).short : attempt.course,
			readAloud: course?.read_aloud ?? false,
			young: course?.band === 'K-2'
		},
		language: attempt.language,
		items: items.map((shown) => ({
			shown,
			rev: answers[shown.id]?.rev ?? 0,
			answer: answers[shown.id]?.answer ?? null,
			answered: isComplete(shown, answers[shown.id]?.answer ?? null)
		}))
	};
}
