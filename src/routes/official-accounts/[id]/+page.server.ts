import { error } from '@sveltejs/kit';
import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as publicRegister from '#lib/server/register/public-register.ts';
import { listed, runByWords } from '../register-page.server.ts';
import type { PageServerLoad } from './$types';

/** What everybody may hold an official account to: the policy's own words, by the clauses that are in them. */
const rules = [['III.5a', 'III.5b'], ['III.6'], ['III.7']];

export const load: PageServerLoad = async ({ params, locals }) => {
	const account = await publicRegister.find(serving(), params.id);
	if (!account) error(404, { message: m.official_gone_title(), hint: m.official_gone_hint() });
	const { number, clauses } = mainPolicy();
	return {
		account: {
			...listed(account, localDates(locals.locale)),
			summary: account.type.summary,
			runBy: runByWords(account),
			goals: account.goals.map(({ label }) => label),
			comments: {
				off: m.official_comments_off,
				filtered: m.official_comments_filtered,
				on: m.official_comments_on
			}[account.comments](),
			messages:
				account.directMessages === 'shared' ? m.official_messages_shared() : m.official_messages_off(),
			images: account.studentImages === 'yes' ? m.official_images_yes() : m.official_images_no(),
			start: formatDate(account.start, locals.locale, 'UTC'),
			reviewBy: formatDate(account.reviewBy, locals.locale, 'UTC')
		},
		number,
		rules: rules.map((ids) => ({ ids, words: ids.map((id) => clauses[id] ?? '').join(' ') }))
	};
};
