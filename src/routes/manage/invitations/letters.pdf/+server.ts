import { redirect } from '@sveltejs/kit';
import { inviteAll } from '#lib/server/auth/invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { chosenPeople, MOST_LETTERS } from '../choice.server.ts';
import { inviter } from '../inviter.server.ts';
import { printed } from '../print.server.ts';
import { postedForm } from '../../../posted-form.server.ts';
import type { RequestHandler } from './$types';

/** Makes new codes for the chosen people, and gives their letters as one PDF. */
export const POST: RequestHandler = async (event) => {
	const actor = inviter(event);
	const form = await postedForm(event.request);
	const back = (problem: string) => {
		const kept = ['school', 'class', 'audience', 'state'].map((name) => [name, String(form.get(name) ?? '')]);
		redirect(303, `/manage/invitations?${new URLSearchParams([...kept, ['problem', problem]])}`);
	};
	const chosen = await chosenPeople(actor, form, MOST_LETTERS);
	if (!chosen.ok) return back(chosen.reason);
	const { days } = district().invitations;
	const { made } = await inviteAll(serving(), actor, chosen.people, {
		way: 'letter',
		days,
		confirmsGuardians: form.get('confirms') === 'yes'
	});
	if (made.length === 0) return back('none-made');
	return printed(actor, made, { filter: chosen.filter, language: event.locals.locale });
};
