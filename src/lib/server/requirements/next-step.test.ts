import { expect, test } from 'vitest';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { courseView } from '#lib/server/certification/completions.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { finishCourse, takeLessons, takeQuiz } from '#lib/server/demo/take-course.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { newLearner } from '#lib/server/learning/testing/new-learner.ts';
import { nextStep } from './next-step.ts';

const { app } = await testDatabase();
await publish(app, catalogue());

const nextOf = async ({ learner }: Who, slug: string) =>
	nextStep((await courseView(app, learner, slug))!, localDates('en'));

test('a course leads from lesson to lesson, to the quiz, to the policy, and is done', async () => {
	const who = await newLearner(app);
	const slug = 'staff-initial';
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'lesson', number: 1, resumed: false });
	await takeLessons(app, who, slug, 1);
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'lesson', number: 2 });
	await takeLessons(app, who, slug);
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'quiz', running: false });
	await takeQuiz(app, who, slug);
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'acknowledge' });
	await finishCourse(app, who, slug);
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'done' });
});

test('who has begun to test out goes on with the questions, not with the lessons that they would spare', async () => {
	const who = await newLearner(app);
	await takeLessons(app, who, 'staff-initial');
	await takeQuiz(app, who, 'staff-initial');
	await finishCourse(app, who, 'staff-initial');
	const slug = 'staff-refresher';
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'lesson', number: 1 });
	const { course, progress } = (await courseView(app, who.learner, slug))!;
	await app.transaction().execute((trx) => attempts.start(trx, who, course, progress, { testOut: true }));
	expect(await nextOf(who, slug)).toMatchObject({ kind: 'quiz', running: true });
});
