import { redirect } from '@sveltejs/kit';
import { recover } from '#lib/server/auth/invitations.ts';
import { serving } from '#lib/server/db/serving.ts';
import { inviter } from '../../../inviter.server.ts';
import { printed } from '../../../print.server.ts';
import type { RequestHandler } from './$types';

/** Makes a way back in for somebody who stands before the actor, and gives its letter. */
export const POST: RequestHandler = async (event) => {
	const actor = inviter(event);
	const identityChecked = (await event.request.formData()).get('checked') === 'yes';
	const { person } = event.params;
	const made = await recover(serving(), actor, person, { identityChecked });
	if (!made.ok) {
		// The page says why not, whatever has become of the person meanwhile.
		const why = made.reason === 'identity-not-checked' ? '?unchecked' : '';
		redirect(303, `/manage/invitations/recover/${encodeURIComponent(person)}${why}`);
	}
	return printed(actor, [made.invitation], { filter: null, language: event.locals.locale });
};
