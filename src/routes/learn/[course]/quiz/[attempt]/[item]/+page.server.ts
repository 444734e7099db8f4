import { error, fail, redirect } from '@sveltejs/kit';
import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { isComplete, misnumbered, readAnswer } from '#lib/quiz/present.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { getLocale } from '#lib/messages/compiled/runtime.js';
import { openAttempt } from '../attempt.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { attempt, course, language, items } = await openAttempt(event);
	const index = Number(event.params.item) - 1;
	const item = items[index];
	if (!item) error(404, m.attempt_no_such_item());
	return {
		course,
		language,
		attempt: { id: attempt.id, number: attempt.number },
		index,
		item,
		drawings: drawingsIn(item.shown),
		answered: items.map((entry) => entry.answered)
	};
};

export const actions: Actions = {
	/** Saves the answer and goes on, or back, or to the list of answers; a blank answer is allowed on the way. */
	default: async (event) => {
		const { attempt, items } = await openAttempt(event);
		const index = Number(event.params.item) - 1;
		const item = items[index];
		if (!item) error(404, m.attempt_no_such_item());
		const form = await event.request.formData();
		const answer = readAnswer(item.shown, form);
		if (answer !== null && !(item.answered && !isComplete(item.shown, answer)))
			await attempts.saveAnswer(serving(), attempt, item.shown.id, answer, 'next');
		const base = `/learn/${attempt.course}/quiz/${attempt.id}`;
		const go = String(form.get('go') ?? 'next');
		if (go === 'leave') redirect(303, `/learn/${attempt.course}`);
		if (go === 'back' && index > 0) redirect(303, `${base}/${index}`);
		// Only numbers given by hand, without a script, can be wrong; who leaves or goes back is not held up by them.
		const wrong = misnumbered(item.shown, form);
		if (wrong) return fail(400, { problem: problemOf(wrong), typed: wrong.typed });
		if (go === 'check' || index + 1 >= items.length) redirect(303, `${base}/check`);
		redirect(303, `${base}/${index + 2}`);
	}
};

function problemOf({ twice, missing }: { twice: number[]; missing: number[] }): string {
	const listed = (numbers: number[]) => new Intl.ListFormat(getLocale()).format(numbers.map(String));
	return twice.length > 0
		? m.quiz_order_twice({ numbers: listed(twice) })
		: m.quiz_order_missing({ numbers: listed(missing) });
}
