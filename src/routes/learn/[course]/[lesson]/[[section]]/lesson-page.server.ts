import type { Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { CourseView } from '#lib/server/certification/completions.ts';
import type { LessonProgress } from '#lib/server/learning/progress.ts';
import { lessonContext } from '../../../lesson-context.server.ts';

/** Everything that one section of a lesson needs on screen, and nothing of the quiz (invariant 1). */
export function lessonPage(view: CourseView, lesson: Lesson, at: LessonProgress, section: number) {
	const here = lesson.sections[section - 1];
	return {
		course: { slug: view.course.slug, short: view.course.short, lessons: view.course.lessons.length },
		lesson: {
			slug: lesson.slug,
			file: lesson.file,
			number: view.course.lessons.indexOf(lesson) + 1,
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
		context: lessonContext(lesson, here?.exercises ?? [], at.worked)
	};
}
