import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { signIn } from '#lib/server/auth/sign-in.ts';
import { serving } from '#lib/server/db/serving.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { signInForm } from '#lib/sign-in/forms.ts';
import type { Actions, PageServerLoad } from './$types';
import { afterSignIn } from './after-sign-in.server.ts';
import { limitedWords } from './limited-words.server.ts';
import { keepSession, whereFrom } from './session-start.server.ts';

const HOME = '/learn';

export const load: PageServerLoad = ({ locals, url }) => {
	const next = sameSitePath(url.searchParams.get('next'), '');
	if (locals.actor.kind === 'person') redirect(303, next || HOME);
	const done = url.searchParams.get('out') ?? url.searchParams.get('done');
	return { next, done: (['here', 'everywhere', 'reset'] as const).find((word) => word === done) ?? null };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const email = String(form.get('email') ?? '');
		const next = sameSitePath(form.get('next'), '');
		const parsed = v.safeParse(signInForm(), { email, password: form.get('password') });
		if (!parsed.success) return fail(400, { email, next, errors: fieldErrors(parsed.issues), message: '' });

		const input = { login: parsed.output.email, password: parsed.output.password, ...whereFrom(event) };
		const answer = await signIn(serving(), input, new Date());
		if (!answer.ok && answer.reason === 'limited') {
			event.setHeaders({ 'retry-after': String(answer.retryAfterSeconds) });
			return fail(429, { email, next, errors: [], message: limitedWords(answer.retryAfterSeconds) });
		}
		if (!answer.ok) return fail(400, { email, next, errors: [], message: m.signin_error_wrong() });
		await keepSession(event, answer);
		redirect(303, await afterSignIn(event, answer.person, next || HOME));
	}
};
