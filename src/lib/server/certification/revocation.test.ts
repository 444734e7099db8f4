import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, mainPolicy, use } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import * as people from '#lib/server/db/testing/people.ts';
import type { TestPerson } from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { finishCourse, rightAnswer, takeLessons, takeQuiz } from '#lib/server/demo/take-course.ts';
import { acknowledge } from '#lib/server/learning/acknowledgements.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { newLearner } from '#lib/server/learning/testing/new-learner.ts';
import { nextStep } from '#lib/server/requirements/next-step.ts';
import { courseView, settle } from './completions.ts';
import { startQuiz } from './steps.ts';

const { app, setClock } = await testDatabase();
const original = catalogue();
const [initial, refresher, student] = ['staff-initial', 'staff-refresher', 'student-68'] as const;
const day = 86_400_000;
const start = new Date('2026-09-01T14:00:00Z');
const onDay = (days: number) => setClock(new Date(start.getTime() + days * day));
let administrator: TestPerson;

const view = async (who: Who, slug: string) => (await courseView(app, who.learner, slug))!;
const stateOf = async (who: Who) => (await view(who, initial)).status.state;
const nextOf = async (who: Who, slug: string) => nextStep(await view(who, slug), localDates('en'));
const certify = async (who: Who, slug: string = initial) => {
	await takeLessons(app, who, slug);
	await takeQuiz(app, who, slug);
	await finishCourse(app, who, slug);
};
const certified = async (slug: string = initial) => {
	const who = await newLearner(app);
	await certify(who, slug);
	return who;
};
const revoke = (who: Who, certification = 'staff') => people.revoked(app, who, certification, administrator);
const restore = (who: Who) =>
	app
		.insertInto('period_change')
		.values({
			learner: who.learner,
			certification: 'staff',
			kind: 'restored',
			changed_by: administrator.person,
			reason: 'Revoked by mistake, a test'
		})
		.execute();
/** Begins the quiz, or the quiz without the lessons, and answers all of it rightly. */
async function answered(who: Who, slug: string, testOut = false): Promise<attempts.Attempt> {
	const course = catalogue().courses[slug] as Course;
	const started = await app.transaction().execute((trx) => startQuiz(trx, who, course, { testOut }));
	if (!started.ok) throw new Error(`the quiz of ${slug} did not start: ${started.reason}`);
	const attempt = (await attempts.find(app, who.learner, started.attempt))!;
	for (const draw of attempt.draw) {
		const item = course.items.find(({ id }) => id === draw.item)!;
		await attempts.saveAnswer(app, attempt, item.id, rightAnswer(item, draw), 'next');
	}
	return attempt;
}
/** Hands an attempt in and acknowledges the policy, as the pages do. */
const handIn = (who: Who, attempt: attempts.Attempt) =>
	app.transaction().execute(async (trx) => {
		await attempts.submit(trx, attempt);
		await acknowledge(trx, who, mainPolicy());
		return settle(trx, who, attempt.course);
	});

beforeAll(async () => {
	await onDay(-100);
	await publish(app, original);
	administrator = (await people.district(app)).administrator;
});
afterEach(() => use(original));

