import { fail, redirect } from '@sveltejs/kit';
import type { FieldError } from '#lib/components/text.ts';
import { confirmOwnPassword } from '#lib/server/auth/own-password.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { classCourse, tookPart } from '#lib/server/certification/class-lessons.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { limitedWords } from '../../../../../sign-in/limited-words.server.ts';
import { whereFrom } from '../../../../../sign-in/session-start.server.ts';
import { openBegun } from '../../../../teacher.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { teacher, room, course, lesson, open, path, classPath } = await openBegun(event);
	const taken = await classCourse(serving(), teacher.person, room.id, course.slug);
	const from = led.recordableFrom(lesson, open.beganAt);
	return {
		room: room.title,
		lesson: { title: lesson.title, minutes: lesson.minutes, last: `${path}/${lesson.sections.length}` },
		classPath,
		tooSoonUntil: (await now(serving())) < from ? localDates(event.locals.locale).time(from) : null,
		students: (taken?.students ?? []).map(({ learner, givenName, familyName, done }) => ({
			learner,
			name: `${givenName} ${familyName}`.trim(),
			done: done.includes(lesson.slug)
		}))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const { teacher, place, lesson, path, classPath } = await openBegun(event);
		const form = await event.request.formData();
		const ticked = form.getAll('learner').map(String);
		const password = String(form.get('password') ?? '');
		const say = localDates(event.locals.locale);
		const refuse = (errors: FieldError[], message = '', status = 400) =>
			fail(status, { ticked, errors, message });

		const may = await led.mayRecord(serving(), teacher.person, place, ticked);
		const errors: FieldError[] = [];
		if (!may.ok && may.reason === 'nobody')
			errors.push({ field: 'learner', message: m.teach_error_nobody() });
		else if (!may.ok && may.reason === 'not-in-class')
			errors.push({ field: 'learner', message: m.teach_error_not_in_class() });
		else if (!may.ok && may.reason === 'too-soon')
			return refuse([], m.teach_too_soon({ lesson_minutes: lesson.minutes, time: say.time(may.from) }));
		else if (!may.ok) redirect(303, `${classPath}&notice=not-begun`);
		if (password === '') errors.push({ field: 'password', message: m.teach_error_password_missing() });
		if (errors.length > 0) return refuse(errors);

		const confirmed = await confirmOwnPassword(
			serving(),
			teacher,
			{ password, ...whereFrom(event) },
			new Date()
		);
		if (!confirmed.ok && confirmed.reason === 'limited') {
			event.setHeaders({ 'retry-after': String(confirmed.retryAfterSeconds) });
			return refuse([], limitedWords(confirmed.retryAfterSeconds), 429);
		}
		if (!confirmed.ok)
			return refuse([
				{
					field: 'password',
					message: confirmed.reason === 'wrong' ? m.teach_error_password() : m.teach_error_no_sign_in()
				}
			]);

		// Lessons are in English for now.
		const recorded = await tookPart(serving(), teacher.person, {
			...place,
			learners: ticked,
			language: 'en'
		});
		if (!recorded.ok) redirect(303, `${classPath}&notice=not-begun`);
		redirect(303, `${path}/recorded`);
	}
};
