import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import * as firstAdministrator from '#lib/server/auth/first-administrator.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { firstAdministratorForm } from '#lib/sign-in/forms.ts';
import { weaknessWords } from '#lib/sign-in/weakness-words.ts';
import { startSession } from '../../sign-in/session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, setHeaders }) => {
	// The address is the key: no cache keeps the page, and no other site learns where one came from. (Not “no-referrer”:
	// a form sent without JavaScript would have the origin “null”, and be refused.)
	setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' });
	return { good: await firstAdministrator.isGood(serving(), params.token) };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const values = { given_name: text('given_name'), family_name: text('family_name'), email: text('email') };
		const parsed = v.safeParse(firstAdministratorForm(), { ...values, password: text('password') });
		if (!parsed.success) return fail(400, { values, errors: fieldErrors(parsed.issues) });

		const { given_name, family_name, email, password } = parsed.output;
		const { name, short, emailDomains } = district();
		const made = await firstAdministrator.useLink(
			serving(),
			event.params.token,
			{ givenName: given_name, familyName: family_name, email, password },
			{
				districtName: name,
				districtWords: [name, short, ...emailDomains, 'Waypost'],
				locale: event.locals.locale
			}
		);
		if (made.ok) {
			await startSession(event, made.person);
			redirect(303, '/learn');
		}
		// The page itself says what to do about a link that is used up.
		if (made.reason === 'link') return fail(410, { values, errors: [] });
		if (made.reason === 'login-taken') {
			return fail(400, { values, errors: [{ field: 'email', message: m.signin_error_taken() }] });
		}
		return fail(400, { values, errors: [{ field: 'password', message: weaknessWords[made.reason]() }] });
	}
};
