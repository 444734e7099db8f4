import { translation } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { CourseView } from './completions.ts';

/** A course with the words of one language; rules and evidence go on with the course itself. */
export type CourseInLanguage = Course & { language: string };

/** The course in the reader's language where it is translated into it, else in English. */
export function courseInLanguage(course: Course, locale: string): CourseInLanguage {
	const said = translation(course.slug, locale);
	if (!said) return { ...course, language: 'en' };
	const { title, short, summary, items, language } = said;
	const lessons = course.lessons.map((lesson, index) => {
		const words = said.lessons[index];
		// Slug, clauses, minutes and hash stay those of the course: they are what evidence speaks of.
		return words ? { ...words, slug: lesson.slug, hash: lesson.hash, clauses: lesson.clauses } : lesson;
	});
	return { ...course, title, short, summary, lessons, items, language };
}

/** Where a learner stands, in the words that they read. */
export function viewInLanguage<View extends CourseView>(
	view: View,
	locale: string
): View & { course: CourseInLanguage } {
	const course = courseInLanguage(view.course, locale);
	const titles = new Map(course.lessons.map((lesson) => [lesson.slug, lesson.title]));
	const lessons = view.progress.lessons.map((lesson) => ({
		...lesson,
		title: titles.get(lesson.slug) ?? lesson.title
	}));
	const next = lessons.find((lesson) => lesson.slug === view.progress.next?.slug) ?? null;
	return { ...view, course, progress: { ...view.progress, lessons, next } };
}
