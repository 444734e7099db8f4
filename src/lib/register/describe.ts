import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { getLocale } from '#lib/messages/compiled/runtime.js';
import { pages, type Answers } from './form.ts';
import { questions, type Question, type QuestionContext } from './questions.ts';
import type { FieldName, PageId } from './schemas.ts';

export type DescribedAnswer = { field: FieldName; label: string; value: string; page: PageId };
export type DescribedGroup = { page: PageId; title: string; rows: DescribedAnswer[] };

/**
 * The answers of a draft or a submitted body in words, page by page, for check-your-answers, review and co-owner.
 * An answer that is not there is ''. Follow-up questions appear only under the answer that asks them.
 */
export function describe(body: Answers, context: QuestionContext): DescribedGroup[] {
	const asked = questions(context);
	return pages.map(({ id, fields }) => ({
		page: id,
		title: pageTitle(id),
		rows: fields.flatMap((field) => {
			const question = asked[field];
			if (!isAsked(question, body)) return [];
			return [{ field, label: question.label, value: valueInWords(question, body[field]), page: id }];
		})
	}));
}

// An attestation names the chief answer that it rests on; these belong to it.
const besides: Partial<Record<FieldName, FieldName[]>> = {
	platform: ['platform_other'],
	audience: ['bands'],
	photo_check: ['photo_list_holder'],
	sign_up_email: ['recovery'],
	follows: ['follows_count']
};

/** The answers that stand beside an attestation in review, by the `evidence` names of account-types.yaml. */
export function evidenceFor(
	body: Answers,
	names: readonly string[],
	context: QuestionContext
): DescribedAnswer[] {
	const wanted = new Set(names.flatMap((name) => [name, ...(besides[name as FieldName] ?? [])]));
	return describe(body, context)
		.flatMap((group) => group.rows)
		.filter((row) => wanted.has(row.field) && row.value !== '');
}

function isAsked({ when }: Question, body: Answers): boolean {
	return when === undefined || body[when.field] === when.value;
}

function valueInWords(question: Question, value: string | string[] | undefined): string {
	if (value === undefined || value.length === 0) return '';
	if (question.kind === 'one' || question.kind === 'several') {
		const labels = new Map(question.options.map((option) => [option.value, option.label]));
		return [value]
			.flat()
			.map((one) => labels.get(one) ?? one)
			.join('; ');
	}
	const text = [value].flat().join('; ');
	return question.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(text)
		? formatDate(text, getLocale(), 'UTC')
		: text;
}

/** A page's question in words, its heading. */
export function pageTitle(id: PageId): string {
	return {
		name: m.register_page_name,
		platform: m.register_page_platform,
		purpose: m.register_page_purpose,
		audience: m.register_page_audience,
		contact: m.register_page_contact,
		photos: m.register_page_photos,
		email: m.register_page_email,
		'set-up': m.register_page_set_up,
		care: m.register_page_care,
		dates: m.register_page_dates,
		colleague: m.register_page_co_owner
	}[id]();
}
