import { describe, expect, test } from 'vitest';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { noEvidence, type CourseEvidence } from './evidence.ts';
import { deriveProgress } from './progress.ts';

const course = catalogue().courses['staff-initial'] as Course;
const now = new Date('2026-11-23T12:00:00Z');
const slugs = course.lessons.map((lesson) => lesson.slug);
const doneUpTo = (count: number, change: Partial<CourseEvidence['done'][number]> = {}) =>
	course.lessons.slice(0, count).map((lesson) => ({
		lesson: lesson.slug,
		cycle: 1,
		ordinal: course.ordinal,
		lessonHash: lesson.hash,
		path: 'full',
		at: now,
		...change
	}));
const derive = (change: Partial<CourseEvidence>, of: Course = course) =>
	deriveProgress(of, { ...noEvidence(now), ...change }, 1, '2015-03-16');
const result = (change: Partial<CourseEvidence['results'][number]> = {}) => ({
	attempt: 'a1',
	cycle: 1,
	number: 1,
	courseVersion: 'v',
	ordinal: course.ordinal,
	path: 'full',
	outcome: 'submitted' as const,
	passed: false,
	score: 8,
	total: 12,
	lessonsAskedFor: [],
	startedAt: new Date(now.getTime() - 600_000),
	at: new Date(now.getTime() - 60_000),
	...change
});

describe('progress in a course', () => {
	test('lessons open one after the other', () => {
		expect(derive({ done: doneUpTo(2) }).lessons.map((lesson) => lesson.state)).toEqual([
			'done',
			'done',
			'now',
			'locked',
			'locked',
			'locked'
		]);
	});

	test('a lesson finished out of order opens nothing before it', () => {
		const skipped = derive({ done: doneUpTo(6).slice(3) });
		expect(skipped.lessons.map((lesson) => lesson.state)).toEqual([
			'now',
			'locked',
			'locked',
			'done',
			'done',
			'done'
		]);
		expect(skipped.quiz.state).toBe('locked');
	});

	test('resumes at the section where the learner left off', () => {
		const places = [{ lesson: slugs[0] ?? '', cycle: 1, section: 3, furthest: 4, at: now }];
		expect(derive({ places }).next).toMatchObject({ slug: slugs[0], section: 3, furthest: 4 });
	});

	test('a typo fixed while someone is mid-course costs nothing', () => {
		const fixed: Course = {
			...course,
			version: '1.0.1',
			ordinal: course.ordinal + 1,
			lessons: course.lessons.map((lesson, index) => (index === 0 ? { ...lesson, hash: 'changed' } : lesson))
		};
		expect(
			derive({ done: doneUpTo(3) }, fixed)
				.lessons.slice(0, 4)
				.map((lesson) => lesson.state)
		).toEqual(['done', 'done', 'done', 'now']);
	});

	test('after a major change, only the lessons that changed are asked for anew', () => {
		const next: Course = {
			...course,
			version: '2.0.0',
			ordinal: 2_000_000,
			lessons: course.lessons.map((lesson, index) => (index === 1 ? { ...lesson, hash: 'changed' } : lesson))
		};
		const progress = derive({ done: doneUpTo(6) }, next);
		expect(progress.lessons.map((lesson) => lesson.state)).toEqual([
			'done',
			'now',
			'done',
			'done',
			'done',
			'done'
		]);
	});

	test('an attempt left open runs out in time, or when a new major version comes', () => {
		const open = {
			attempt: 'a1',
			cycle: 1,
			number: 1,
			courseVersion: 'v',
			ordinal: course.ordinal,
			path: 'full',
			startedAt: new Date(now.getTime() - 600_000),
			expiresAt: new Date(now.getTime() + 1_000)
		};
		expect(derive({ done: doneUpTo(6), open }).quiz).toMatchObject({ state: 'in-progress' });
		expect(derive({ done: doneUpTo(6), open: { ...open, expiresAt: now } }).openAttemptRanOut).toBe(true);
		const major: Course = { ...course, ordinal: 2_000_000 };
		expect(derive({ done: doneUpTo(6), open }, major).openAttemptRanOut).toBe(true);
	});

	test('after a fail the next attempt waits for the cool-down, and then opens', () => {
		const waiting = derive({ done: doneUpTo(6), results: [result()] });
		expect(waiting.quiz).toEqual({ state: 'cooling-down', until: new Date(now.getTime() + 14 * 60_000) });
		const after = derive({
			done: doneUpTo(6),
			results: [result({ at: new Date(now.getTime() - 15 * 60_000) })]
		});
		expect(after.quiz.state).toBe('open');
	});

	test('a missed critical item asks for its lesson before the retry, cool-down or not', () => {
		const failed = result({
			lessonsAskedFor: ['privacy-and-photos'],
			at: new Date(now.getTime() - 3_600_000)
		});
		expect(derive({ done: doneUpTo(6), results: [failed] }).quiz).toEqual({
			state: 'review-first',
			attempt: 'a1',
			lessons: ['privacy-and-photos']
		});
		const reviews = [{ attempt: 'a1', lesson: 'privacy-and-photos' }];
		expect(derive({ done: doneUpTo(6), results: [failed], reviews }).quiz.state).toBe('open');
	});

	test('is complete only with all lessons, the quiz passed and the policy acknowledged', () => {
		const passed = result({ passed: true });
		const acknowledgements = [{ policy: '6531-1', version: '2015-03-16', at: now }];
		expect(derive({ done: doneUpTo(6), results: [passed] }).complete).toBe(false);
		expect(derive({ done: doneUpTo(5), results: [passed], acknowledgements }).complete).toBe(false);
		expect(derive({ done: doneUpTo(6), acknowledgements }).complete).toBe(false);
		expect(derive({ done: doneUpTo(6), results: [passed], acknowledgements }).complete).toBe(true);
		const older = [{ ...acknowledgements[0]!, version: '2014-07-14' }];
		expect(derive({ done: doneUpTo(6), results: [passed], acknowledgements: older }).complete).toBe(false);
	});

	test('what was done in an earlier cycle does not count in this one', () => {
		expect(derive({ done: doneUpTo(6, { cycle: 2 }) }).lessons[0]?.state).toBe('now');
	});
});

