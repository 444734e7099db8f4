import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue, use } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { courseView } from '#lib/server/certification/completions.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { rightAnswer, takeLessons, takeQuiz, wrongAnswer } from '#lib/server/demo/take-course.ts';
import * as attempts from './attempts.ts';
import * as lessons from './lessons.ts';
import { newLearner } from './testing/new-learner.ts';

const { app, owner } = await testDatabase();
const slug = 'staff-initial';
const course = catalogue().courses[slug] as Course;

const view = async (who: lessons.Who) => (await courseView(app, who.learner, slug))!;
async function begin(who: lessons.Who) {
	const { progress } = await view(who);
	const started = await app.transaction().execute((trx) => attempts.start(trx, who, course, progress));
	if (!started.ok) throw new Error(started.reason);
	return (await attempts.find(app, who.learner, started.attempt))!;
}
async function ready() {
	const who = await newLearner(app);
	await takeLessons(app, who, slug);
	return who;
}
const itemOf = (id: string) => course.items.find((item) => item.id === id)!;
async function answerAll(attempt: attempts.Attempt, wrongItem?: string) {
	for (const draw of attempt.draw) {
		const item = itemOf(draw.item);
		const answer = item.id === wrongItem ? wrongAnswer(item, draw) : rightAnswer(item, draw);
		await attempts.saveAnswer(app, attempt, item.id, answer, 'next');
	}
}
const submit = (attempt: attempts.Attempt) =>
	app.transaction().execute((trx) => attempts.submit(trx, attempt));

beforeAll(async () => {
	await publish(app, catalogue());
});

describe('lessons', () => {
	test('a later lesson can’t be finished before an earlier one', async () => {
		const who = await newLearner(app);
		const { progress } = await view(who);
		const outcome = await app
			.transaction()
			.execute((trx) => lessons.finish(trx, who, course, progress, course.lessons[2]!.slug));
		expect(outcome).toEqual({ ok: false, reason: 'locked' });
	});

	test('a lesson isn’t finished before its end was reached and its exercises were worked through', async () => {
		const who = await newLearner(app);
		const lesson = course.lessons[0]!;
		const finish = async () => {
			const { progress } = await view(who);
			return app.transaction().execute((trx) => lessons.finish(trx, who, course, progress, lesson.slug));
		};
		expect(await finish()).toEqual({ ok: false, reason: 'not-read' });
		await app
			.transaction()
			.execute((trx) => lessons.keepPlace(trx, who, course, 1, lesson, lesson.sections.length));
		expect(await finish()).toMatchObject({ ok: false, reason: 'exercises-left' });
		for (const exercise of lesson.exercises)
			await lessons.workThrough(app, who, course, 1, lesson, exercise.id);
		expect(await finish()).toEqual({ ok: true });
	});
});

