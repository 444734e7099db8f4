import type { Course } from '../read-catalogue.ts';
import type { ContentReport } from './content-report.ts';

/** A pattern is only seen in so many variants; fewer may fall that way by chance. */
const FEWEST = 8;
/** With three choices a third is what chance gives. */
const LENGTH_SHARE = 0.4;
const PLACE_SHARE = 0.5;

type Asked = { texts: string[]; right: number };

/**
 * What gives a quiz's answers away without knowing anything: right choices that are mostly the longest or the
 * shortest, or that mostly stand in one place of the file.
 */
export function checkAnswerPatterns(report: ContentReport, course: Course): void {
	const asked = singleAnswers(course);
	const place = { file: `courses/${course.slug}/quiz.yaml`, entry: ['items'] };
	if (asked.length >= FEWEST)
		for (const [word, fits] of [
			['longest', isLongest],
			['shortest', isShortest]
		] as const) {
			const count = asked.filter(fits).length;
			if (count > LENGTH_SHARE * asked.length)
				report.warning(
					place,
					`the right choice is the ${word} in ${count} of ${asked.length} variants.`,
					word === 'longest'
						? 'Shorten right choices, or let wrong ones say as much.'
						: 'Let right choices say as much as wrong ones, or shorten those.'
				);
		}
	// Two choices leave no place to hide in.
	const placed = asked.filter(({ texts }) => texts.length >= 3);
	if (placed.length < FEWEST) return;
	const places = Map.groupBy(placed, ({ right }) => right);
	for (const [index, { length }] of places)
		if (length > PLACE_SHARE * placed.length)
			report.warning(
				place,
				`the right choice is number ${index + 1} in ${length} of ${placed.length} variants.`,
				'Move right choices to other places.'
			);
}

function singleAnswers({ items }: Course): Asked[] {
	return items
		.filter(({ type }) => type === 'single-choice' || type === 'scenario')
		.flatMap(({ variants }) => variants)
		.flatMap((variant) => {
			const choices = 'choices' in variant ? variant.choices : [];
			const right = choices.findIndex((choice) => choice.correct);
			return right === -1 ? [] : [{ texts: choices.map(({ text }) => text), right }];
		});
}

function isLongest({ texts, right }: Asked): boolean {
	return texts.every((text, index) => index === right || text.length < (texts[right]?.length ?? 0));
}

function isShortest({ texts, right }: Asked): boolean {
	return texts.every((text, index) => index === right || text.length > (texts[right]?.length ?? 0));
}
