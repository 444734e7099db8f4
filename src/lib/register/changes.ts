import { describe } from './describe.ts';
import type { Answers } from './form.ts';
import type { QuestionContext } from './questions.ts';

/** An answer that differs between two revisions, in words; '' where it was not given. */
export type AnswerChange = { label: string; before: string; now: string };

/** What is different in the later of two revisions. */
export function changesBetween(before: Answers, after: Answers, context: QuestionContext): AnswerChange[] {
	const rowsOf = (body: Answers) =>
		new Map(describe(body, context).flatMap(({ rows }) => rows.map((row) => [row.field, row] as const)));
	const [old, fresh] = [rowsOf(before), rowsOf(after)];
	return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((field) => {
		const [was, is] = [old.get(field), fresh.get(field)];
		if ((was?.value ?? '') === (is?.value ?? '')) return [];
		return [{ label: (is ?? was)?.label ?? '', before: was?.value ?? '', now: is?.value ?? '' }];
	});
}
