import type { Course } from '../read-catalogue.ts';
import type { ContentReport, Place } from './content-report.ts';

/** A pattern is only seen in so many variants; fewer may fall that way by chance. */
const FEWEST = 8;
/** With three choices a third is what chance gives. */
const LENGTH_SHARE = 0.4;
const PLACE_SHARE = 0.5;
/** Somebody has to be most like the others; half of the time is well beyond chance. */
const ALIKE_SHARE = 0.5;
/** Right choices of so many words are compared; shorter ones have little room to differ. */
const FEWEST_WORDS = 6;
/** So much of the shorter one's words in the other one, too, and whoever has seen one knows the other. */
const SHARED_WORDS = 0.7;

type Asked = { texts: string[]; right: number };

/**
 * What gives a quiz's answers away without knowing anything: right choices that are mostly the longest or the
 * shortest, that mostly stand in one place of the file, that mostly share the most words with the other choices, or
 * that say in one variant what they say in another.
 */
export function checkAnswerPatterns(report: ContentReport, course: Course): void {
	const file = `courses/${course.slug}/quiz.yaml`;
	checkPatterns(report, { file, entry: ['items'] }, course.items.flatMap(singleAnswers));
	// The youngest know few words, and are to know this one answer by heart: tell a grown-up.
	if (course.band === 'K-2') return;
	for (const [index, item] of course.items.entries())
		if (hasAlike(singleAnswers(item).map(({ texts, right }) => wordsOf(texts[right] ?? ''))))
			report.warning(
				{ file, entry: ['items', index] },
				`right choices of “${item.id}” say the same in nearly the same words.`,
				'Word them differently, so that who has seen one variant does not know the answer to the next.'
			);
}

function checkPatterns(report: ContentReport, place: Place, asked: Asked[]): void {
	if (asked.length < FEWEST) return;
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
	const alike = asked.filter(isMostAlike).length;
	if (alike > ALIKE_SHARE * asked.length)
		report.warning(
			place,
			`the right choice shares the most words with the others in ${alike} of ${asked.length} variants.`,
			'Say right choices in words of their own, or let wrong ones share theirs with each other.'
		);
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

function singleAnswers({ type, variants }: Course['items'][number]): Asked[] {
	if (type !== 'single-choice' && type !== 'scenario') return [];
	return variants.flatMap((variant) => {
		const choices = 'choices' in variant ? variant.choices : [];
		const right = choices.findIndex((choice) => choice.correct);
		return right === -1 ? [] : [{ texts: choices.map(({ text }) => text), right }];
	});
}

function wordsOf(text: string): Set<string> {
	return new Set(text.toLowerCase().match(/[\p{L}’']+/gu));
}

function hasAlike(texts: Set<string>[]): boolean {
	return texts.some((one, index) =>
		texts.slice(index + 1).some((other) => {
			const fewest = Math.min(one.size, other.size);
			return fewest >= FEWEST_WORDS && one.intersection(other).size >= SHARED_WORDS * fewest;
		})
	);
}

/** Wrong choices that are variations of the right one all point to it. */
function isMostAlike({ texts, right }: Asked): boolean {
	const words = texts.map(wordsOf);
	const likeness = words.map((one, index) =>
		words.reduce((sum, other, place) => (place === index ? sum : sum + shared(one, other)), 0)
	);
	const most = likeness[right] ?? 0;
	return likeness.every((score, index) => index === right || score < most);
}

function shared(one: Set<string>, other: Set<string>): number {
	return one.intersection(other).size / Math.max(1, one.union(other).size);
}

function isLongest({ texts, right }: Asked): boolean {
	return texts.every((text, index) => index === right || text.length < (texts[right]?.length ?? 0));
}

function isShortest({ texts, right }: Asked): boolean {
	return texts.every((text, index) => index === right || text.length > (texts[right]?.length ?? 0));
}
