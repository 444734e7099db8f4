import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { district, mainPolicy, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { Lesson, LessonSection } from '#lib/server/catalogue/read-catalogue.ts';

/**
 * What the components of a lesson draw on, with the exercises, mocks and drawings of the sections that are shown:
 * clauses, facts, help and words of the district too, in the language of the lesson. Nothing of the quiz (invariant 1).
 */
export function lessonContext(
	lesson: Lesson,
	shown: readonly LessonSection[],
	worked: readonly string[],
	language: string
) {
	const policy = mainPolicy();
	const words = wordsIn(language);
	const settings = district();
	const exercises = lesson.exercises.filter(({ id }) =>
		shown.some((section) => section.exercises.includes(id))
	);
	const mocks = Object.fromEntries(
		Object.entries(lesson.mocks).filter(([id]) => shown.some((section) => section.mocks.includes(id)))
	);
	const scenes = shown.flatMap((section) => section.scenes.map((scene) => ({ scene })));
	return {
		clauses: Object.fromEntries(
			lesson.clauses.map((id) => [id, { ...words.clause(id), label: `${policy.number}, ${id}` }])
		),
		facts: Object.fromEntries(
			lesson.facts.flatMap((id) => {
				const fact = words.fact(id);
				return fact ? [[id, fact] as const] : [];
			})
		),
		mocks,
		exercises: Object.fromEntries(
			exercises.map((exercise) => [exercise.id, { exercise, worked: worked.includes(exercise.id) }])
		),
		drawings: drawingsIn([exercises, mocks, scenes]),
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
	};
}
