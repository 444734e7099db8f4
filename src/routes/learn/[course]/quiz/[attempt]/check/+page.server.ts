import { fail, redirect } from '@sveltejs/kit';
import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { settle } from '#lib/server/certification/completions.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { whoAsks } from '../../../../learner.server.ts';
import { openAttempt, ownAttempt } from '../attempt.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { attempt, course, language, items } = await openAttempt(event);
	return {
		course,
		language,
		attempt: { id: attempt.id, number: attempt.number },
		items: items.map(({ shown: { id, stem, scene, alt }, answered }) => ({ id, stem, scene, alt, answered })),
		drawings: drawingsIn(items.map(({ shown: { scene } }) => ({ scene })))
	};
};

export const actions: Actions = {
	/** Hands the attempt in. Twice or in parallel, the first result stands. */
	default: async (event) => {
		const attempt = await ownAttempt(event);
		const who = whoAsks(event, attempt.course);
		const handedIn = await serving()
			.transaction()
			.execute(async (trx) => {
				const outcome = await attempts.submit(trx, attempt);
				if (outcome.ok && who) await settle(trx, who, attempt.course);
				return outcome;
			});
		if (!handedIn.ok && handedIn.reason === 'unanswered') return fail(400, { unanswered: handedIn.items });
		redirect(303, `/learn/${attempt.course}/quiz/${attempt.id}/result`);
	}
};
