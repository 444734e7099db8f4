import type { Answer, Item, ItemDraw } from '#lib/quiz/item.ts';
import { course as findCourse, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { courseView, settle } from '#lib/server/certification/completions.ts';
import { finishLesson, startQuiz } from '#lib/server/certification/steps.ts';
import type { Db } from '#lib/server/db/database.ts';
import { acknowledge } from '#lib/server/learning/acknowledgements.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import * as lessons from '#lib/server/learning/lessons.ts';
import type { Who } from '#lib/server/learning/lessons.ts';

/** Takes lessons as a learner does, through the same rules; `count` of them, or all. */
export async function takeLessons(db: Db, who: Who, slug: string, count = Infinity): Promise<void> {
	const course = required(slug);
	for (const lesson of course.lessons.slice(0, count)) {
		const view = await courseView(db, who.learner, slug);
		if (!view) throw new Error(`no course ${slug}`);
		const { cycle } = view.progress;
		await db.transaction().execute(async (trx) => {
			await lessons.keepPlace(trx, who, course, cycle, lesson, lesson.sections.length);
			for (const exercise of lesson.exercises)
				await lessons.workThrough(trx, who, course, cycle, lesson, exercise.id);
		});
		const finished = await db.transaction().execute((trx) => finishLesson(trx, who, course, lesson.slug));
		if (!finished.ok) throw new Error(`lesson ${lesson.slug} was not finished: ${finished.reason}`);
	}
}

/** Takes the quiz; `wrong` of its questions are answered wrongly on purpose. */
export async function takeQuiz(db: Db, who: Who, slug: string, wrong = 0): Promise<void> {
	const course = required(slug);
	const started = await db.transaction().execute((trx) => startQuiz(trx, who, course));
	if (!started.ok) throw new Error(`the quiz of ${slug} did not start: ${started.reason}`);
	const attempt = await attempts.find(db, who.learner, started.attempt);
	if (!attempt) throw new Error('the attempt is gone');
	for (const [index, draw] of attempt.draw.entries()) {
		const item = course.items.find((entry) => entry.id === draw.item);
		if (!item) throw new Error(`no item ${draw.item}`);
		await attempts.saveAnswer(
			db,
			attempt,
			item.id,
			index < wrong ? wrongAnswer(item, draw) : rightAnswer(item, draw),
			'next'
		);
	}
	await db.transaction().execute(async (trx) => {
		await attempts.submit(trx, attempt);
		await settle(trx, who, slug);
	});
}

/** Acknowledges the policy where the course asks for it, which completes the course. */
export async function finishCourse(db: Db, who: Who, slug: string): Promise<void> {
	await db.transaction().execute(async (trx) => {
		if (required(slug).acknowledges) await acknowledge(trx, who, mainPolicy());
		await settle(trx, who, slug);
	});
}

function required(slug: string): Course {
	const course = findCourse(slug);
	if (!course) throw new Error(`no course ${slug}`);
	return course;
}

/** The answer that is right, in the places of this draw. */
export function rightAnswer(item: Item, draw: ItemDraw): Answer {
	const variant = item.variants[draw.variant];
	if (!variant) throw new Error(`item ${item.id} has no variant ${draw.variant}`);
	const shownPlace = (index: number) => draw.order.indexOf(index);
	if ('steps' in variant) return { sequence: variant.steps.map((_, index) => shownPlace(index)) };
	if ('cards' in variant) return { groups: draw.order.map((index) => variant.cards[index]?.group ?? null) };
	return {
		choices: variant.choices
			.flatMap((choice, index) => (choice.correct ? [shownPlace(index)] : []))
			.sort((a, b) => a - b)
	};
}

/** A whole answer that is not right. */
export function wrongAnswer(item: Item, draw: ItemDraw): Answer {
	const right = rightAnswer(item, draw);
	if ('sequence' in right) return { sequence: [...right.sequence.slice(1), right.sequence[0] as number] };
	if ('groups' in right) {
		const variant = item.variants[draw.variant];
		const groups = variant && 'groups' in variant ? variant.groups.map((group) => group.id) : [];
		return { groups: right.groups.map((group) => groups.find((other) => other !== group) ?? group) };
	}
	const first = draw.order.findIndex((_, shown) => !right.choices.includes(shown));
	return { choices: [first] };
}
