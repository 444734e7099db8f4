import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { ask } from '#lib/server/auth/password-reset.ts';
import { wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { canDeliver, delivery } from '#lib/server/mail/delivery.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { forgotForm } from '#lib/sign-in/forms.ts';
import { whereFrom } from '../session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
	const { contacts, language } = wordsIn(locals.locale);
	const sends = delivery().by;
	return {
		sends,
		asked: sends !== 'none' && url.searchParams.has('asked'),
		contacts: { office: contacts.office, technology: contacts.technology, language }
	};
};

export const actions: Actions = {
	default: async (event) => {
		if (!canDeliver()) redirect(303, '/sign-in/forgot');
		const email = String((await event.request.formData()).get('email') ?? '');
		const parsed = v.safeParse(forgotForm(), { email });
		if (!parsed.success) return fail(400, { email, errors: fieldErrors(parsed.issues), message: '' });
		const { address } = whereFrom(event);
		const asked = await ask(
			serving(),
			{ email: parsed.output.email, locale: event.locals.locale, address },
			new Date()
		);
		if (!asked.ok) {
			event.setHeaders({ 'retry-after': String(asked.retryAfterSeconds) });
			const minutes = String(Math.ceil(asked.retryAfterSeconds / 60));
			return fail(429, { email, errors: [], message: m.forgot_error_limited({ minutes }) });
		}
		redirect(303, '/sign-in/forgot?asked');
	}
};
