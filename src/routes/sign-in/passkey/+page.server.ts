import { fail, redirect } from '@sveltejs/kit';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { signInWithPasskey } from '#lib/server/auth/second-factor/sign-in-step.ts';
import { serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { partyOf } from '../../relying-party.server.ts';
import { afterSignIn } from '../after-sign-in.server.ts';
import { keepSession, whereFrom } from '../session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

const HOME = '/learn';

export const load: PageServerLoad = (event) => {
	const next = sameSitePath(event.url.searchParams.get('next'), '');
	if (event.locals.actor.kind === 'person') redirect(303, next || HOME);
	return { next, passkeysWork: partyOf(event) !== null };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const next = sameSitePath(form.get('next'), '');
		const shared = form.get('shared') !== null;
		const party = partyOf(event);
		if (!party) return fail(400, { next, shared, message: m.factor_signin_passkeys_off() });
		const { device, deviceLabel: label } = whereFrom(event);
		const answer = await signInWithPasskey(
			serving(),
			String(form.get('response') ?? ''),
			party,
			{ device, label, shared },
			new Date()
		);
		if (!answer.ok) return fail(400, { next, shared, message: m.factor_signin_passkey_wrong() });
		await keepSession(event, answer);
		redirect(303, await afterSignIn(event, answer.person, next || HOME));
	}
};
