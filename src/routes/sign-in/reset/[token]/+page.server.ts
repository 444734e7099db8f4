import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import * as reset from '#lib/server/auth/password-reset.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { newPasswordForm } from '#lib/sign-in/forms.ts';
import { weaknessWords } from '#lib/sign-in/weakness-words.ts';
import { whereFrom } from '../../session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, setHeaders }) => {
	// The address is the key: no cache keeps the page, and no other site learns where one came from. (Not “no-referrer”:
	// a form sent without JavaScript would have the origin “null”, and be refused.)
	setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' });
	return { whose: await reset.whose(serving(), params.token) };
};

export const actions: Actions = {
	default: async (event) => {
		const password = String((await event.request.formData()).get('password') ?? '');
		const parsed = v.safeParse(newPasswordForm(), { password });
		if (!parsed.success) return fail(400, { errors: fieldErrors(parsed.issues) });
		const { name, short, emailDomains } = district();
		const { address, device } = whereFrom(event);
		const chosen = await reset.choose(serving(), event.params.token, password, {
			districtWords: [name, short, ...emailDomains, 'Waypost'],
			address,
			device
		});
		if (chosen.ok) redirect(303, '/sign-in?done=reset');
		// The page itself says what to do about a link that is used up.
		if (chosen.reason === 'link') return fail(410, { errors: [] });
		return fail(400, { errors: [{ field: 'password', message: weaknessWords[chosen.reason]() }] });
	}
};
