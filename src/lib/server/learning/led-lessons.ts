import { sql } from 'kysely';
import { course as findCourse, catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import { carried } from '#lib/server/catalogue/versions.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { Band } from '#lib/server/db/schema.ts';
import * as classes from '#lib/server/people/classes.ts';
import { enrol } from './lessons.ts';

export type LedPlace = { class: string; course: string; lesson: string };
export type LedOpen = LedPlace & { beganAt: Date };
export type LeadRefusal = { ok: false; reason: 'not-your-class' | 'not-for-classes' | 'unknown-lesson' };
export type TookPartRefusal =
	| LeadRefusal
	| { ok: false; reason: 'not-begun' }
	/** Less than half of the lesson's minutes have passed. */
	| { ok: false; reason: 'too-soon'; from: Date }
	| { ok: false; reason: 'nobody' }
	/** Somebody named is no student of this class now. */
	| { ok: false; reason: 'not-in-class' };

/** After this, a lesson that was begun counts as forgotten and is begun anew (a constraint says the same). */
const OPEN_HOURS = 12;

/** The courses that a teacher may lead, that of the class's own band first. */
export function coursesToLead(band: Band): Course[] {
	return Object.values(catalogue().courses)
		.filter((course) => course.led)
		.sort((a, b) => Number(b.band === band) - Number(a.band === band));
}

/** A lesson that may be led with a class, or why not. */
export function lessonToLead(
	slug: string,
	lesson: string
): { ok: true; course: Course; lesson: Lesson } | LeadRefusal {
	const course = findCourse(slug);
	if (!course?.led) return { ok: false, reason: 'not-for-classes' };
	const found = course.lessons.find((entry) => entry.slug === lesson);
	return found ? { ok: true, course, lesson: found } : { ok: false, reason: 'unknown-lesson' };
}

/**
 * Begins to lead a lesson with a class. A teacher leads one lesson at a time: beginning another lets the first one
 * go; beginning the same one again on the same day goes on with it.
 */
export async function begin(
	db: Db,
	teacher: string,
	place: LedPlace
): Promise<{ ok: true; beganAt: Date } | LeadRefusal> {
	const may = await mayLead(db, teacher, place);
	if (!may.ok) return may;
	await db
		.insertInto('led_open')
		.values({ teacher, ...place })
		.onConflict((conflict) =>
			conflict
				.column('teacher')
				.doUpdateSet({ ...place })
				.where(
					sql<boolean>`(led_open.class, led_open.course, led_open.lesson) is distinct from (excluded.class, excluded.course, excluded.lesson)
						or led_open.began_at < waypost_now() - make_interval(hours => ${OPEN_HOURS})`
				)
		)
		.execute();
	const open = await opened(db, teacher, place);
	if (!open) throw new Error('the lesson that was begun is gone');
	return { ok: true, beganAt: open.beganAt };
}

/** The lesson that a teacher is leading, when it is this one; null otherwise. */
export async function opened(db: Db | Trx, teacher: string, place: LedPlace): Promise<LedOpen | null> {
	const open = await running(db, teacher);
	const same = open?.class === place.class && open.course === place.course && open.lesson === place.lesson;
	return same ? open : null;
}

/** The lesson that a teacher is leading, whichever it is. */
export async function running(db: Db | Trx, teacher: string): Promise<LedOpen | null> {
	const row = await db
		.selectFrom('led_open')
		.select(['class', 'course', 'lesson', 'began_at as beganAt'])
		.where('teacher', '=', teacher)
		.where(sql<boolean>`began_at > waypost_now() - make_interval(hours => ${OPEN_HOURS})`)
		.executeTakeFirst();
	return row ?? null;
}

/** From when on what was begun may be recorded: after half of the lesson's minutes. */
export function recordableFrom(lesson: Lesson, beganAt: Date): Date {
	return new Date(beganAt.getTime() + lesson.minutes * 30_000);
}

/** Whether the lesson may be recorded now for these learners. Checked before a password is asked for, and again. */
export async function mayRecord(
	db: Db,
	teacher: string,
	place: LedPlace,
	learners: readonly string[]
): Promise<{ ok: true; course: Course; lesson: Lesson; open: LedOpen } | TookPartRefusal> {
	const may = await mayLead(db, teacher, place);
	if (!may.ok) return may;
	const open = await opened(db, teacher, place);
	if (!open) return { ok: false, reason: 'not-begun' };
	const from = recordableFrom(may.lesson, open.beganAt);
	if ((await now(db)) < from) return { ok: false, reason: 'too-soon', from };
	if (learners.length === 0) return { ok: false, reason: 'nobody' };
	const students = await classes.studentsOf(db, teacher, place.class);
	const known = new Set(students.map(({ learner }) => learner));
	if (!learners.every((learner) => known.has(learner))) return { ok: false, reason: 'not-in-class' };
	return { ...may, open };
}

/**
 * Records a led lesson: the session, who took part, and the lesson as done in each learner's cycle. The database
 * checks again what `mayRecord` has checked, with its own clock. Ends what was begun.
 */
export async function record(
	trx: Trx,
	teacher: string,
	{ course, lesson, open, language }: { course: Course; lesson: Lesson; open: LedOpen; language: string },
	participants: readonly { learner: string; cycle: number }[]
): Promise<string> {
	const version = await carried(trx, course);
	const session = await trx
		.insertInto('led_session')
		.values({
			class: open.class,
			teacher,
			course_version: version.id,
			lesson: lesson.slug,
			language,
			began_at: open.beganAt,
			held_on: civilDate(open.beganAt, district().time_zone)
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	await append(trx, {
		kind: 'lesson.led',
		actor: teacher,
		subject: session.id,
		detail: { class: open.class, course: course.slug, lesson: lesson.slug, participants: participants.length }
	});
	for (const { learner, cycle } of participants) {
		await enrol(trx, { learner, assurance: 'led', language }, course, cycle);
		const done = await trx
			.insertInto('lesson_done')
			.values({
				learner,
				course_version: version.id,
				lesson: lesson.slug,
				cycle,
				lesson_hash: lesson.hash,
				path: 'teacher-led',
				language,
				assurance: 'led'
			})
			.onConflict((conflict) => conflict.doNothing())
			.returning('learner')
			.executeTakeFirst();
		await trx
			.insertInto('led_participant')
			.values({ session: session.id, learner, course_version: version.id, lesson: lesson.slug, cycle })
			.execute();
		if (done)
			await append(trx, {
				kind: 'lesson.finished',
				actor: teacher,
				learner,
				subject: session.id,
				detail: { course: course.slug, lesson: lesson.slug, cycle }
			});
	}
	await trx.deleteFrom('led_open').where('teacher', '=', teacher).execute();
	return session.id;
}

/** How often each lesson of a course was led with a class, and when last, by lesson. */
export async function ledWith(
	db: Db,
	classId: string,
	course: string
): Promise<Map<string, { times: number; last: Date }>> {
	const rows = await db
		.selectFrom('led_session as s')
		.innerJoin('course_version as v', 'v.id', 's.course_version')
		.select(['s.lesson', sql<number>`count(*)::integer`.as('times'), sql<Date>`max(s.began_at)`.as('last')])
		.where('s.class', '=', classId)
		.where('v.course', '=', course)
		.groupBy('s.lesson')
		.execute();
	return new Map(rows.map(({ lesson, times, last }) => [lesson, { times, last }]));
}

async function mayLead(
	db: Db,
	teacher: string,
	place: LedPlace
): Promise<{ ok: true; course: Course; lesson: Lesson } | LeadRefusal> {
	if (!(await classes.taught(db, teacher, place.class))) return { ok: false, reason: 'not-your-class' };
	return lessonToLead(place.course, place.lesson);
}

/** What a teacher recorded last of a lesson with a class; null when nothing. */
export async function lastRecorded(
	db: Db,
	teacher: string,
	place: LedPlace
): Promise<{ heldAt: Date; participants: number } | null> {
	const row = await db
		.selectFrom('led_session as s')
		.innerJoin('course_version as v', 'v.id', 's.course_version')
		.select((eb) => [
			's.began_at as heldAt',
			eb
				.selectFrom('led_participant as p')
				.select(sql<number>`count(*)::integer`.as('count'))
				.whereRef('p.session', '=', 's.id')
				.as('participants')
		])
		.where('s.teacher', '=', teacher)
		.where('s.class', '=', place.class)
		.where('v.course', '=', place.course)
		.where('s.lesson', '=', place.lesson)
		.orderBy('s.recorded_at', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row ? { heldAt: row.heldAt, participants: row.participants ?? 0 } : null;
}
