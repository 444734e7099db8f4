import type * as v from 'valibot';
import type { Item } from '#lib/quiz/item.ts';
import { checked } from './checked.ts';
import { ContentError, exists, listFolder, readText } from './content-files.ts';
import * as schema from './content-schema.ts';
import { contentHash } from './hash.ts';
import type { Course } from './read-catalogue.ts';
import { isLessonFile, readLesson, type Lesson } from './read-lesson.ts';

/** Languages into which content may be translated, beside English, in which it is written. */
export const contentLanguages = ['es', 'pt-BR'] as const;

type TranslationSettings = v.InferOutput<typeof schema.translationFile>;
/** A course in another language. Its items have the same ids, variants and order as the course's own. */
export type Translation = Pick<TranslationSettings, 'title' | 'short' | 'summary'> & {
	language: string;
	/** What it was made from: a version, and the hash of each lesson and of the quiz then. */
	translates: NonNullable<TranslationSettings['translates']>;
	lessons: Lesson[];
	items: Item[];
	/** Hash of all of it. */
	hash: string;
};
export type DistrictWords = v.InferOutput<typeof schema.wordsFile>;

/** What a translation of this course's present text would say that it translates. */
export function translated(course: Course): Translation['translates'] {
	return {
		version: course.version,
		lessons: Object.fromEntries(course.lessons.map((lesson) => [lesson.slug, shortHash(lesson.hash)])),
		quiz: shortHash(contentHash(course.items))
	};
}

/** Long enough to tell editions of one text apart, short enough to read. */
function shortHash(hash: string): string {
	return hash.slice(0, 16);
}

/**
 * The parts of a course whose text has changed since they were translated: lessons by slug, and `quiz`. Empty when
 * the translation is up to date.
 */
export function staleParts(course: Course, { translates }: Pick<Translation, 'translates'>): string[] {
	const now = translated(course);
	const lessons = course.lessons
		.map((lesson) => lesson.slug)
		.filter((slug) => translates.lessons[slug] !== now.lessons[slug]);
	return translates.quiz === now.quiz ? lessons : [...lessons, 'quiz'];
}

/**
 * The translations of a course, by language: those that are whole and of the course's major version. One that is not
 * is left out as a whole, so that languages are never mixed; the content check says why.
 */
export function readTranslations(root: string, course: Course): Record<string, Translation> {
	return Object.fromEntries(
		contentLanguages.flatMap((language) => {
			const translation = readTranslation(root, course, language);
			const whole =
				translation?.lessons.length === course.lessons.length &&
				majorPart(translation.translates.version) === majorPart(course.version);
			return translation && whole ? [[language, translation] as const] : [];
		})
	);
}

const majorPart = (version: string) => version.split('.')[0];

/** A translation as its folder holds it, whole or not; null where there is none. */
export function readTranslation(root: string, course: Course, language: string): Translation | null {
	const folder = `courses/${course.slug}/${language}`;
	const file = `${folder}/course.yaml`;
	if (!exists(root, file)) return null;
	const { translates, ...words } = checked(schema.translationFile, readText(root, file), file);
	if (!translates)
		throw new ContentError(
			file,
			1,
			'it does not say which text it translates.',
			`Run: npm run waypost -- content translated ${course.slug} ${language}`
		);
	const lessons = listFolder(root, folder)
		.filter(isLessonFile)
		.map((name) => readLesson(root, folder, name));
	const quizFile = `${folder}/quiz.yaml`;
	const items = checked(schema.quizFile, readText(root, quizFile), quizFile).items as Item[];
	const hash = contentHash({ words, lessons: lessons.map((lesson) => [lesson.slug, lesson.hash]), items });
	return { language, translates, ...words, lessons, items, hash };
}

/** Words of the district and the policy in other languages (`translations/<language>.yaml`). */
export function readWords(root: string): Record<string, DistrictWords> {
	return Object.fromEntries(
		contentLanguages.flatMap((language) => {
			const file = `translations/${language}.yaml`;
			return exists(root, file)
				? [[language, checked(schema.wordsFile, readText(root, file), file)] as const]
				: [];
		})
	);
}
