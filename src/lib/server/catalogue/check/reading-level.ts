import { splitFrontMatter } from '#lib/lesson/lesson-source.ts';
import type { Item } from '#lib/quiz/item.ts';
import type { Catalogue, Course } from '../read-catalogue.ts';

/** Reading level by Flesch–Kincaid (Kincaid et al., 1975): the US school grade that a text asks for. English only. */
export type ReadingLevel = {
	course: string;
	lesson: string;
	/** The lesson's file, or its questions in quiz.yaml. */
	part: 'prose' | 'questions';
	file: string;
	words: number;
	grade: number;
	/** The course's `reading_level`: grades from and to. */
	target: readonly [number, number];
	/** Further than one grade from the target: 'hard' or 'easy'. */
	off: 'hard' | 'easy' | null;
};

/** A grade either way is within what the formula can tell. */
const TOLERANCE = 1;
/** Nothing is too easy for those who only begin to read. */
const FIRST_READERS = 1;

/** Short texts jump by grades with one long name; they are not judged. */
const FEWEST_WORDS = 40;

/** The level of each lesson's prose and of the questions about it, against the course's target. */
export function readingLevels(catalogue: Catalogue): ReadingLevel[] {
	return Object.values(catalogue.courses).flatMap((course) =>
		course.lessons.flatMap((lesson) => {
			const texts = [
				{ part: 'prose' as const, file: lesson.file, text: proseText(splitFrontMatter(lesson.source).body) },
				{
					part: 'questions' as const,
					file: `courses/${course.slug}/quiz.yaml`,
					text: questionText(course, lesson.slug)
				}
			];
			return texts.flatMap(({ part, file, text }) => {
				const words = wordCount(text);
				if (words < FEWEST_WORDS) return [];
				const level = grade(text);
				const [from, to] = course.reading_level;
				return {
					course: course.slug,
					lesson: lesson.slug,
					part,
					file,
					words,
					grade: level,
					target: course.reading_level,
					off:
						level > to + TOLERANCE ? 'hard' : from > FIRST_READERS && level < from - TOLERANCE ? 'easy' : null
				};
			});
		})
	);
}

/** Stems and what may be chosen, a line each. */
function questionText(course: Course, lesson: string): string {
	return course.items
		.filter((item) => item.lesson === lesson)
		.flatMap((item) => item.variants)
		.flatMap((variant) => [variant.stem, ...optionTexts(variant)])
		.join('\n');
}

/** What may be chosen, put in order or sorted in a variant. */
export function optionTexts(variant: Item['variants'][number]): string[] {
	if ('choices' in variant) return variant.choices.map((choice) => choice.text);
	if ('steps' in variant) return variant.steps.map((step) => step.text);
	return variant.cards.map((card) => card.text);
}

/** A lesson's running text: no headings, tags or Markdown marks. The policy's own words are not in it. */
export function proseText(body: string): string {
	return body
		.replace(/<Setting\b[^>]*>/g, 'the district')
		.replace(/<[^>]*>/g, '\n')
		.replace(/^#+ .*$/gm, '')
		.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/^\s*(?:[-*>]|\d+\.)\s+/gm, '\n')
		.replace(/[*_`]/g, '')
		.replace(/([^\n])\n(?=[^\n])/g, '$1 ');
}

/** How many words a reader reads, as the formula counts them. */
export function wordCount(text: string): number {
	return sentences(text).flat().length;
}

/** Flesch–Kincaid grade of text whose paragraphs, list items and choices stand on lines of their own. */
export function grade(text: string): number {
	const found = sentences(text);
	const words = found.flat();
	if (words.length === 0) return 0;
	const spoken = words.reduce((sum, word) => sum + syllables(word), 0);
	return 0.39 * (words.length / found.length) + 11.8 * (spoken / words.length) - 15.59;
}

/** The words of each sentence. Numbers, addresses and clause ids are read at a glance and don't count as words. */
function sentences(text: string): string[][] {
	return text
		.split('\n')
		.flatMap((line) =>
			line
				.replace(/\b(Mr|Mrs|Ms|Dr|St|Jr|vs|No|v)\. /g, '$1 ')
				.replace(/\b([ap])\.m\./gi, '$1m')
				.replace(/\b([A-Z])\.([A-Z])\.(?:([A-Z])\.)*/g, '$1$2$3')
				.split(/(?<=[.!?…]["”’)]*)\s+(?=["“‘(]*[\p{Lu}\d])/u)
		)
		.map((sentence) => sentence.split(/[\s—–/]+/).flatMap(wordIn))
		.filter((words) => words.length > 0);
}

function wordIn(token: string): string[] {
	const word = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
	return /^[\p{L}][\p{L}’'-]*$/u.test(word) ? word.split('-').filter(Boolean) : [];
}

/** Words of lessons that the rules below get wrong. */
const exceptions: Record<string, number> = {
	people: 2,
	anyone: 3,
	hour: 2,
	hours: 2,
	evening: 2,
	several: 3,
	beyond: 2,
	colleague: 2,
	colleagues: 2,
	tired: 2,
	safety: 2,
	idea: 3,
	ideas: 3,
	quiet: 2,
	quietly: 3,
	behavior: 3,
	employees: 3,
	flyer: 2,
	business: 2,
	hundred: 2,
	science: 2,
	guidelines: 2,
	lifeline: 2,
	homework: 2,
	caregiver: 3,
	create: 2,
	maybe: 2,
	suicide: 3,
	player: 2,
	players: 2,
	audience: 3,
	carefully: 3,
	especially: 4,
	recovery: 4,
	wednesday: 2,
	beforehand: 3,
	junior: 2,
	senior: 2,
	earlier: 3,
	easier: 3
};

/** How many syllables an English word has, by its spelling: right for about nine words in ten. */
export function syllables(word: string): number {
	const plain = word
		.toLowerCase()
		.replaceAll('’', "'")
		.replace(/'(?:s|d|m|re|ve|ll)?$/, '')
		.replace(/(?<=[dst])n't$/, 'nant')
		.replace(/[^a-z]/g, '');
	const known = exceptions[plain];
	if (known !== undefined) return known;
	const heard = plain
		.replace(/^(som|ever)[ey](?=[a-z]{3})/, '$1_')
		.replace(/(?<![aeiou]|[sxzcg]|[cs]h|[^aeiouyl]l)es$/, '')
		.replace(/(?<![aeiou]|[td]|[^aeiouyl]l)ed$/, '')
		.replace(/(?<![^aeiouy]l)e(?=(?:ly|ment|ments|ful|less|ness|some)?$)/, '');
	const groups = heard.match(/[aeiouy]+/g)?.length ?? 0;
	// Two vowels side by side that are spoken apart: via, video, actual, being.
	const apart =
		heard.match(/(?<![tcsgxn])i[ao]|(?<![gq])u[ao]|(?<!g)eo|iu|[aeiouy]ing|[^aeiouy]sm$/g)?.length ?? 0;
	return Math.max(1, groups + apart);
}
