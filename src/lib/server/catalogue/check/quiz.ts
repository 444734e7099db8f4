import type { Exercise } from '#lib/lesson/exercise.ts';
import type { Choice, Item, ItemType, Variant } from '#lib/quiz/item.ts';
import type { Catalogue, Course } from '../read-catalogue.ts';
import { checkGroups, checkMock } from './exercises.ts';
import { normalised, repeated, type ContentReport, type Place } from './content-report.ts';
import { optionTexts } from './reading-level.ts';

/** How many right and wrong choices a type of item has to have. */
const keys: Partial<Record<ItemType, { words: string; fits: (right: number, wrong: number) => boolean }>> = {
	'single-choice': {
		words: 'exactly one correct choice and at least two others',
		fits: (right, wrong) => right === 1 && wrong >= 2
	},
	scenario: {
		words: 'exactly one correct choice and at least two others',
		fits: (right, wrong) => right === 1 && wrong >= 2
	},
	'true-false': {
		words: 'two choices, one of them correct',
		fits: (right, wrong) => right === 1 && wrong === 1
	},
	'multiple-choice': {
		words: 'at least two correct choices and one wrong',
		fits: (right, wrong) => right >= 2 && wrong >= 1
	},
	'spot-the-problem': {
		words: 'at least two correct choices and one wrong',
		fits: (right, wrong) => right >= 2 && wrong >= 1
	}
};

/** A course's quiz: that each item belongs to a lesson and clauses, and its key can be right. */
export function checkQuiz(report: ContentReport, catalogue: Catalogue, course: Course): void {
	const file = quizFile(course);
	const clauses = catalogue.policies[catalogue.district.policy]?.clauses ?? {};
	for (const id of repeated(course.items.map((item) => item.id)))
		report.error(
			{ file, entry: ['items', course.items.findLastIndex((item) => item.id === id)] },
			`two items are called “${id}”.`,
			'Give each its own id.'
		);
	course.items.forEach((item, index) => {
		const at = (...path: PropertyKey[]): Place => ({ file, entry: ['items', index, ...path] });
		if (!course.lessons.some((lesson) => lesson.slug === item.lesson))
			report.error(
				at('lesson'),
				`the course has no lesson “${item.lesson}”.`,
				`Use one of ${course.lessons.map((lesson) => lesson.slug).join(', ')}.`
			);
		item.clauses.forEach((clause, place) => {
			if (!clauses[clause])
				report.error(
					at('clauses', place),
					`the policy has no clause “${clause}”.`,
					'Use an id of content/policies.'
				);
		});
		item.variants.forEach((variant, place) =>
			checkVariant(report, item, variant, (...path) => at('variants', place, ...path))
		);
	});
}

function quizFile(course: Course): string {
	return `courses/${course.slug}/quiz.yaml`;
}

function checkVariant(
	report: ContentReport,
	item: Item,
	variant: Variant,
	at: (...path: PropertyKey[]) => Place
): void {
	if (variant.mock) checkMock(report, variant.mock, at('mock'));
	else if (item.type === 'spot-the-problem')
		report.error(at(), 'there is nothing to look at.', 'Add a “mock”.');
	for (const text of repeated(optionTexts(variant).map(normalised)))
		report.error(at(), `“${text}” is there twice.`, 'Make every option say something different.');
	if ('choices' in variant) checkKey(report, item.type, variant.choices, at('choices'));
	else if ('steps' in variant) {
		if (new Set(variant.steps.map((step) => normalised(step.text))).size < 3)
			report.error(
				at('steps'),
				'there is too little to put in order.',
				'Write at least three different steps.'
			);
	} else checkGroups(report, variant, at);
}

function checkKey(report: ContentReport, type: ItemType, choices: Choice[], place: Place): void {
	const right = choices.filter((choice) => choice.correct).length;
	const key = keys[type];
	if (key && !key.fits(right, choices.length - right))
		report.error(
			place,
			`${right} of ${choices.length} choices are marked correct, which can’t be right.`,
			`A ${type} item has ${key.words}.`
		);
	if (
		type === 'true-false' &&
		choices
			.map((choice) => choice.text)
			.sort()
			.join() !== 'False,True'
	)
		report.error(
			place,
			'the choices of a true-false item are not True and False.',
			'Write “True” and “False”, in quotes.'
		);
}

/** What is asked somewhere: an item's question, or a part of an exercise that could give its answer away. */
type Question = { asks: string; place: Place; where: string; quiz: boolean };

/**
 * No two variants ask the same, and no exercise asks what a quiz asks: its answer is open to everybody (invariant 1).
 * A question that shows a mock is the same only with the same mock.
 */
export function checkStems(report: ContentReport, catalogue: Catalogue): void {
	const seen = new Map<string, Question>();
	for (const question of Object.values(catalogue.courses).flatMap((course) => [
		...practice(course),
		...questions(course)
	])) {
		const known = seen.get(question.asks);
		if (known && question.quiz)
			report.error(
				question.place,
				`this asks the same as ${known.where}.`,
				'Write a situation of its own for each variant and each exercise.'
			);
		else seen.set(question.asks, question);
	}
}

function questions(course: Course): Question[] {
	const file = quizFile(course);
	return course.items.flatMap((item, index) =>
		item.variants.map((variant, place) => ({
			asks: normalised(variant.stem + (variant.mock ? JSON.stringify(variant.mock) : '')),
			place: { file, entry: ['items', index, 'variants', place, 'stem'] },
			where: `variant ${place + 1} of ${course.slug} ${item.id}`,
			quiz: true
		}))
	);
}

function practice(course: Course): Question[] {
	return course.lessons.flatMap((lesson) =>
		lesson.exercises.flatMap((exercise, index) =>
			promptsOf(exercise).map((prompt) => ({
				asks: normalised(prompt),
				place: { file: lesson.file, entry: ['exercises', index] },
				where: `the exercise ${exercise.id} of ${lesson.file}`,
				quiz: false
			}))
		)
	);
}

function promptsOf(exercise: Exercise): string[] {
	if (exercise.type === 'branch')
		return [exercise.prompt, ...Object.values(exercise.scenes).map((scene) => scene.text)];
	if (exercise.type === 'spot') return [exercise.prompt, exercise.prompt + JSON.stringify(exercise.mock)];
	return [exercise.prompt];
}
