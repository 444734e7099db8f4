import type { Catalogue } from '../read-catalogue.ts';

/** Which lessons teach a clause of the policy and which items test it, as `course lesson` and `course item`. */
export type ClauseCoverage = { clause: string; taught: string[]; tested: string[] };

/** The clauses of the policy in its order, with who teaches and tests them. */
export function coverage({ policies, district, courses }: Catalogue): ClauseCoverage[] {
	const all = Object.values(courses);
	return Object.keys(policies[district.policy]?.clauses ?? {}).map((clause) => ({
		clause,
		taught: all.flatMap((course) =>
			course.lessons
				.filter((lesson) => lesson.clauses.includes(clause))
				.map((lesson) => `${course.slug} ${lesson.slug}`)
		),
		tested: all.flatMap((course) =>
			course.items.filter((item) => item.clauses.includes(clause)).map((item) => `${course.slug} ${item.id}`)
		)
	}));
}
