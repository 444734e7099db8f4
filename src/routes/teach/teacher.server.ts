import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import * as classes from '#lib/server/people/classes.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { secondFactorFirst } from '../second-factor-first.server.ts';

/** Somebody signed in who works at a school; anybody else is told why not. */
export function staffMember(event: RequestEvent): PersonActor {
	const { locals, url } = event;
	const { actor } = locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	secondFactorFirst(event, actor);
	const staff = actor.affiliations.some(({ role }) => !['student', 'guardian', 'volunteer'].includes(role));
	if (!staff) error(403, { message: m.teach_not_staff(), hint: m.teach_not_staff_hint() });
	return actor;
}

/** The class of this address, for a teacher of it; for others there is no such class. Asked for every request. */
export async function openClass(event: RequestEvent): Promise<{ teacher: PersonActor; room: classes.Class }> {
	const teacher = staffMember(event);
	const room = await classes.taught(serving(), teacher.person, event.params.class ?? '');
	if (!room) error(404, { message: m.teach_no_such_class(), hint: m.teach_no_such_class_hint() });
	return { teacher, room };
}

/** A lesson that may be led with the class of this address. */
export async function openLed(event: RequestEvent): Promise<{
	teacher: PersonActor;
	room: classes.Class;
	course: Course;
	lesson: Lesson;
	place: led.LedPlace;
	classPath: string;
	path: string;
}> {
	const { teacher, room } = await openClass(event);
	const found = led.lessonToLead(event.params.course ?? '', event.params.lesson ?? '');
	if (!found.ok) error(404, m.teach_no_such_lesson());
	const { course, lesson } = found;
	const classPath = `/teach/${room.id}?course=${course.slug}`;
	return {
		teacher,
		room,
		course,
		lesson,
		place: { class: room.id, course: course.slug, lesson: lesson.slug },
		classPath,
		path: lessonPath(room.id, course.slug, lesson.slug)
	};
}

/** The lesson before the class, when this teacher has begun it; otherwise back to the class, which says so. */
export async function openBegun(event: RequestEvent) {
	const opened = await openLed(event);
	const open = await led.opened(serving(), opened.teacher.person, opened.place);
	if (!open) redirect(303, `${opened.classPath}&notice=not-begun`);
	return { ...opened, open };
}

export function lessonPath(room: string, course: string, lesson: string): string {
	return `/teach/${room}/${course}/${lesson}`;
}
