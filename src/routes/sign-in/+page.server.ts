import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { signIn } from '#lib/server/auth/sign-in.ts';
import { providers } from '#lib/server/auth/single-sign-on/providers.ts';
import { serving } from '#lib/server/db/serving.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { signInForm } from '#lib/sign-in/forms.ts';
import { partyOf } from '../relying-party.server.ts';
import type { Actions, PageServerLoad } from './$types';
import { afterSignIn } from './after-sign-in.server.ts';
import { limitedWords } from './limited-words.server.ts';
import { keepOrAsk, whereFrom } from './session-start.server.ts';

const HOME = '/learn';

export const load: PageServerLoad = (event) => {
	const { locals, url } = event;
	const next = sameSitePath(url.searchParams.get('next'), '');
	if (locals.actor.kind === 'person') redirect(303, next || HOME);
	const done = url.searchParams.get('out') ?? url.searchParams.get('done');
	return {
		next,
		done: (['here', 'everywhere', 'over', 'reset'] as const).find((word) => word === done) ?? null,
		passkeysWork: partyOf(event) !== null,
		providers: providers().map(({ id, label }) => ({ id, label }))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const email = String(form.get('email') ?? '');
		const next = sameSitePath(form.get('next'), '');
		const shared = form.get('shared') !== null;
		const typed = { email, next, shared };
		const parsed = v.safeParse(signInForm(), { email, password: form.get('password') });
		if (!parsed.success) return fail(400, { ...typed, errors: fieldErrors(parsed.issues), message: '' });

		const { email: login, password } = parsed.output;
		const answer = await signIn(serving(), { login, password, shared, ...whereFrom(event) }, new Date());
		if (!answer.ok && answer.reason === 'limited') {
			event.setHeaders({ 'retry-after': String(answer.retryAfterSeconds) });
			return fail(429, { ...typed, errors: [], message: limitedWords(answer.retryAfterSeconds) });
		}
		if (!answer.ok && answer.reason === 'wrong')
			return fail(400, { ...typed, errors: [], message: m.signin_error_wrong() });
		await keepOrAsk(event, answer, next);
		redirect(303, answer.ok ? await afterSignIn(event, answer.person, next || HOME) : HOME);
	}
};