describe('a revoked certification', () => {
	test('is not given back by a refresher’s quiz that was begun before and is handed in after', async () => {
		await onDay(0);
		const who = await certified();
		await onDay(320);
		await takeLessons(app, who, refresher);
		const attempt = await answered(who, refresher);
		await onDay(321);
		await revoke(who);
		await onDay(322);
		expect((await view(who, refresher)).progress.quiz).toEqual({ state: 'locked' });
		expect(await handIn(who, attempt)).toEqual({ completed: false, certificate: null });
		expect(await stateOf(who)).toBe('revoked');
		expect(await nextOf(who, refresher)).toMatchObject({ kind: 'held-back' });
		expect(await nextOf(who, initial)).toMatchObject({ kind: 'lesson', number: 1 });
	});

	test('is not given back by a try without the lessons, begun before and handed in after, not even later', async () => {
		await onDay(0);
		const who = await certified();
		await onDay(320);
		const attempt = await answered(who, refresher, true);
		await onDay(321);
		await revoke(who);
		await onDay(322);
		expect(await handIn(who, attempt)).toEqual({ completed: false, certificate: null });
		expect(await stateOf(who)).toBe('revoked');
		// Nor does it renew what the whole course gave back.
		await certify(who);
		expect(await stateOf(who)).toBe('valid');
		expect(await handIn(who, attempt)).toEqual({ completed: false, certificate: null });
		expect((await view(who, refresher)).progress).toMatchObject({ complete: false, results: [] });
	});

	test('is not given back by one tick, where only the policy was missing', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await certify(who);
		await onDay(320);
		await takeLessons(app, who, initial);
		// A new version of the policy is in force by now, and its acknowledgement is all that is left.
		const policy = { ...mainPolicy(), version: '2027-06-01', hash: 'hash-2027-06-01' };
		use({ ...original, policies: { ...original.policies, [policy.policy]: policy } });
		await publish(app, catalogue());
		await takeQuiz(app, who, initial);
		expect(await nextOf(who, initial)).toMatchObject({ kind: 'acknowledge' });
		await onDay(321);
		await revoke(who);
		await onDay(322);
		expect(await nextOf(who, initial)).toMatchObject({ kind: 'lesson', number: 1 });
		await finishCourse(app, who, initial);
		expect(await stateOf(who)).toBe('revoked');
		await expect(takeQuiz(app, who, initial)).rejects.toThrow(/did not start: locked/);
		await certify(who);
		expect(await stateOf(who)).toBe('valid');
	});

	test('asks for all lessons again, and the quiz opens after the last of them', async () => {
		await onDay(0);
		const who = await certified();
		await onDay(320);
		await takeLessons(app, who, initial);
		const attempt = await answered(who, initial);
		await onDay(321);
		await revoke(who);
		await onDay(322);
		const { lessons } = (await view(who, initial)).progress;
		expect(lessons.map(({ state }) => state)).toEqual(['now', ...lessons.slice(1).map(() => 'locked')]);
		await takeLessons(app, who, initial, lessons.length - 1);
		await expect(takeQuiz(app, who, initial)).rejects.toThrow(/did not start: locked/);
		await takeLessons(app, who, initial);
		expect((await view(who, initial)).progress.quiz).toEqual({ state: 'open' });
		expect(await handIn(who, attempt)).toEqual({ completed: false, certificate: null });
		await takeQuiz(app, who, initial);
		await finishCourse(app, who, initial);
		expect((await view(who, initial)).completed).toMatchObject({ path: 'full' });
		expect(await stateOf(who)).toBe('valid');
	});

	test('asks a student for all lessons, whichever two their year asks for', async () => {
		await onDay(0);
		const who = await certified(student);
		await revoke(who, 'student-digital-citizenship');
		const { progress } = await view(who, student);
		expect(progress.cycle).toBe(2);
		expect(progress.lessons.map(({ state }) => state)).toEqual([
			'now',
			...progress.lessons.slice(1).map(() => 'locked')
		]);
		await takeLessons(app, who, student, 2);
		await expect(takeQuiz(app, who, student)).rejects.toThrow(/did not start: locked/);
		await certify(who, student);
		expect(await view(who, student)).toMatchObject({
			status: { state: 'valid' },
			completed: { path: 'full' }
		});
	});

	test('is given back by no course that is shorter, whatever that course asks to be held', async () => {
		const courses = { ...original.courses };
		courses[refresher] = { ...(courses[refresher] as Course), requires: [] };
		courses[initial] = { ...(courses[initial] as Course), test_out: { pass_mark: 90 } };
		use({ ...original, courses });
		await onDay(0);
		const who = await certified();
		await onDay(320);
		await revoke(who);
		await onDay(321);
		expect(await view(who, refresher)).toMatchObject({
			heldBack: true,
			missing: ['staff'],
			progress: { next: null, quiz: { state: 'locked' }, testOut: null, complete: false }
		});
		expect((await view(who, initial)).progress.testOut).toBeNull();
		await expect(answered(who, initial, true)).rejects.toThrow(/did not start: locked/);
	});

	test('that is restored goes on where it stood', async () => {
		await onDay(0);
		const who = await certified();
		await onDay(320);
		await takeLessons(app, who, refresher);
		const attempt = await answered(who, refresher);
		await revoke(who);
		await onDay(321);
		await restore(who);
		await onDay(322);
		expect((await view(who, refresher)).progress.quiz).toMatchObject({ state: 'in-progress' });
		expect(await handIn(who, attempt)).toMatchObject({ completed: true });
		expect(await stateOf(who)).toBe('valid');
	});

	test('revoked a second time asks for everything again', async () => {
		await onDay(0);
		const who = await certified();
		await revoke(who);
		await onDay(1);
		await takeLessons(app, who, initial);
		await onDay(2);
		await revoke(who);
		await onDay(3);
		expect(await nextOf(who, initial)).toMatchObject({ kind: 'lesson', number: 1 });
		await certify(who);
		expect(await stateOf(who)).toBe('valid');
	});
});
