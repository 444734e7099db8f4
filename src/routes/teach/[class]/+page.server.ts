import { error, redirect } from '@sveltejs/kit';
import * as pictureSignIn from '#lib/server/auth/class-sign-in/picture-sign-in.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { classCourse } from '#lib/server/certification/class-lessons.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { lessonPath, openClass } from '../teacher.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { teacher, room } = await openClass(event);
	const say = localDates(event.locals.locale);
	const offered = led.coursesToLead(room.band);
	const chosen = event.url.searchParams.get('course') ?? offered[0]?.slug ?? '';
	const [taken, running, paused] = await Promise.all([
		classCourse(serving(), teacher.person, room.id, chosen),
		led.running(serving(), teacher.person),
		pictureSignIn.paused(serving(), room.id)
	]);
	if (!taken) error(404, m.teach_no_such_lesson());
	const { course, students } = taken;
	const here = running?.class === room.id ? running : null;
	return {
		room,
		course: {
			slug: course.slug,
			title: course.title,
			summary: course.summary,
			minutes: course.minutes,
			version: course.version,
			band: course.band ?? '',
			own: course.band === room.band
		},
		others: offered
			.filter(({ slug }) => slug !== course.slug)
			.map(({ slug, title, band }) => ({ slug, title, band: band ?? '' })),
		lessons: course.lessons.map(({ slug, title, minutes }) => {
			const sessions = taken.led.get(slug);
			return {
				slug,
				title,
				minutes,
				done: students.filter(({ done }) => done.includes(slug)).length,
				missing: students.filter(({ done }) => !done.includes(slug)).map(nameOf),
				led: sessions ? { times: sessions.times, last: say.date(sessions.last) } : null
			};
		}),
		students: students.map((student) => ({
			learner: student.learner,
			name: nameOf(student),
			done: student.done.length,
			completed: student.completed
		})),
		running: here && {
			title: titleOf(here),
			path: lessonPath(here.class, here.course, here.lesson)
		},
		picturesPaused: paused.length,
		runningElsewhere: running !== null && here === null,
		notice: event.url.searchParams.get('notice') === 'not-begun'
	};
};

export const actions: Actions = {
	lead: async (event) => {
		const { teacher, room } = await openClass(event);
		const form = await event.request.formData();
		const place = {
			class: room.id,
			course: String(form.get('course') ?? ''),
			lesson: String(form.get('lesson') ?? '')
		};
		const begun = await led.begin(serving(), teacher.person, place);
		if (!begun.ok) error(404, m.teach_no_such_lesson());
		redirect(303, `${lessonPath(place.class, place.course, place.lesson)}/1`);
	}
};

function nameOf({ givenName, familyName }: { givenName: string; familyName: string }): string {
	return `${givenName} ${familyName}`.trim();
}

function titleOf({ course, lesson }: led.LedPlace): string {
	const found = led.lessonToLead(course, lesson);
	return found.ok ? found.lesson.title : lesson;
}
