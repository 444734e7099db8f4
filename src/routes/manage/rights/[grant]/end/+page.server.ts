import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as rights from '#lib/server/people/rights.ts';
import { districtAdministrator } from '../../../administrator.server.ts';
import { endRefusal, heldInWords } from '../../rights-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = districtAdministrator(event);
	const held = await rights.held(serving(), actor);
	const right = held.find(({ id, standing }) => id === event.params.grant && standing !== 'over');
	if (!right) error(404, { message: m.people_end_unknown(), hint: m.people_end_unknown_hint() });
	return heldInWords(right, localDates(event.locals.locale));
};

export const actions: Actions = {
	default: async (event) => {
		const actor = districtAdministrator(event);
		const answer = await rights.end(serving(), actor, event.params.grant);
		if (answer.ok) redirect(303, '/manage/rights?done=ended');
		if (answer.reason === 'unknown')
			error(404, { message: m.people_end_unknown(), hint: m.people_end_unknown_hint() });
		return fail(409, { message: endRefusal(answer.reason) });
	}
};
