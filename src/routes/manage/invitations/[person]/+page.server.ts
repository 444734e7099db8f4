import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { invite, RECOVERY_DAYS, standingOf } from '#lib/server/auth/invitations.ts';
import { newestOf } from '#lib/server/auth/made-invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { canDeliver } from '#lib/server/mail/delivery.ts';
import { inviter } from '../inviter.server.ts';
import { refusalWords } from '../refusal-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = inviter(event);
	const { person } = event.params;
	const known = await standingOf(serving(), actor, person);
	if (!known) error(404, m.invite_recover_unknown());
	const { inviteRefused, recoverRefused, ...whom } = known;
	const held = inviteRefused === null ? await newestOf(serving(), actor, person) : null;
	const say = localDates(event.locals.locale);
	return {
		...whom,
		/** What can be made for them; neither where the refusal says why not. */
		make:
			inviteRefused === null ? ('first' as const) : recoverRefused === null ? ('recovery' as const) : null,
		// Who has a sign-in can't be invited, and is told of what stands in the way of coming back.
		refused: refusalWords(
			recoverRefused === null || recoverRefused === 'no-sign-in'
				? (inviteRefused ?? 'unknown')
				: recoverRefused
		),
		days: { first: district().invitations.days, recovery: RECOVERY_DAYS },
		mails: canDeliver(),
		waiting:
			held?.state === 'waiting'
				? `${held.way === 'letter' ? m.invite_way_letter() : m.invite_way_e_mail()}, ${m.invite_until({ date: say.lastDay(held.until) })}`
				: null,
		unchecked: event.url.searchParams.has('unchecked'),
		sent: event.url.searchParams.has('sent')
	};
};

export const actions: Actions = {
	send: async (event) => {
		const actor = inviter(event);
		const { person } = event.params;
		const confirmsGuardians = (await event.request.formData()).get('confirms') === 'yes';
		const { days } = district().invitations;
		const made = await invite(serving(), actor, person, { way: 'e-mail', days, confirmsGuardians });
		if (made.ok) redirect(303, `/manage/invitations/${person}?sent`);
		return fail(400, { message: refusalWords(made.reason) });
	}
};
