import { lessonCarriesOver } from '#lib/server/catalogue/versions.ts';
import { majorOf, type Course, type Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { Path } from '#lib/server/db/schema.ts';
import type { AttemptSummary, CourseEvidence } from './evidence.ts';
import { isShort, lessonsAsked, pathOf } from './paths.ts';

/** `open`: not asked for in this cycle, and open to be read. */
export type LessonState = 'done' | 'now' | 'locked' | 'open';
export type LessonProgress = {
	slug: string;
	title: string;
	minutes: number;
	state: LessonState;
	/** The section where the learner left off, from 1; and the furthest that may be opened. */
	section: number;
	furthest: number;
	sections: number;
	worked: string[];
};
export type QuizProgress =
	| { state: 'locked' }
	| { state: 'review-first'; attempt: string; lessons: string[] }
	| { state: 'cooling-down'; until: Date }
	| { state: 'open' }
	| { state: 'in-progress'; attempt: string; number: number }
	| { state: 'passed'; attempt: string }
	/** Nothing is left to be asked: a teacher led every lesson with the learner. */
	| { state: 'led' };
export type CourseProgress = {
	cycle: number;
	/** The path of somebody who takes the lessons that this cycle asks for. */
	path: Path;
	started: boolean;
	lessons: LessonProgress[];
	/** The lesson to go on with; null when all are done. */
	next: LessonProgress | null;
	lessonsDone: boolean;
	quiz: QuizProgress;
	/** The mark by which the quiz may be taken now without the lessons; null where it may not. */
	testOut: { passMark: number } | null;
	results: AttemptSummary[];
	/** The policy to acknowledge, and whether that has been done for its version in force; null when none is asked. */
	acknowledgement: { policy: string; version: string; given: boolean } | null;
	/** Everything that the course's path asks for is recorded in this cycle (invariant 2). */
	complete: boolean;
	/** The open attempt has run out: by time, by a new major version, or because it is of no use in this cycle. */
	openAttemptRanOut: boolean;
};

/**
 * Where a learner stands in one cycle of a course. Pure; the one place that says what a path asks for
 * (full: all lessons and the quiz passed; refresher: the lessons of this cycle and the quiz; knowledge check: all
 * lessons and the check handed in; test-out: the quiz passed by its higher mark, once in a cycle; teacher-led: every
 * lesson led with the learner taking part; and always the acknowledgement where the course asks for it). `whole`: only
 * the whole course counts, with all its lessons and by no shorter path.
 */
export function deriveProgress(
	course: Course,
	evidence: CourseEvidence,
	cycle: number,
	policyVersion: string | null,
	{ whole = false }: { whole?: boolean } = {}
): CourseProgress {
	const ofCycle = <T extends { cycle: number }>(entries: T[]) =>
		entries.filter((entry) => entry.cycle === cycle);
	const done = ofCycle(evidence.done);
	const countsFor = (lesson: Lesson) => (entry: (typeof done)[number]) =>
		entry.lesson === lesson.slug &&
		lessonCarriesOver(entry, { ordinal: course.ordinal, lessonHash: lesson.hash });

	const asked = new Set(lessonsAsked(course, cycle, whole));
	let reached = true;
	const lessons = course.lessons.map((lesson): LessonProgress => {
		const finished = done.some(countsFor(lesson));
		const wanted = asked.has(lesson);
		const state: LessonState = finished ? 'done' : !wanted ? 'open' : reached ? 'now' : 'locked';
		if (!finished && wanted) reached = false;
		const place = ofCycle(evidence.places).find((entry) => entry.lesson === lesson.slug);
		const sections = lesson.sections.length;
		return {
			slug: lesson.slug,
			title: lesson.title,
			minutes: lesson.minutes,
			state,
			section: Math.min(place?.section ?? 1, sections),
			furthest: finished ? sections : Math.min(place?.furthest ?? 1, sections),
			sections,
			worked: ofCycle(evidence.worked)
				.filter((entry) => entry.lesson === lesson.slug)
				.map((entry) => entry.exercise)
		};
	});
	const lessonsDone = lessons.every((lesson) => lesson.state === 'done' || lesson.state === 'open');
	const led =
		course.led &&
		lessonsDone &&
		[...asked].every((lesson) =>
			done.filter(countsFor(lesson)).some((entry) => entry.path === 'teacher-led')
		);
	const results = ofCycle(evidence.results);
	const counting = whole ? results.filter(({ path }) => !isShort(path)) : results;
	const openAttemptRanOut =
		evidence.open !== null &&
		(evidence.open.expiresAt <= evidence.now ||
			majorOf(evidence.open.ordinal) < majorOf(course.ordinal) ||
			evidence.open.cycle !== cycle ||
			(whole && isShort(evidence.open.path)));
	const quiz: QuizProgress = led
		? { state: 'led' }
		: quizProgress(course, evidence, counting, lessonsDone, openAttemptRanOut);
	const acknowledgement =
		course.acknowledges && policyVersion
			? {
					policy: course.acknowledges,
					version: policyVersion,
					given: evidence.acknowledgements.some(
						(entry) => entry.policy === course.acknowledges && entry.version === policyVersion
					)
				}
			: null;
	return {
		cycle,
		path: pathOf(course, cycle, whole),
		started: ofCycle(evidence.enrolments).length > 0,
		lessons,
		next: lessons.find((lesson) => lesson.state === 'now') ?? null,
		lessonsDone,
		quiz,
		testOut: whole ? null : testOutOf(course, quiz, results),
		results,
		acknowledgement,
		complete: (quiz.state === 'passed' || quiz.state === 'led') && (acknowledgement?.given ?? true),
		openAttemptRanOut
	};
}

/**
 * The same progress where nothing new may begin: what is done stays, and an attempt that was begun may be handed in.
 * Pure.
 */
export function withNothingNew(progress: CourseProgress): CourseProgress {
	const begun = ['in-progress', 'passed', 'led'].includes(progress.quiz.state);
	return {
		...progress,
		lessons: progress.lessons.map((lesson) =>
			lesson.state === 'done' ? lesson : { ...lesson, state: 'locked' }
		),
		next: null,
		quiz: begun ? progress.quiz : { state: 'locked' },
		testOut: null
	};
}

function quizProgress(
	course: Course,
	evidence: CourseEvidence,
	results: AttemptSummary[],
	lessonsDone: boolean,
	openAttemptRanOut: boolean
): QuizProgress {
	const passed = results.find(
		(result) =>
			result.passed &&
			majorOf(result.ordinal) === majorOf(course.ordinal) &&
			(lessonsDone || result.path === 'test-out')
	);
	if (passed) return { state: 'passed', attempt: passed.attempt };
	if (evidence.open && !openAttemptRanOut && (lessonsDone || evidence.open.path === 'test-out'))
		return { state: 'in-progress', attempt: evidence.open.attempt, number: evidence.open.number };
	if (!lessonsDone) return { state: 'locked' };
	// What a try without the lessons showed has been answered by taking them.
	const last = results.filter((result) => result.path !== 'test-out').at(-1);
	if (last?.outcome === 'submitted') {
		const reviewed = evidence.reviews
			.filter((entry) => entry.attempt === last.attempt)
			.map((entry) => entry.lesson);
		const current = new Set(course.lessons.map((lesson) => lesson.slug));
		const missing = last.lessonsAskedFor.filter(
			(lesson) => current.has(lesson) && !reviewed.includes(lesson)
		);
		if (missing.length > 0) return { state: 'review-first', attempt: last.attempt, lessons: missing };
	}
	if (last && last.outcome !== 'expired') {
		const until = new Date(last.at.getTime() + course.quiz.cooldown_minutes * 60_000);
		if (until > evidence.now) return { state: 'cooling-down', until };
	}
	return { state: 'open' };
}

function testOutOf(course: Course, quiz: QuizProgress, results: AttemptSummary[]): CourseProgress['testOut'] {
	const tried = results.some((result) => result.path === 'test-out');
	return course.test_out && quiz.state === 'locked' && !tried
		? { passMark: course.test_out.pass_mark }
		: null;
}