describe('ways to complete a course', () => {
	const refresher: Course = { ...course, test_out: { pass_mark: 90 } };
	const yearly: Course = { ...course, later_cycles: { lessons: 2 } };
	const led: Course = { ...course, led: true };
	const states = (cycle: number) =>
		deriveProgress(yearly, noEvidence(now), cycle, null).lessons.flatMap(({ state }, index) =>
			state === 'open' ? [] : [index]
		);

	test('the quiz may be tried once without the lessons where the course says so, by its higher mark', () => {
		expect(derive({}, refresher).testOut).toEqual({ passMark: 90 });
		expect(derive({}).testOut).toBeNull();
		const tried = derive({ results: [result({ path: 'test-out' })] }, refresher);
		expect(tried.testOut).toBeNull();
		expect(tried.quiz.state).toBe('locked');
	});

	test('passing it so completes the course without a lesson', () => {
		const acknowledgements = [{ policy: '6531-1', version: '2015-03-16', at: now }];
		const passed = result({ path: 'test-out', passed: true });
		expect(derive({ results: [passed], acknowledgements }, refresher).complete).toBe(true);
		expect(derive({ results: [{ ...passed, path: 'full' }], acknowledgements }, refresher).complete).toBe(
			false
		);
	});

	test('a failed try without the lessons costs no cool-down and no review after they are taken', () => {
		const tried = result({ path: 'test-out', lessonsAskedFor: [slugs[0]!] });
		expect(derive({ done: doneUpTo(6), results: [tried] }, refresher).quiz.state).toBe('open');
	});

	test('from the second year on two lessons take turns, and all come round again', () => {
		expect(states(1)).toEqual([0, 1, 2, 3, 4, 5]);
		expect([2, 3, 4, 5].map(states)).toEqual([
			[0, 1],
			[2, 3],
			[4, 5],
			[0, 1]
		]);
	});

	test('every lesson led by a teacher completes it without a quiz; one taken alone asks for the quiz', () => {
		const acknowledgements = [{ policy: '6531-1', version: '2015-03-16', at: now }];
		const all = doneUpTo(6, { path: 'teacher-led' });
		expect(derive({ done: all, acknowledgements }, led)).toMatchObject({
			quiz: { state: 'led' },
			complete: true
		});
		const alone = [{ ...all[0]!, path: 'full' }, ...all.slice(1)];
		expect(derive({ done: alone, acknowledgements }, led)).toMatchObject({
			quiz: { state: 'open' },
			complete: false
		});
		expect(derive({ done: all, acknowledgements }).complete).toBe(false);
	});
});
