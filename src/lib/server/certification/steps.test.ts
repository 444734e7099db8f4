import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { finishCourse, takeLessons, takeQuiz, wrongAnswer } from '#lib/server/demo/take-course.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import * as lessons from '#lib/server/learning/lessons.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { newLearner } from '#lib/server/learning/testing/new-learner.ts';
import { courseView } from './completions.ts';
import { finishLesson, startQuiz } from './steps.ts';

const { app } = await testDatabase();
const initial = catalogue().courses['staff-initial'] as Course;
const refresher = catalogue().courses['staff-refresher'] as Course;

const attemptsOf = ({ learner }: Who, { slug }: Course) =>
	app.selectFrom('attempt').select('id').where('learner', '=', learner).where('course', '=', slug).execute();

/** Starts the quiz, answers all of it wrongly and hands it in. */
async function failed(trx: Trx, who: Who, course: Course, testOut: boolean): Promise<void> {
	const started = await startQuiz(trx, who, course, { testOut });
	if (!started.ok) throw new Error(`the quiz did not start: ${started.reason}`);
	const attempt = (await attempts.find(trx, who.learner, started.attempt))!;
	for (const draw of attempt.draw) {
		const item = course.items.find(({ id }) => id === draw.item)!;
		await attempts.saveAnswer(trx, attempt, item.id, wrongAnswer(item, draw), 'next');
	}
	await attempts.submit(trx, attempt);
}

/** Reads a lesson of the staff course to its end and works through its exercises. */
async function read(trx: Trx, who: Who, lesson: Lesson): Promise<void> {
	await lessons.keepPlace(trx, who, initial, 1, lesson, lesson.sections.length);
	for (const { id } of lesson.exercises) await lessons.workThrough(trx, who, initial, 1, lesson, id);
}

/** What a step answers that was asked for while another one of the same learner was under way. */
async function meanwhile<T>(
	first: (trx: Trx) => Promise<unknown>,
	second: (trx: Trx) => Promise<T>
): Promise<T> {
	let waiting: Promise<T> | undefined;
	await app.transaction().execute(async (trx) => {
		await first(trx);
		waiting = app.transaction().execute(second);
		// Long enough to read what stands before the first is through.
		await setTimeout(200);
	});
	return (await waiting) as T;
}

beforeAll(async () => {
	await publish(app, catalogue());
});

describe('a step that waited for another is decided by what that one left', () => {
	test('a second start skips no cool-down', async () => {
		const who = await newLearner(app);
		await takeLessons(app, who, initial.slug);
		const late = await meanwhile(
			(trx) => failed(trx, who, initial, false),
			(trx) => startQuiz(trx, who, initial)
		);
		expect(late).toMatchObject({ ok: false });
		expect(await attemptsOf(who, initial)).toHaveLength(1);
	});

	test('a second try without the lessons is refused: there is one in a cycle', async () => {
		const who = await newLearner(app);
		await takeLessons(app, who, initial.slug);
		await takeQuiz(app, who, initial.slug);
		await finishCourse(app, who, initial.slug);
		const late = await meanwhile(
			(trx) => failed(trx, who, refresher, true),
			(trx) => startQuiz(trx, who, refresher, { testOut: true })
		);
		expect(late).toEqual({ ok: false, reason: 'locked' });
		expect(await attemptsOf(who, refresher)).toHaveLength(1);
	});

	test('a lesson is finished right after the one before it', async () => {
		const who = await newLearner(app);
		const [one, two] = initial.lessons as [Lesson, Lesson];
		await app.transaction().execute((trx) => read(trx, who, one));
		await app.transaction().execute((trx) => read(trx, who, two));
		const late = await meanwhile(
			(trx) => finishLesson(trx, who, initial, one.slug),
			(trx) => finishLesson(trx, who, initial, two.slug)
		);
		expect(late).toEqual({ ok: true });
	});
});

test('a lesson finished twice at once is noted once', async () => {
	const who = await newLearner(app);
	const lesson = initial.lessons[0]!;
	await app.transaction().execute((trx) => read(trx, who, lesson));
	// Both decide by what was read before either wrote.
	const { progress } = (await courseView(app, who.learner, initial.slug))!;
	for (let time = 0; time < 2; time++)
		expect(
			await app.transaction().execute((trx) => lessons.finish(trx, who, initial, progress, lesson.slug))
		).toEqual({ ok: true });
	const noted = await app
		.selectFrom('ledger_event')
		.select('kind')
		.where('learner', '=', who.learner)
		.where('kind', '=', 'lesson.finished')
		.execute();
	expect(noted).toHaveLength(1);
});
