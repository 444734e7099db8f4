import { sql, type Kysely } from 'kysely';
import type { Database } from '#lib/server/db/schema.ts';

/** Everything recorded of one learner in one course, over all cycles. Instants are Date. */
export type CourseEvidence = {
	now: Date;
	enrolments: { cycle: number; startedAt: Date }[];
	done: { lesson: string; cycle: number; ordinal: number; lessonHash: string; at: Date }[];
	places: { lesson: string; cycle: number; section: number; furthest: number; at: Date }[];
	worked: { lesson: string; exercise: string; cycle: number }[];
	open: {
		attempt: string;
		cycle: number;
		number: number;
		courseVersion: string;
		ordinal: number;
		expiresAt: Date;
	} | null;
	results: AttemptSummary[];
	reviews: { attempt: string; lesson: string }[];
	acknowledgements: { policy: string; version: string; at: Date }[];
};

export type AttemptSummary = {
	attempt: string;
	cycle: number;
	number: number;
	courseVersion: string;
	ordinal: number;
	outcome: 'submitted' | 'abandoned' | 'expired';
	passed: boolean;
	score: number;
	total: number;
	lessonsAskedFor: string[];
	at: Date;
};

/** The evidence of somebody who has not begun. */
export function noEvidence(now: Date): CourseEvidence {
	return {
		now,
		enrolments: [],
		done: [],
		places: [],
		worked: [],
		open: null,
		results: [],
		reviews: [],
		acknowledgements: []
	};
}

type Raw = {
	now: Date;
	enrolments: { cycle: number; started_at: string }[];
	done: { lesson: string; cycle: number; ordinal: number; lesson_hash: string; at: string }[];
	places: { lesson: string; cycle: number; section: number; furthest: number; at: string }[];
	worked: { lesson: string; exercise: string; cycle: number }[];
	open: {
		attempt: string;
		cycle: number;
		number: number;
		course_version: string;
		ordinal: number;
		expires_at: string;
	} | null;
	results: (Omit<AttemptSummary, 'at' | 'courseVersion' | 'lessonsAskedFor'> & {
		course_version: string;
		at: string;
		asked: string[] | null;
	})[];
	reviews: { attempt: string; lesson: string }[];
	acknowledgements: { policy: string; version: string; at: string }[];
};

/** Reads a learner's evidence in a course, in one statement. */
export async function load(db: Kysely<Database>, learner: string, course: string): Promise<CourseEvidence> {
	const { rows } = await sql<Raw>`
		select waypost_now() as now,
			coalesce((select json_agg(json_build_object('cycle', cycle, 'started_at', started_at))
				from enrolment where learner = ${learner} and course = ${course}), '[]') as enrolments,
			coalesce((select json_agg(json_build_object('lesson', d.lesson, 'cycle', d.cycle, 'ordinal', v.ordinal,
					'lesson_hash', d.lesson_hash, 'at', d.recorded_at))
				from lesson_done d join course_version v on v.id = d.course_version
				where d.learner = ${learner} and v.course = ${course}), '[]') as done,
			coalesce((select json_agg(json_build_object('lesson', lesson, 'cycle', cycle, 'section', section,
					'furthest', furthest, 'at', at))
				from lesson_place where learner = ${learner} and course = ${course}), '[]') as places,
			coalesce((select json_agg(json_build_object('lesson', lesson, 'exercise', exercise, 'cycle', cycle))
				from exercise_worked where learner = ${learner} and course = ${course}), '[]') as worked,
			(select json_build_object('attempt', a.id, 'cycle', a.cycle, 'number', a.number,
					'course_version', a.course_version, 'ordinal', v.ordinal, 'expires_at', o.expires_at)
				from attempt_open o join attempt a on a.id = o.attempt join course_version v on v.id = a.course_version
				where o.learner = ${learner} and o.course = ${course}) as open,
			coalesce((select json_agg(json_build_object('attempt', a.id, 'cycle', a.cycle, 'number', a.number,
					'course_version', a.course_version, 'ordinal', v.ordinal, 'outcome', r.outcome, 'passed', r.passed,
					'score', r.score, 'total', r.total, 'at', r.recorded_at, 'asked', r.graded -> 'lessonsAskedFor')
					order by a.cycle, a.number)
				from attempt_result r join attempt a on a.id = r.attempt join course_version v on v.id = a.course_version
				where a.learner = ${learner} and a.course = ${course}), '[]') as results,
			coalesce((select json_agg(json_build_object('attempt', w.attempt, 'lesson', w.lesson))
				from lesson_review w join attempt a on a.id = w.attempt
				where w.learner = ${learner} and a.course = ${course}), '[]') as reviews,
			coalesce((select json_agg(json_build_object('policy', policy, 'version', version, 'at', recorded_at))
				from acknowledgement where learner = ${learner}), '[]') as acknowledgements
	`.execute(db);
	const raw = rows[0];
	if (!raw) throw new Error('the database answered nothing');
	return {
		now: raw.now,
		enrolments: raw.enrolments.map(({ cycle, started_at }) => ({ cycle, startedAt: new Date(started_at) })),
		done: raw.done.map(({ lesson_hash, at, ...rest }) => ({
			...rest,
			lessonHash: lesson_hash,
			at: new Date(at)
		})),
		places: raw.places.map(({ at, ...rest }) => ({ ...rest, at: new Date(at) })),
		worked: raw.worked,
		open: raw.open && {
			attempt: raw.open.attempt,
			cycle: raw.open.cycle,
			number: raw.open.number,
			courseVersion: raw.open.course_version,
			ordinal: raw.open.ordinal,
			expiresAt: new Date(raw.open.expires_at)
		},
		results: raw.results.map(({ course_version, at, asked, ...rest }) => ({
			...rest,
			courseVersion: course_version,
			lessonsAskedFor: asked ?? [],
			at: new Date(at)
		})),
		reviews: raw.reviews,
		acknowledgements: raw.acknowledgements.map(({ at, ...rest }) => ({ ...rest, at: new Date(at) }))
	};
}
