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
	/** The course's `reading_level`. */
	target: number;
};

/** Short texts jump by grades with one long name; they are not judged. */
const FEWEST_WORDS = 40;

/** The level of each lesson's prose and of the questions about it. Simpler than the target is fine. */
export function readingLevels(catalogue: Catalogue): ReadingLevel[] {
	return Object.values(catalogue.courses).flatMap((course) =>
		course.lessons.flatMap((lesson) => {
			const texts = [
				{ part: 'prose' as const, file: lesson.file, text: proseText(splitFrontMatter(lesson.source).body) },
				{ part: 'questions' as const, file: `courses/${course.slug}/quiz.yaml`, text: questionText(course, lesson.slug) }
			];
			return texts.flatMap(({ part, file, text }) => {
				const words = sentences(text).flat().length;
				if (words < FEWEST_WORDS) return [];
				return { course: course.slug, lesson: lesson.slug, part, file, words, grade: grade(text), target: course.reading_level };
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

/** Words that the rules below count wrong and that lessons use often. */
const exceptions: Record<string, number> = {
	area: 3, being: 2, business: 2, coach: 1, coaches: 2, doing: 2, every: 2, everybody: 4, everyone: 3, everything: 3, family: 3,
	families: 3, going: 2, idea: 3, ideas: 3, people: 2, quiet: 2, really: 2, seeing: 2, something: 2, sometimes: 2, someone: 2,
	somebody: 3, video: 3, videos: 3, whatever: 3, whoever: 3, created: 3, creates: 2, area’s: 3, evening: 2, several: 3, different: 3,
	interest: 2, science: 2, society: 4, useful: 2, hopeful: 2, careful: 2, therefore: 2, somewhere: 2, elsewhere: 2, anyone: 3, lonely: 2,
	phone: 1, client: 2, quietly: 3, trying: 2, crying: 2, saying: 2, playing: 2, paying: 2, replying: 3, bullying: 3, cyberbullying: 5
};

/** How many syllables an English word has, by its spelling: right for about nine words in ten. */
export function syllables(word: string): number {
	const plain = word.toLowerCase().replaceAll('’', "'").replace(/'(s|t|d|m|re|ve|ll)$/, '').replace(/[^a-z]/g, '');
	const known = exceptions[plain];
	if (known !== undefined) return known;
	if (plain.length <= 3) return /^[aeiou]?[^aeiou]*[aeiouy]+[^aeiouy]*$/.test(plain) || plain.length < 3 ? 1 : vowelGroups(plain);
	const heard = plain
		.replace(/(?<=[^aeiouylr]|[aeiouy][lr])es$/, (end, at: number) => (/(?:[sxz]|ch|sh|[cg])$/.test(plain.slice(0, at)) ? end : ''))
		.replace(/(?<=[^td])ed$/, '')
		.replace(/(?<=[aeiouy][^aeiouy]*[^aeiouyl]|[aeiouy]l)e(?=(?:ly|ment|ments|ful|less|ness|some)?$)/, '');
	const apart = heard.match(/i[ao](?!u)|[^gq]u[ao]|eo|iu|ying|[^aeiouy]ism$|uous/g)?.length ?? 0;
	const together = heard.match(/[ctsgx]i(?:a|o|ous|e)n?|geo|[^aeiou]iou|uous$(?!)|[aeiou]{0}tia/g)?.filter((part) => /i[ao]|geo/.test(part)).length ?? 0;
	return Math.max(1, vowelGroups(heard) + apart - together);
}

function vowelGroups(word: string): number {
	return word.match(/[aeiouy]+/g)?.length ?? 1;
}
