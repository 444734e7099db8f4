import { district, mainPolicy, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { Lesson } from '#lib/server/catalogue/read-catalogue.ts';

/**
 * What the components of a lesson draw on, with the exercises that are shown: clauses, facts, mocks, help and words of
 * the district, in the language of the lesson. Nothing of the quiz (invariant 1).
 */
export function lessonContext(
	lesson: Lesson,
	shown: readonly string[],
	worked: readonly string[],
	language: string
) {
	const policy = mainPolicy();
	const words = wordsIn(language);
	const settings = district();
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
		mocks: lesson.mocks,
		exercises: Object.fromEntries(
			lesson.exercises
				.filter((exercise) => shown.includes(exercise.id))
				.map((exercise) => [exercise.id, { exercise, worked: worked.includes(exercise.id) }])
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
	};
}
