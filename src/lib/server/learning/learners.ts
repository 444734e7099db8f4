/**
 * SQL of a learner and those that belong to the same person, as an array; `learner` is a placeholder like `$1`. Whose
 * two records were merged has two learners, and what was learned as either is theirs.
 */
export function learnersWith(learner: string): string {
	return `(array[${learner}::uuid] || array(
		select other.learner from learner_person own join learner_person other using (person)
		where own.learner = ${learner}::uuid and other.learner <> own.learner
	))`;
}
