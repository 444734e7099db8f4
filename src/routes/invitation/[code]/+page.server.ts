import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { look, type CodeRefusal } from '#lib/server/auth/invitation-use.ts';
import { serving } from '#lib/server/db/serving.ts';
import { joinByInvitation, type InvitationRefusal } from '#lib/server/gate/sign-up.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { newPasswordForm } from '#lib/sign-in/forms.ts';
import { invitationForm } from '#lib/sign-in/invitation-form.ts';
import { weaknessWords } from '#lib/sign-in/weakness-words.ts';
import { afterSignIn } from '../../sign-in/after-sign-in.server.ts';
import { startSession, whereFrom } from '../../sign-in/session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	// The address is the key: no cache keeps the page, and no other site learns where one came from.
	event.setHeaders({
		'cache-control': 'no-store',
		'referrer-policy': 'same-origin',
		'x-robots-tag': 'noindex'
	});
	const { actor } = event.locals;
	const seen = await look(serving(), event.params.code, whereFrom(event), new Date());
	return {
		invited: seen.ok ? seen.invited : null,
		shut: seen.ok ? null : shutWords(seen),
		used: !seen.ok && seen.reason === 'used',
		// A slip is found by comparing; a code that is known but shut is not typed again.
		typed: !seen.ok && (seen.reason === 'typed' || seen.reason === 'unknown') ? event.params.code : '',
		signedInAs: actor.kind === 'person' ? actor.givenName : null
	};
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const password = text('password');
		const values = { by: text('by'), user_name: text('user_name'), email: text('email') };
		const refuse = (status: number, field: string, message: string) =>
			fail(status, { values, errors: [{ field, message }], lessons: false });

		const seen = await look(serving(), event.params.code, whereFrom(event), new Date());
		// The page itself says what to do about a code that opens nothing.
		if (!seen.ok) return fail(410, { values, errors: [], lessons: false });
		const isBack = seen.invited.purpose === 'recovery';
		const isGuardian = seen.invited.roles.includes('guardian');
		const parsed = isBack
			? v.safeParse(newPasswordForm(), { password })
			: v.safeParse(invitationForm(), { ...values, password });
		if (!parsed.success) return fail(400, { values, errors: fieldErrors(parsed.issues), lessons: false });

		const { address, device } = whereFrom(event);
		const { actor } = event.locals;
		const opened = await joinByInvitation(
			serving(),
			event.params.code,
			{
				login:
					values.by === 'e-mail'
						? { by: 'e-mail', address: values.email }
						: { by: 'user-name', name: values.user_name },
				password,
				locale: event.locals.locale
			},
			{
				learner: actor.kind === 'visitor' ? actor.learner : null,
				address,
				device,
				now: new Date()
			}
		);
		if (opened.ok) {
			// A way back in ends at the door: the second factor, where there is one, is asked for as always.
			if (opened.purpose === 'recovery') redirect(303, '/sign-in?done=reset');
			await startSession(event, opened.person);
			redirect(303, await afterSignIn(event, opened.person, isGuardian ? '/family' : '/learn'));
		}
		if (opened.reason === 'gate') return fail(403, { values, errors: [], lessons: true });
		const refused = fieldWords(opened, values.by);
		return refused ? refuse(400, ...refused) : fail(410, { values, errors: [], lessons: false });
	}
};

/** Field and words of a choice that can't be; null for a code that opens nothing any more. */
function fieldWords(refusal: InvitationRefusal, by: string): [field: string, message: string] | null {
	switch (refusal.reason) {
		case 'password':
			return ['password', weaknessWords[refusal.weakness]()];
		case 'user-name':
			return ['user_name', m.invite_error_user_name_characters()];
		case 'not-the-e-mail':
			return ['email', m.invite_error_not_the_email()];
		case 'login-taken':
			return by === 'e-mail'
				? ['email', m.invite_error_taken_email()]
				: ['user_name', m.invite_error_taken_user_name()];
		default:
			return null;
	}
}

function shutWords(refusal: CodeRefusal): string {
	switch (refusal.reason) {
		case 'limited':
			return m.invite_shut_limited({ minutes: String(Math.ceil(refusal.retryAfterSeconds / 60)) });
		case 'typed':
			return m.invite_shut_typed();
		case 'used':
			return m.invite_shut_used();
		case 'over':
			return m.invite_shut_over();
		case 'withdrawn':
			return m.invite_shut_withdrawn();
		case 'gone':
			return m.invite_shut_gone();
		case 'unknown':
			return m.invite_shut_unknown();
	}
}
