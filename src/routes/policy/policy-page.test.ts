import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { policySections } from './policy-page.ts';

const catalogue = readCatalogue(resolve('content'));
const policy = catalogue.policies[catalogue.district.policy];
if (!policy) throw new Error('district.yaml names a policy that is not there');
const sections = policySections(policy, catalogue);
const passages = sections.flatMap((section) => section.parts).flatMap((part) => part.passages);

describe('the policy’s page', () => {
	it('shows every word of the policy, in its order', () => {
		const shown = sections.flatMap((section) => [
			section.title,
			...section.parts
				.flatMap((part) => part.passages)
				.map((passage) => passage.runs.map((run) => run.text).join(''))
		]);
		expect(shown).toEqual(policy.blocks.map((block) => block.runs.map((run) => run.text).join('')));
	});
	it('has one anchor for each clause', () => {
		const anchors = passages.flatMap((passage) => passage.clauses.map((clause) => clause.id));
		expect(anchors.toSorted()).toEqual(Object.keys(policy.clauses).toSorted());
	});
	it('shows every open reading once, beside its clause', () => {
		const readings = passages.flatMap((passage) => passage.readings.map((reading) => reading.term));
		expect(readings.toSorted()).toEqual(
			catalogue.district.readings.map((reading) => reading.term).toSorted()
		);
		for (const passage of passages)
			for (const reading of passage.readings)
				expect(passage.clauses.map((clause) => clause.id)).toContain(reading.clause);
	});
	it('names the lessons that teach a clause, by course', () => {
		for (const { id, taught } of passages.flatMap((passage) => passage.clauses)) {
			const named = taught.flatMap((course) => course.lessons.map((lesson) => `${course.course}: ${lesson}`));
			const teaching = Object.values(catalogue.courses).flatMap((course) =>
				course.lessons
					.filter((lesson) => lesson.clauses.includes(id))
					.map((lesson) => `${course.slug}: ${lesson.title}`)
			);
			expect(named).toEqual(teaching);
		}
	});
	it('keeps an item of a list with the list', () => {
		for (const section of sections)
			section.parts.forEach((part, index) => {
				if (part.kind === 'list') expect(section.parts[index - 1]?.kind).not.toBe('list');
				else expect(part.passages).toHaveLength(1);
			});
	});
});
