import { catalogue, district, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import type { Lesson } from '#lib/server/catalogue/read-catalogue.ts';
import type { CourseView } from '#lib/server/certification/completions.ts';
import type { LessonProgress } from '#lib/server/learning/progress.ts';

/** Everything that one section of a lesson needs on screen, and nothing of the quiz (invariant 1). */
export function lessonPage(view: CourseView, lesson: Lesson, at: LessonProgress, section: number) {
	const policy = mainPolicy();
	const { facts } = catalogue();
	const settings = district();
	const here = lesson.sections[section - 1];
	return {
		course: {
			slug: view.course.slug,
			short: view.course.short,
			lessons: view.course.lessons.length,
			readAloud: view.course.read_aloud,
			/** For children who hardly read yet: one picture, few words, all of it large. */
			young: view.course.band === 'K-2'
		},
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
		context: {
			clauses: Object.fromEntries(
				lesson.clauses.map((id) => [
					id,
					{ words: policy.clauses[id] ?? '', label: `${policy.number}, ${id}` }
				])
			),
			facts: Object.fromEntries(
				lesson.facts.flatMap((id) => {
					const fact = facts[id];
					return fact && fact.status !== 'U' ? [[id, { source: fact.source, date: fact.date }] as const] : [];
				})
			),
			mocks: lesson.mocks,
			exercises: Object.fromEntries(
				lesson.exercises
					.filter((exercise) => here?.exercises.includes(exercise.id))
					.map((exercise) => [exercise.id, { exercise, worked: at.worked.includes(exercise.id) }])
			),
			help: {
				lines: settings.help_lines,
				reportPath: settings.contacts.report_path,
				trustedAdult: settings.contacts.trusted_adult
			},
			settings: {
				district: settings.name,
				'district-short': settings.short,
				'email-domain': settings.email_domains[0] ?? '',
				'report-path': settings.contacts.report_path,
				'bullying-official': settings.contacts.bullying_official,
				'records-officer': settings.contacts.records_officer,
				'photo-list-holder': settings.contacts.photo_list_holder,
				superintendent: settings.contacts.superintendent,
				'policy-number': policy.number
			}
		}
	};
}
