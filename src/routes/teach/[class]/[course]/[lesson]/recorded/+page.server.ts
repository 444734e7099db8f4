import { redirect } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { classCourse } from '#lib/server/certification/class-lessons.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import { openLed } from '../../../../teacher.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { teacher, room, course, lesson, place, classPath } = await openLed(event);
	const [recorded, taken] = await Promise.all([
		led.lastRecorded(serving(), teacher.person, place),
		classCourse(serving(), teacher.person, room.id, course.slug)
	]);
	if (!recorded || !taken) redirect(303, `${classPath}&notice=not-begun`);
	const { students } = taken;
	const next = course.lessons.slice(course.lessons.indexOf(lesson) + 1)[0];
	return {
		room: { id: room.id, title: room.title },
		course: course.slug,
		lesson: lesson.title,
		recorded: recorded.participants,
		on: localDates(event.locals.locale).date(recorded.heldAt),
		missing: students
			.filter(({ done }) => !done.includes(lesson.slug))
			.map(({ learner, givenName, familyName }) => ({ learner, name: `${givenName} ${familyName}`.trim() })),
		completed: students.filter(({ completed }) => completed).length,
		children: students.length,
		next: next ? { slug: next.slug, title: next.title } : null,
		classPath
	};
};
