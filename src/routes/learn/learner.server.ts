import { randomUUID } from 'node:crypto';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { assuranceOf } from '#lib/server/auth/actor.ts';
import { takeByPictures } from '#lib/server/auth/can.ts';
import * as tries from '#lib/server/auth/limited-tries.ts';
import { visitorCookie } from '#lib/server/auth/visitor-cookie.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { course as findCourse, languageOf } from '#lib/server/catalogue/catalogue.ts';
import { courseView, deriveView, type CourseView } from '#lib/server/certification/completions.ts';
import { nothingHeld } from '#lib/server/certification/holdings.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { noEvidence } from '#lib/server/learning/evidence.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { mayTake, type TakeRefusal } from '#lib/server/requirements/audience.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { whereFrom } from '../sign-in/session-start.server.ts';
import { askWhoseLessons, isHere, stayHere } from '../join/again/visit.server.ts';

/**
 * Whom new evidence of this request belongs to, and in which language this course is taken (the page's where it is
 * translated into that, else English); null for somebody who has not begun anything yet.
 */
export function whoAsks(event: RequestEvent, course: string | null): Who | null {
	const { actor, locale } = event.locals;
	if (actor.kind === 'nobody') return null;
	return {
		learner: actor.learner,
		assurance: actor.kind === 'person' ? assuranceOf(actor) : 'visitor',
		language: course === null ? 'en' : languageOf(course, locale)
	};
}

/** Like `whoAsks`, but begins a visitor where the course is open to them. For form actions only. */
export async function whoLearns(event: RequestEvent, view: CourseView): Promise<Who> {
	const who = whoAsks(event, view.course.slug);
	if (who) {
		if (who.assurance === 'visitor' && isHere(event)) stayHere(event);
		return who;
	}
	if (!view.course.visitors) redirect(303, signInFirst(event));
	await boundVisitors(event);
	const begun = await visitors.begin(serving());
	visitorCookie.set(event, begun.token, begun.expiresAt);
	stayHere(event);
	const language = languageOf(view.course.slug, event.locals.locale);
	return { learner: begun.learner, assurance: 'visitor', language };
}

/** Every visitor is a row that stays: from one network address not more are begun than people can be behind it. */
async function boundVisitors(event: RequestEvent): Promise<void> {
	const { address } = whereFrom(event);
	const stands = await tries.take(serving(), { kind: 'visitor', subject: randomUUID(), address }, new Date());
	if (!stands.limited) return;
	const minutes = String(Math.ceil(stands.retryAfterSeconds / 60));
	error(429, { message: m.learn_visitors_many(), hint: m.learn_visitors_many_hint({ minutes }) });
}

/** The course as this learner sees it, or the page that says why not. */
export async function openCourse(event: RequestEvent, slug: string): Promise<CourseView> {
	const course = findCourse(slug);
	if (!course) error(404, m.learn_no_such_course());
	const may = mayTake(event.locals.actor, course);
	if (!may.ok) {
		if (may.reason === 'sign-in-first') redirect(303, signInFirst(event));
		refuseOther(may.reason);
	}
	if (!takeByPictures(event.locals.actor, course).ok)
		error(403, { message: m.classin_lessons_only(), hint: m.classin_lessons_only_hint() });
	await askWhoseLessons(event);
	const who = whoAsks(event, slug);
	if (!who) return deriveView(course, noEvidence(await now(serving())), nothingHeld);
	const view = await courseView(serving(), who.learner, slug);
	if (!view) error(404, m.learn_no_such_course());
	return view;
}

/** Says that a course is for others, or for other grades. */
export function refuseOther(reason: Exclude<TakeRefusal, 'sign-in-first'>): never {
	if (reason === 'other-band') error(403, { message: m.learn_other_band(), hint: m.learn_other_band_hint() });
	error(403, { message: m.learn_other_audience(), hint: m.learn_other_audience_hint() });
}

function signInFirst(event: RequestEvent): string {
	return `/sign-in?next=${encodeURIComponent(event.url.pathname)}`;
}
