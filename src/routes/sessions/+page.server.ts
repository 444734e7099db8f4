import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { sessionCookie } from '#lib/server/auth/cookies.ts';
import { changePassword } from '#lib/server/auth/password-change.ts';
import { ownWords } from '#lib/server/auth/passwords.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import * as identityLinks from '#lib/server/auth/single-sign-on/identity-links.ts';
import { labelOf } from '#lib/server/auth/single-sign-on/providers.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { fieldErrors } from '#lib/sign-in/field-errors.ts';
import { passwordChangeForm } from '#lib/sign-in/forms.ts';
import { weaknessWords } from '#lib/sign-in/weakness-words.ts';
import { limitedWords } from '../sign-in/limited-words.server.ts';
import { keepSession, whereFrom } from '../sign-in/session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = signedIn(event);
	const { locale } = event.locals;
	const zone = district().time_zone;
	const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: zone });
	const words = (at: Date) => `${formatDate(at, locale, zone)}, ${time.format(at)}`;
	const listed = await sessions.list(serving(), actor.person, new Date());
	const { links, removable } = await identityLinks.ownLinks(serving(), actor);
	const done = event.url.searchParams.get('done');
	return {
		done:
			(['ended', 'gone', 'password', 'unlinked', 'link-gone'] as const).find((word) => word === done) ?? null,
		links: links.map(({ id, issuer, linkedAt, lastUsedAt }) => ({
			id,
			label: labelOf(issuer),
			since: words(linkedAt),
			used: words(lastUsedAt)
		})),
		linksRemovable: removable.ok,
		sessions: listed.map(({ publicId, device, shared, createdAt, lastSeenAt }) => ({
			id: publicId,
			shared,
			device: device || m.signin_sessions_unknown(),
			here: publicId === actor.session,
			begun: words(createdAt),
			used: words(lastSeenAt)
		}))
	};
};

export const actions: Actions = {
	end: async (event) => {
		const actor = signedIn(event);
		const id = String((await event.request.formData()).get('session') ?? '');
		const ended = await sessions.revoke(serving(), actor.person, id);
		redirect(303, `/sessions?done=${ended ? 'ended' : 'gone'}`);
	},
	unlink: async (event) => {
		const actor = signedIn(event);
		const id = String((await event.request.formData()).get('link') ?? '');
		const answer = await identityLinks.removeOwn(serving(), actor, id);
		if (!answer.ok && answer.reason === 'only-way')
			return fail(400, { errors: [], message: m.sso_links_only_way() });
		redirect(303, `/sessions?done=${answer.ok ? 'unlinked' : 'link-gone'}`);
	},
	everywhere: async (event) => {
		await sessions.revokeAll(serving(), signedIn(event).person);
		sessionCookie.clear(event);
		redirect(303, '/sign-in?out=everywhere');
	},
	password: async (event) => {
		const actor = signedIn(event);
		const form = await event.request.formData();
		const parsed = v.safeParse(passwordChangeForm(), {
			current: form.get('current'),
			next: form.get('next')
		});
		if (!parsed.success) return fail(400, { errors: fieldErrors(parsed.issues), message: '' });
		const { name, short, emailDomains } = district();
		const answer = await changePassword(
			serving(),
			actor,
			{
				...parsed.output,
				...whereFrom(event),
				ownWords: ownWords([
					name,
					short,
					...emailDomains,
					'Waypost',
					actor.givenName,
					actor.familyName,
					actor.email
				])
			},
			new Date()
		);
		if (answer.ok) {
			await keepSession(event, answer);
			redirect(303, '/sessions?done=password');
		}
		const refused = (field: string, message: string) =>
			fail(400, { errors: [{ field, message }], message: '' });
		switch (answer.reason) {
			case 'limited':
				return fail(429, { errors: [], message: limitedWords(answer.retryAfterSeconds) });
			case 'no-sign-in':
				return fail(400, { errors: [], message: m.signin_error_no_sign_in() });
			case 'wrong':
				return refused('current', m.signin_error_current_wrong());
			default:
				return refused('next', weaknessWords[answer.reason]());
		}
	}
};

function signedIn({ locals, url }: RequestEvent): PersonActor {
	if (locals.actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	return locals.actor;
}
