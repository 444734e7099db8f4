import { error, fail, redirect } from '@sveltejs/kit';
import { readResponse, respond } from '#lib/lesson/response.ts';
import { finishLesson } from '#lib/server/certification/steps.ts';
import { courseInLanguage, viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as lessons from '#lib/server/learning/lessons.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { openCourse, whoLearns } from '../../../learner.server.ts';
import { lessonPage } from './lesson-page.server.ts';
import type { Actions, PageServerLoad } from './$types';
import type { RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const { view, opened, section } = await openLesson(event);
	return lessonPage(viewInLanguage(view, event.locals.locale), opened.lesson.slug, opened.at, section);
};

export const actions: Actions = {
	/** On to a section: the server keeps the place, so that coming back resumes there. */
	next: async (event) => {
		const { view, opened, section } = await openLesson(event);
		const who = await whoLearns(event, view);
		const to = Math.min(section + 1, opened.at.sections);
		await serving()
			.transaction()
			.execute((trx) => lessons.keepPlace(trx, who, view.course, view.progress.cycle, opened.lesson, to));
		redirect(303, `/learn/${view.course.slug}/${opened.lesson.slug}/${to}`);
	},
	/** The answer to an exercise, for a browser without JavaScript; nothing of it is kept. */
	exercise: async (event) => {
		const { view, opened } = await openLesson(event);
		const form = await event.request.formData();
		// The words that answer are the reader's; that it was worked through is noted of the course's own exercise.
		const { lessons: read } = courseInLanguage(view.course, event.locals.locale);
		const exercise = read
			.find((entry) => entry.slug === opened.lesson.slug)
			?.exercises.find((entry) => entry.id === form.get('exercise'));
		if (!exercise) error(400, m.learn_no_such_exercise());
		const answered = respond(exercise, readResponse(exercise, form));
		if (answered.done) {
			const who = await whoLearns(event, view);
			await lessons.workThrough(serving(), who, view.course, view.progress.cycle, opened.lesson, exercise.id);
		}
		return { exercise: exercise.id, answered };
	},
	worked: async (event) => {
		const { view, opened } = await openLesson(event);
		const asked = (await event.request.formData()).get('exercise');
		const exercise = opened.lesson.exercises.find(({ id }) => id === asked);
		// Asked before anybody is made a visitor for it.
		if (!exercise) error(400, m.learn_no_such_exercise());
		const who = await whoLearns(event, view);
		await lessons.workThrough(serving(), who, view.course, view.progress.cycle, opened.lesson, exercise.id);
		return { exercise: exercise.id };
	},
	finish: async (event) => {
		const { view } = await openLesson(event);
		const who = await whoLearns(event, view);
		const finished = await serving()
			.transaction()
			.execute((trx) => finishLesson(trx, who, view.course, event.params.lesson));
		if (finished.ok) redirect(303, `/learn/${view.course.slug}?finished=${event.params.lesson}`);
		return fail(400, { left: finished.exercises ?? [], reason: finished.reason });
	}
};

async function openLesson(event: RequestEvent) {
	const view = await openCourse(event, event.params.course);
	const opened = lessons.open(view.course, view.progress, event.params.lesson);
	if (!opened.ok) {
		if (opened.reason === 'locked') redirect(303, `/learn/${view.course.slug}?locked=${event.params.lesson}`);
		error(404, m.learn_no_such_lesson());
	}
	const wanted = event.params.section === undefined ? opened.at.section : Number(event.params.section);
	if (!Number.isInteger(wanted) || wanted < 1 || wanted > opened.at.sections)
		error(404, m.learn_no_such_lesson());
	// A section that was not reached yet is not opened by its address; the place is.
	const section = Math.min(wanted, opened.at.furthest);
	if (event.request.method === 'GET' && (section !== wanted || event.params.section === undefined))
		redirect(303, `/learn/${view.course.slug}/${opened.lesson.slug}/${section}`);
	return { view, opened, section };
}
