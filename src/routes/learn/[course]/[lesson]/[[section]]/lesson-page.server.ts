import { district, mainPolicy, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { CourseView } from '#lib/server/certification/completions.ts';
import type { CourseInLanguage } from '#lib/server/certification/view-in-language.ts';
import type { LessonProgress } from '#lib/server/learning/progress.ts';

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
	const policy = mainPolicy();
	const settings = district();
	const words = wordsIn(course.language);
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
		context: {
			clauses: Object.fromEntries(
				lesson.clauses.map((id) => [id, { ...words.clause(id), label: `${policy.number}, ${id}` }])
			),
			facts: Object.fromEntries(
				lesson.facts.flatMap((id) => {
					const fact = words.fact(id);
					return fact ? [[id, fact] as const] : [];
				})
			),
			mocks: lesson.mocks,
			exercises: Object.fromEntries(
				lesson.exercises
					.filter((exercise) => here?.exercises.includes(exercise.id))
					.map((exercise) => [exercise.id, { exercise, worked: at.worked.includes(exercise.id) }])
			),
			help: {
				lines: words.helpLines,
				reportPath: words.contacts.report_path,
				trustedAdult: words.contacts.trusted_adult
			},
			settings: {
				district: settings.name,
				'district-short': settings.short,
				'email-domain': settings.email_domains[0] ?? '',
				'report-path': words.contacts.report_path,
				'bullying-official': words.contacts.bullying_official,
				'records-officer': words.contacts.records_officer,
				'photo-list-holder': words.contacts.photo_list_holder,
				superintendent: words.contacts.superintendent,
				'policy-number': policy.number
			}
		}
	};
}
