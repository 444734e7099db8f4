import { redirect } from '@sveltejs/kit';
import { invite, recover, standingOf } from '#lib/server/auth/invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { inviter } from '../../inviter.server.ts';
import { printed } from '../../print.server.ts';
import { postedForm } from '../../../../posted-form.server.ts';
import type { RequestHandler } from './$types';

/**
 * The letter of one person: an invitation where they have no sign-in; where they have one, a way back in for whoever
 * stands before the actor.
 */
export const POST: RequestHandler = async (event) => {
	const actor = inviter(event);
	const { person } = event.params;
	const form = await postedForm(event.request);
	const known = await standingOf(serving(), actor, person);
	const made =
		known?.inviteRefused === null
			? await invite(serving(), actor, person, {
					way: 'letter',
					days: district().invitations.days,
					confirmsGuardians: form.get('confirms') === 'yes'
				})
			: await recover(serving(), actor, person, { identityChecked: form.get('checked') === 'yes' });
	if (made.ok) return printed(actor, [made.invitation], { filter: null, language: event.locals.locale });
	// The page says why not, whatever has become of the person meanwhile.
	const why = made.reason === 'identity-not-checked' ? '?unchecked' : '';
	redirect(303, `/manage/invitations/${encodeURIComponent(person)}${why}`);
};
