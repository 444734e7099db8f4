import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import type { FieldError } from '#lib/components/text.ts';
import { schemasOf, type FieldName, type FormRules, type PageId, type RegistrationBody } from './schemas.ts';

/** The form as it stands in a draft: what was typed, right or wrong. */
export type Answers = { [Field in FieldName]?: RegistrationBody[Field] extends string[] ? string[] : string };

/** One question group per page (curriculum 5.3), with the clauses shown beside it; none where the district speaks. */
export const pages: readonly { id: PageId; fields: readonly FieldName[]; clauses: readonly string[] }[] = [
	{ id: 'name', fields: ['display_name', 'department', 'description'], clauses: ['III.6'] },
	{ id: 'platform', fields: ['platform', 'platform_other', 'handle', 'url'], clauses: ['III.4'] },
	{ id: 'purpose', fields: ['purpose', 'goals'], clauses: ['II.0a'] },
	{ id: 'audience', fields: ['audience', 'bands', 'under_13'], clauses: ['III.2a'] },
	{ id: 'contact', fields: ['visibility', 'comments', 'direct_messages'], clauses: ['II.6', 'III.3'] },
	{
		id: 'photos',
		fields: ['student_images', 'photo_list_holder', 'photo_check'],
		clauses: ['III.1c', 'III.1a']
	},
	{ id: 'email', fields: ['sign_up_email', 'recovery'], clauses: ['III.5a'] },
	{
		id: 'set-up',
		fields: ['separation', 'separation_exception', 'two_step', 'device', 'follows', 'follows_count'],
		clauses: ['III.5b', 'III.7']
	},
	{
		id: 'care',
		fields: ['monitoring', 'archive', 'accessibility', 'chosen_with'],
		clauses: ['III.2b', 'III.4']
	},
	{ id: 'dates', fields: ['start_date', 'review_date'], clauses: [] },
	{ id: 'colleague', fields: ['co_owner'], clauses: [] }
];

const lists: ReadonlySet<FieldName> = new Set<FieldName>(['goals', 'audience', 'bands', 'separation']);

export function pageOf(id: string) {
	return pages.find((page) => page.id === id);
}

/** The page after this one, or null after the last. */
export function pageAfter(id: PageId): PageId | null {
	return pages[pages.findIndex((page) => page.id === id) + 1]?.id ?? null;
}

/** The page before this one, or null before the first. */
export function pageBefore(id: PageId): PageId | null {
	return pages[pages.findIndex((page) => page.id === id) - 1]?.id ?? null;
}

/** The first page on which something is missing or wrong; null when the form is right. */
export function firstToMend(faults: readonly { page: PageId }[]): PageId | null {
	return pages.find(({ id }) => faults.some(({ page }) => page === id))?.id ?? null;
}

/** What a page's form sent, as typed. Only fields of that page are read; each is cut at 4000 characters. */
export function answersOf(
	id: PageId,
	form: { get(name: string): unknown; getAll(name: string): unknown[] }
): Answers {
	const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 4000) : '');
	return Object.fromEntries(
		(pageOf(id)?.fields ?? []).map((field) => [
			field,
			lists.has(field) ? form.getAll(field).slice(0, 40).map(text) : text(form.get(field))
		])
	);
}

/** The answers without the grades of students who are not, or no longer, among the audience. */
export function withoutUnasked(answers: Answers): Answers {
	if (!answers.bands?.length || answers.audience?.includes('students')) return answers;
	return { ...answers, bands: [] };
}

export type PageResult =
	{ ok: true; output: Partial<RegistrationBody> } | { ok: false; errors: FieldError[] };

/** Checks one page: its answers as they will be stored, or one mistake per field in the order of the page. */
export function checkPage(id: PageId, answers: Answers, rules: FormRules): PageResult {
	const fields = pageOf(id)?.fields ?? [];
	const complete = Object.fromEntries(
		fields.map((field) => [field, answers[field] ?? (lists.has(field) ? [] : '')])
	);
	const result = v.safeParse(
		schemasOf(rules)[id] as v.GenericSchema<unknown, Partial<RegistrationBody>>,
		complete
	);
	if (result.success) return { ok: true, output: result.output };
	const messages = new Map<string, string>();
	for (const issue of result.issues) {
		const field = String(issue.path?.[0]?.key ?? fields[0]);
		if (!messages.has(field)) messages.set(field, issue.message);
	}
	return { ok: false, errors: fields.flatMap((field) => errorAt(field, messages)) };
}

function errorAt(field: string, messages: Map<string, string>): FieldError[] {
	const message = messages.get(field);
	return message === undefined ? [] : [{ field, message }];
}

export type FormError = FieldError & { page: PageId };
export type FormResult = { ok: true; body: RegistrationBody } | { ok: false; errors: FormError[] };

/** Checks the whole form: the body to be submitted, or every mistake with the page on which it is mended. */
export function checkForm(answers: Answers, rules: FormRules): FormResult {
	const results = pages.map(({ id }) => ({ id, result: checkPage(id, answers, rules) }));
	const errors = results.flatMap(({ id, result }) =>
		result.ok ? [] : result.errors.map((error) => ({ ...error, page: id }))
	);
	if (errors.length > 0) return { ok: false, errors };
	const parts = results.map(({ result }) => (result.ok ? result.output : {}));
	return { ok: true, body: Object.assign({}, ...parts) as RegistrationBody };
}

/** The day by which an account is reviewed unless its owner names another: the next end of a school year. */
export function defaultReviewDate(today: string, schoolYearEnds: string): string {
	const day = Temporal.PlainDate.from(today);
	const end = Temporal.PlainDate.from(`${day.year}-${schoolYearEnds}`);
	return (Temporal.PlainDate.compare(end, day) > 0 ? end : end.add({ years: 1 })).toString();
}
