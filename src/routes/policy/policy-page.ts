import type { Catalogue, Policy } from '#lib/server/catalogue/read-catalogue.ts';
import type { PolicyBlock } from '#lib/server/catalogue/policy-text.ts';

/** A clause's lessons, by course. */
export type Taught = { course: string; title: string; lessons: string[] };
export type Reading = { clause: string; term: string; reading: string };
/** A paragraph of the policy or an item of its lists, with what belongs to the clauses in it. */
export type Passage = {
	runs: PolicyBlock['runs'];
	clauses: { id: string; taught: Taught[] }[];
	/** A translation of the passage's clauses as a courtesy, where the reader's language has one. */
	courtesy: string | null;
	readings: Reading[];
};
export type PolicySection = {
	id: string;
	title: string;
	parts: { kind: 'paragraph' | 'list'; passages: Passage[] }[];
};

/** The policy as its page shows it: sections of paragraphs and lists, each passage with its lessons and open readings. */
export function policySections(
	policy: Policy,
	{ courses, district }: Pick<Catalogue, 'courses' | 'district'>,
	courtesy: (clause: string) => string | undefined = () => undefined
): PolicySection[] {
	const sections: PolicySection[] = [];
	for (const block of policy.blocks) {
		if (block.kind === 'heading') {
			sections.push({
				id: `section-${sections.length + 1}`,
				title: block.runs.map((run) => run.text).join(''),
				parts: []
			});
			continue;
		}
		const section = sections.at(-1);
		if (!section) throw new Error(`Policy ${policy.policy} has text before its first heading`);
		const passage = passageOf(block.runs);
		const before = section.parts.at(-1);
		if (block.kind === 'item' && before?.kind === 'list') before.passages.push(passage);
		else section.parts.push({ kind: block.kind === 'item' ? 'list' : 'paragraph', passages: [passage] });
	}
	return sections;

	function passageOf(runs: PolicyBlock['runs']): Passage {
		const ids = runs.flatMap((run) => run.clause ?? []);
		return {
			runs,
			clauses: ids.map((id) => ({ id, taught: taught(id) })),
			courtesy: ids.flatMap((id) => courtesy(id) ?? []).join(' ') || null,
			readings: district.readings.filter((reading) => ids.includes(reading.clause))
		};
	}

	function taught(clause: string): Taught[] {
		return Object.values(courses).flatMap((course) => {
			const lessons = course.lessons
				.filter((lesson) => lesson.clauses.includes(clause))
				.map((lesson) => lesson.title);
			return lessons.length > 0 ? [{ course: course.slug, title: course.short, lessons }] : [];
		});
	}
}