describe('an attempt', () => {
	test('doesn’t start before all lessons are done', async () => {
		const who = await newLearner(app);
		const { progress } = await view(who);
		const started = await app.transaction().execute((trx) => attempts.start(trx, who, course, progress));
		expect(started).toEqual({ ok: false, reason: 'locked' });
	});

	test('started ten times at once is one attempt', async () => {
		const who = await ready();
		const { progress } = await view(who);
		const started = await Promise.all(
			Array.from({ length: 10 }, () =>
				app.transaction().execute((trx) => attempts.start(trx, who, course, progress))
			)
		);
		expect(new Set(started.map((entry) => (entry.ok ? entry.attempt : entry.reason))).size).toBe(1);
	});

	test('belongs to its learner alone; another’s looks like none', async () => {
		const attempt = await begin(await ready());
		const stranger = await newLearner(app);
		expect(await attempts.find(app, stranger.learner, attempt.id)).toBeNull();
		expect(await attempts.find(app, attempt.learner, 'not-an-id')).toBeNull();
	});

	test('keeps the newest answer: a late autosave is refused as stale', async () => {
		const attempt = await begin(await ready());
		const draw = attempt.draw[0]!;
		const item = itemOf(draw.item);
		const save = (answer: ReturnType<typeof rightAnswer>, rev: number) =>
			attempts.saveAnswer(app, attempt, item.id, answer, rev);
		expect(await save(wrongAnswer(item, draw), 2)).toEqual({ ok: true, rev: 2 });
		expect(await save(rightAnswer(item, draw), 1)).toEqual({ ok: false, reason: 'stale' });
		expect(await save(rightAnswer(item, draw), 2)).toEqual({ ok: false, reason: 'stale' });
		expect((await attempts.answers(app, attempt.id))[item.id]?.answer).toEqual(wrongAnswer(item, draw));
	});

	test('takes only answers that fit the question', async () => {
		const attempt = await begin(await ready());
		const draw = attempt.draw.find((entry) => itemOf(entry.item).type === 'scenario')!;
		for (const answer of [{ choices: [99] }, { choices: [0, 0] }, { groups: ['a'] }, { sequence: [0] }])
			expect(await attempts.saveAnswer(app, attempt, draw.item, answer, 'next')).toEqual({
				ok: false,
				reason: 'unfit'
			});
		expect(await attempts.saveAnswer(app, attempt, 'no-such-item', { choices: [0] }, 'next')).toEqual({
			ok: false,
			reason: 'unfit'
		});
	});

	test('with a question left open it isn’t handed in, and nothing is lost', async () => {
		const attempt = await begin(await ready());
		const draw = attempt.draw[0]!;
		await attempts.saveAnswer(app, attempt, draw.item, rightAnswer(itemOf(draw.item), draw), 'next');
		const outcome = await submit(attempt);
		expect(outcome).toMatchObject({ ok: false, reason: 'unanswered' });
		expect(outcome.ok === false && 'items' in outcome && outcome.items).toHaveLength(course.items.length - 1);
		expect(await attempts.answers(app, attempt.id)).toHaveProperty(draw.item);
	});

	test('goes on at the first question that has no whole answer, and nowhere when each has one', async () => {
		const attempt = await begin(await ready());
		const give = (index: number) => {
			const draw = attempt.draw[index]!;
			return attempts.saveAnswer(app, attempt, draw.item, rightAnswer(itemOf(draw.item), draw), 'next');
		};
		expect(await attempts.firstUnanswered(app, attempt)).toBe(1);
		await give(0);
		await give(2);
		expect(await attempts.firstUnanswered(app, attempt)).toBe(2);
		await answerAll(attempt);
		expect(await attempts.firstUnanswered(app, attempt)).toBeNull();
	});

	test('handed in eight times at once has one result, and takes no answer after', async () => {
		const attempt = await begin(await ready());
		await answerAll(attempt);
		const outcomes = await Promise.all(Array.from({ length: 8 }, () => submit(attempt)));
		for (const outcome of outcomes)
			expect(outcome).toMatchObject({ ok: true, result: { passed: true, score: course.items.length } });
		const draw = attempt.draw[0]!;
		const late = await attempts.saveAnswer(
			app,
			attempt,
			draw.item,
			wrongAnswer(itemOf(draw.item), draw),
			'next'
		);
		expect(late).toEqual({ ok: false, reason: 'closed' });
		await expect(
			owner
				.insertInto('attempt_step')
				.values({ attempt: attempt.id, item: 'q1', rev: 99, answer: '{}' })
				.execute()
		).rejects.toMatchObject({ code: 'WP002' });
	});

	test('fails on one missed critical question whatever the score, and asks for its lesson before the retry', async () => {
		const who = await ready();
		const attempt = await begin(who);
		const critical = course.items.find((item) => item.critical)!;
		await answerAll(attempt, critical.id);
		expect(await submit(attempt)).toMatchObject({
			ok: true,
			result: { passed: false, score: course.items.length - 1 }
		});
		const { progress } = await view(who);
		expect(progress.quiz).toMatchObject({ state: 'review-first', lessons: [critical.lesson] });
		const again = await app.transaction().execute((trx) => attempts.start(trx, who, course, progress));
		expect(again).toEqual({ ok: false, reason: 'review-first' });
		await app.transaction().execute((trx) => lessons.finish(trx, who, course, progress, critical.lesson));
		expect((await view(who)).progress.quiz.state).toBe('cooling-down');
	});

	test('shows no key, rationale or feedback before it is handed in, and after a fail only what was chosen', async () => {
		const attempt = await begin(await ready());
		const shown = JSON.stringify(await attempts.show(app, attempt));
		for (const item of course.items)
			for (const variant of item.variants) {
				expect(shown).not.toContain(variant.rationale);
				const parts =
					'choices' in variant ? variant.choices : 'steps' in variant ? variant.steps : variant.cards;
				for (const part of parts) expect(shown).not.toContain(part.feedback);
			}
		expect(shown).not.toMatch(/"correct"/);
		const critical = course.items.find((item) => item.critical && item.type === 'scenario')!;
		await answerAll(attempt, critical.id);
		const outcome = await submit(attempt);
		if (!outcome.ok) throw new Error('not handed in');
		const review = JSON.stringify(await attempts.review(app, attempt, outcome.result));
		for (const item of course.items)
			for (const variant of item.variants) expect(review).not.toContain(variant.rationale);
		const variant = critical.variants[attempt.draw.find((draw) => draw.item === critical.id)!.variant]!;
		if (!('choices' in variant)) throw new Error('not a choice');
		const right = variant.choices.find((choice) => choice.correct)!;
		expect(review).not.toContain(right.feedback);
	});

	test('draws the variants seen least first, so that a retry brings other questions', () => {
		const first = attempts.drawAttempt(course.items, []);
		const second = attempts.drawAttempt(course.items, first);
		for (const draw of first)
			expect(second.find((entry) => entry.item === draw.item)?.variant).not.toBe(draw.variant);
	});

	test('begun before a new major version runs out when it is handed in, and passes nothing', async () => {
		const attempt = await begin(await ready());
		await answerAll(attempt);
		const before = catalogue();
		use({
			...before,
			courses: { ...before.courses, [slug]: { ...course, version: '2.0.0', ordinal: 2_000_000 } }
		});
		expect(await submit(attempt)).toEqual({ ok: false, reason: 'closed' });
		use(before);
		expect(await attempts.result(app, attempt.id)).toMatchObject({ outcome: 'expired', passed: false });
	});

	test('a failed try counts, and the next one is number two', async () => {
		const who = await ready();
		await takeQuiz(app, who, slug, 12);
		const { progress } = await view(who);
		expect(progress.results).toMatchObject([{ number: 1, passed: false, outcome: 'submitted' }]);
	});
});
