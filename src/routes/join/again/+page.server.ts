import { redirect } from '@sveltejs/kit';
import { hereCookie } from '#lib/server/auth/cookies.ts';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { visitorCookie } from '#lib/server/auth/visitor-cookie.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { claim } from '#lib/server/gate/sign-up.ts';
import { stayHere, visitOf } from './visit.server.ts';
import type { Actions, PageServerLoad } from './$types';

const HOME = { person: '/learn', visitor: '/join' };

export const load: PageServerLoad = async (event) => {
	const { actor, locale } = event.locals;
	const signedIn = actor.kind === 'person';
	const next = sameSitePath(event.url.searchParams.get('next'), signedIn ? HOME.person : HOME.visitor);
	const visit = await visitOf(event);
	if (!visit) redirect(303, next);
	return {
		next,
		name: signedIn ? actor.givenName : null,
		lessonsDone: visit.lessonsDone,
		lastAt: localDates(locale).date(visit.lastAt)
	};
};

export const actions: Actions = {
	/** They are theirs: a visitor goes on, and somebody with a sign-in takes them into their record. */
	mine: async (event) => {
		const { actor } = event.locals;
		const next = await nextOf(event.request);
		const visit = await visitOf(event);
		if (actor.kind === 'person' && visit) {
			// What somebody else has made theirs meanwhile is not this device's any more, either way.
			await claim(serving(), actor.person, visit.learner);
			forget(event);
			redirect(303, next || HOME.person);
		}
		if (visit) stayHere(event);
		redirect(303, next || HOME.visitor);
	},
	/** Somebody else begins: nothing on this device leads to the old lessons any more. */
	afresh: async (event) => {
		const visit = await visitOf(event);
		if (visit) await visitors.drop(serving(), visit.learner);
		forget(event);
		redirect(303, event.locals.actor.kind === 'person' ? HOME.person : HOME.visitor);
	},
	/** Somebody with a sign-in leaves them to whoever began them. */
	leave: async (event) => redirect(303, (await nextOf(event.request)) || HOME.person)
};

async function nextOf(request: Request): Promise<string> {
	return sameSitePath((await request.formData()).get('next'), '');
}

function forget(event: Parameters<typeof visitorCookie.clear>[0]): void {
	visitorCookie.clear(event);
	hereCookie.clear(event);
}
