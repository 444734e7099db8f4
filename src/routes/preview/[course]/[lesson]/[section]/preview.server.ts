import { resolve } from 'node:path';
import { error } from '@sveltejs/kit';
import { readResponse, respond } from '#lib/lesson/response.ts';
import { authorNotes } from '#lib/server/catalogue/author-notes.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { checkLesson } from '#lib/server/catalogue/check-content.ts';
import { deriveView } from '#lib/server/certification/completions.ts';
import { nothingHeld } from '#lib/server/certification/holdings.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { noEvidence } from '#lib/server/learning/evidence.ts';
import { lessonPage } from '../../../../learn/[course]/[lesson]/[[section]]/lesson-page.server.ts';

type Params = { course: string; lesson: string; section: string };

/** One section of a lesson as a learner would see it who has come this far, with the notes for its author. */
export async function previewPage(params: Params) {
	const { course, lesson, section } = find(params);
	const view = viewInLanguage(deriveView(course, noEvidence(await now(serving())), nothingHeld), 'en');
	const at = view.progress.lessons.find((entry) => entry.slug === lesson.slug);
	if (!at) error(404, 'There is no such lesson');
	return {
		...lessonPage(view, lesson.slug, { ...at, furthest: at.sections }, section),
		others: course.lessons.map(({ slug, title }) => ({ slug, title })),
		notes: authorNotes(catalogue(), course, lesson),
		findings: await checkLesson(catalogue(), process.env.WAYPOST_CONTENT ?? resolve('content'), lesson)
	};
}

/** The answer to an exercise, for a browser without JavaScript. */
export function answer(params: Params, form: FormData) {
	const exercise = find(params).lesson.exercises.find(({ id }) => id === form.get('exercise'));
	if (!exercise) error(400, 'There is no such exercise');
	return { exercise: exercise.id, answered: respond(exercise, readResponse(exercise, form)) };
}

function find(params: Params) {
	const course = catalogue().courses[params.course];
	const lesson = course?.lessons.find(({ slug }) => slug === params.lesson);
	const section = Number(params.section);
	if (!course || !lesson || !lesson.sections.some(({ index }) => index === section))
		error(404, 'There is no such course, lesson or section in content/courses');
	return { course, lesson, section };
}
