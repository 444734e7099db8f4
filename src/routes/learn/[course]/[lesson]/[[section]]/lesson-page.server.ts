import type { CourseView } from '#lib/server/certification/completions.ts';
import type { CourseInLanguage } from '#lib/server/certification/view-in-language.ts';
import type { LessonProgress } from '#lib/server/learning/progress.ts';
import { lessonContext } from '../../../lesson-context.server.ts';

/** Everything that one section of a lesson needs on screen, and nothing of the quiz (invariant 1). */
export function lessonPage(
	view: CourseView & { course: CourseInLanguage },
	slug: string,
	at: LessonProgress,
	section: number
) {
	const { course } = view;
	const lesson = course.lessons.find((entry) => entry.slug === slug);
	if (!lesson) throw new Error(`course ${course.slug} has no lesson ${slug}`);
	const here = lesson.sections[section - 1];
	return {
		course: {
			slug: course.slug,
			short: course.short,
			lessons: course.lessons.length,
			language: course.language,
			readAloud: course.read_aloud,
			/** For children who hardly read yet: one picture, few words, all of it large. */
			young: course.band === 'K-2'
		},
		lesson: {
			slug: lesson.slug,
			file: lesson.file,
			number: course.lessons.indexOf(lesson) + 1,
			title: lesson.title,
			minutes: lesson.minutes,
			objectives: lesson.objectives,
			sections: lesson.sections.map(({ index, title }) => ({ index, title }))
		},
		section,
		furthest: at.furthest,
		done: at.state === 'done',
		reviewing:
			view.progress.quiz.state === 'review-first' && view.progress.quiz.lessons.includes(lesson.slug),
		exercisesLeft: lesson.sections
			.filter((entry) => entry.exercises.some((id) => !at.worked.includes(id)))
			.map(({ index, title }) => ({ index, title })),
		context: lessonContext(lesson, here ? [here] : [], at.worked, course.language)
	};
}
