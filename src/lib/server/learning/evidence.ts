import type { Kysely } from 'kysely';
import { prepared } from '#lib/server/db/prepared.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { learnersWith } from './learners.ts';

/**
 * Everything recorded of one learner in one course, over all cycles. Instants are Date. Lessons that another learner of
 * the same person finished count as finished; attempts and places are the learner's own.
 */
export type CourseEvidence = {
	now: Date;
	enrolments: { cycle: number; startedAt: Date }[];
	done: { lesson: string; cycle: number; ordinal: number; lessonHash: string; path: string; at: Date }[];
	places: { lesson: string; cycle: number; section: number; furthest: number; at: Date }[];
	worked: { lesson: string; exercise: string; cycle: number }[];
	open: {
		attempt: string;
		cycle: number;
		number: number;
		courseVersion: string;
		ordinal: number;
		path: string;
		startedAt: Date;
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
	path: string;
	outcome: 'submitted' | 'abandoned' | 'expired';
	passed: boolean;
	score: number;
	total: number;
	lessonsAskedFor: string[];
	startedAt: Date;
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

/** What `recorded` gives: the same as JSON, with instants as text. */
export type RecordedJson = {
	now: string;
	enrolments: { cycle: number; started_at: string }[];
	done: { lesson: string; cycle: number; ordinal: number; lesson_hash: string; path: string; at: string }[];
	places: { lesson: string; cycle: number; section: number; furthest: number; at: string }[];
	worked: { lesson: string; exercise: string; cycle: number }[];
	open: {
		attempt: string;
		cycle: number;
		number: number;
		course_version: string;
		ordinal: number;
		path: string;
		started_at: string;
		expires_at: string;
	} | null;
	results: (Omit<AttemptSummary, 'at' | 'courseVersion' | 'lessonsAskedFor' | 'startedAt'> & {
		course_version: string;
		started_at: string;
		at: string;
		asked: string[] | null;
	})[];
	reviews: { attempt: string; lesson: string }[];
	acknowledgements: { policy: string; version: string; at: string }[];
};

/**
 * SQL of what is recorded of a learner in a course, as one JSON value (RecordedJson). It reads from `whoseEvidence`,
 * under the name `whose`; other things of the same learner can be read beside it in one statement.
 */
export const recorded = `json_build_object(
	'now', waypost_now(),
	'enrolments', (select coalesce(json_agg(json_build_object('cycle', cycle, 'started_at', started_at)), '[]')
		from enrolment where learner = whose.learner and course = whose.course),
	'done', (select coalesce(json_agg(json_build_object('lesson', d.lesson, 'cycle', d.cycle, 'ordinal', v.ordinal,
			'lesson_hash', d.lesson_hash, 'at', d.recorded_at,
			-- Taken alone first and with the class later, it counts as led: evidence itself is not rewritten.
			'path', case when exists (select from led_participant p where p.learner = d.learner
				and p.course_version = d.course_version and p.lesson = d.lesson and p.cycle = d.cycle)
				then 'teacher-led' else d.path end)), '[]')
		from lesson_done d join course_version v on v.id = d.course_version
		where d.learner = any (whose.learners) and v.course = whose.course),
	'places', (select coalesce(json_agg(json_build_object('lesson', lesson, 'cycle', cycle, 'section', section,
			'furthest', furthest, 'at', at)), '[]')
		from lesson_place where learner = whose.learner and course = whose.course),
	'worked', (select coalesce(json_agg(json_build_object('lesson', lesson, 'exercise', exercise, 'cycle', cycle)), '[]')
		from exercise_worked where learner = any (whose.learners) and course = whose.course),
	'open', (select json_build_object('attempt', a.id, 'cycle', a.cycle, 'number', a.number,
			'course_version', a.course_version, 'ordinal', v.ordinal, 'path', a.path,
			'started_at', a.recorded_at, 'expires_at', o.expires_at)
		from attempt_open o join attempt a on a.id = o.attempt join course_version v on v.id = a.course_version
		where o.learner = whose.learner and o.course = whose.course),
	'results', (select coalesce(json_agg(json_build_object('attempt', a.id, 'cycle', a.cycle, 'number', a.number,
			'course_version', a.course_version, 'ordinal', v.ordinal, 'path', a.path, 'outcome', r.outcome, 'passed', r.passed,
			'score', r.score, 'total', r.total, 'started_at', a.recorded_at, 'at', r.recorded_at, 'asked', r.graded -> 'lessonsAskedFor')
			order by a.cycle, a.number), '[]')
		from attempt_result r join attempt a on a.id = r.attempt join course_version v on v.id = a.course_version
		where a.learner = whose.learner and a.course = whose.course),
	'reviews', (select coalesce(json_agg(json_build_object('attempt', w.attempt, 'lesson', w.lesson)), '[]')
		from lesson_review w join attempt a on a.id = w.attempt
		where w.learner = whose.learner and a.course = whose.course),
	'acknowledgements', (select coalesce(json_agg(json_build_object('policy', policy, 'version', version,
			'at', recorded_at)), '[]')
		from acknowledgement where learner = any (whose.learners))
)`;

/**
 * SQL of a row to read from: a learner, a course, and all learners of the same person. `learner` and `course` are
 * placeholders like `$1`.
 */
export function whoseEvidence(learner: string, course: string): string {
	return `(
		select ${learner}::uuid as learner, ${course}::text as course, ${learnersWith(learner)} as learners offset 0
	)`;
}

/** Reads a learner's evidence in a course, in one statement. */
export async function load(db: Kysely<Database>, learner: string, course: string): Promise<CourseEvidence> {
	const [row] = await readRecorded(db, learner, course);
	if (!row) throw new Error('the database answered nothing');
	return evidenceOf(row.recorded);
}

const readRecorded = prepared<{ recorded: RecordedJson }>(
	`select ${recorded} as recorded from ${whoseEvidence('$1', '$2')} whose`
);

/** The courses that a learner, or another of the same person, has begun and not completed since. */
export async function coursesUnderWay(db: Kysely<Database>, learner: string): Promise<string[]> {
	const rows = await readUnderWay(db, learner);
	return rows.map(({ course }) => course);
}

const readUnderWay = prepared<{ course: string }>(`
	select distinct e.course
	from (select ${learnersWith('$1')} as learners offset 0) whose
	join enrolment e on e.learner = any (whose.learners)
	where not exists (
		select from completion c where c.learner = any (whose.learners) and c.course = e.course and c.cycle >= e.cycle
	)
	order by e.course`);

/** The evidence in what `recorded` gave. */
export function evidenceOf(raw: RecordedJson): CourseEvidence {
	return {
		now: new Date(raw.now),
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
			path: raw.open.path,
			startedAt: new Date(raw.open.started_at),
			expiresAt: new Date(raw.open.expires_at)
		},
		results: raw.results.map(({ course_version, started_at, at, asked, ...rest }) => ({
			...rest,
			courseVersion: course_version,
			lessonsAskedFor: asked ?? [],
			startedAt: new Date(started_at),
			at: new Date(at)
		})),
		reviews: raw.reviews,
		acknowledgements: raw.acknowledgements.map(({ at, ...rest }) => ({ ...rest, at: new Date(at) }))
	};
}
