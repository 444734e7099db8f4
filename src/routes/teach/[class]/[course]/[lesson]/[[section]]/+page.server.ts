import { error, redirect } from '@sveltejs/kit';
import { readResponse, respond } from '#lib/lesson/response.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { lessonContext } from '../../../../../learn/lesson-context.server.ts';
import { openBegun } from '../../../../teacher.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { course, lesson, path, classPath } = await openBegun(event);
	if (event.params.section === undefined) redirect(303, `${path}/1`);
	const section = Number(event.params.section);
	const here = lesson.sections[section - 1];
	if (!here) error(404, m.teach_no_such_lesson());
	return {
		bare: true,
		path,
		classPath,
		lesson: { slug: lesson.slug, file: lesson.file, title: lesson.title, sections: lesson.sections.length },
		section,
		title: here.title,
		// What is said to grown-ups beside the youngest is no matter for the wall; the paper edition has it.
		youngest: course.band === 'K-2',
		// What was worked through belongs to nobody: the class practises together.
		context: lessonContext(lesson, [here], [], 'en')
	};
};

export const actions: Actions = {
	/** The answer to an exercise, for a browser without JavaScript; nothing is noted of anybody. */
	exercise: async (event) => {
		const { lesson } = await openBegun(event);
		const form = await event.request.formData();
		const exercise = lesson.exercises.find((entry) => entry.id === form.get('exercise'));
		if (!exercise) error(400, m.learn_no_such_exercise());
		return { exercise: exercise.id, answered: respond(exercise, readResponse(exercise, form)) };
	}
};
