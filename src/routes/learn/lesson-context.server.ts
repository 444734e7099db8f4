import { catalogue, district, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import type { Lesson } from '#lib/server/catalogue/read-catalogue.ts';

/**
 * What the components of a lesson draw on, with the exercises that are shown: clauses, facts, mocks, help and words of
 * the district. Nothing of the quiz (invariant 1).
 */
export function lessonContext(lesson: Lesson, shown: readonly string[], worked: readonly string[]) {
	const policy = mainPolicy();
	const { facts } = catalogue();
	const settings = district();
	return {
		clauses: Object.fromEntries(
			lesson.clauses.map((id) => [id, { words: policy.clauses[id] ?? '', label: `${policy.number}, ${id}` }])
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
				.filter((exercise) => shown.includes(exercise.id))
				.map((exercise) => [exercise.id, { exercise, worked: worked.includes(exercise.id) }])
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
	};
}
