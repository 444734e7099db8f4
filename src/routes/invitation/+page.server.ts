import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { readInvitationCode, shownInvitationCode } from '#lib/server/auth/invitation-code.ts';
import { wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	const { contacts, language } = wordsIn(locals.locale);
	return { office: contacts.office, language };
};

export const actions: Actions = {
	default: async ({ request }) => {
		const typed = String((await request.formData()).get('code') ?? '').slice(0, 100);
		const read = readInvitationCode(typed);
		if (read.ok) redirect(303, `/invitation/${shownInvitationCode(typed)}`);
		const message = {
			empty: () => m.invite_error_empty(),
			characters: () =>
				m.invite_error_characters({ characters: 'characters' in read ? read.characters : '' }),
			length: () => m.invite_error_length({ count: 'count' in read ? read.count : 0 })
		}[read.reason]();
		return fail(400, { typed, errors: [{ field: 'code', message }] });
	}
};
