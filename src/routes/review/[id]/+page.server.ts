import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { serving } from '#lib/server/db/serving.ts';
import * as review from '#lib/server/register/review.ts';
import { decide, longestReason, type Verdict } from '#lib/server/register/verdict.ts';
import { refusalInWords } from '../review-words.server.ts';
import { reviewerOnly } from '../reviewer.server.ts';
import { reviewPage } from './review-page.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const verdicts: readonly Verdict[] = ['approve', 'change', 'reject'];

export const load: PageServerLoad = async (event) => {
	const actor = reviewerOnly(event);
	const opened = await review.open(serving(), actor, event.params.id);
	if (!opened) error(404, { message: m.review_not_found(), hint: m.review_not_found_hint() });
	const done = event.url.searchParams.get('done');
	return {
		...reviewPage(opened, event.locals.locale),
		done: verdicts.find((verdict) => verdict === done) ?? null
	};
};

export const actions: Actions = {
	approve: (event) => give(event, 'approve'),
	change: (event) => give(event, 'change'),
	reject: (event) => give(event, 'reject')
};

async function give(event: RequestEvent, verdict: Verdict) {
	const actor = reviewerOnly(event);
	const form = await event.request.formData();
	const reason = String(form.get('reason') ?? '');
	const registration = event.params.id;
	const result = await decide(serving(), actor, {
		registration,
		revision: Number(form.get('revision')),
		verdict,
		reason
	});
	if (result.ok) redirect(303, `/review/${registration}?done=${verdict}`);
	if (result.reason === 'not-found')
		error(404, { message: m.review_not_found(), hint: m.review_not_found_hint() });
	const message = {
		'reason-short': m.review_reason_short(),
		'reason-long': m.review_reason_long({ max: longestReason })
	};
	const atField = result.reason === 'reason-short' || result.reason === 'reason-long';
	return fail(atField ? 400 : 409, {
		verdict,
		reason,
		errors: atField ? [{ field: `${verdict}-reason`, message: message[result.reason] }] : [],
		refusal: refusalInWords(result)
	});
}
