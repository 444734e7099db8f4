import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { administerDistrict, manageFamilies, readAudit } from '#lib/server/auth/can.ts';
import * as identityLinks from '#lib/server/auth/single-sign-on/identity-links.ts';
import * as secondFactor from '#lib/server/auth/second-factor/second-factor.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as signIns from '#lib/server/people/sign-ins.ts';
import * as personStory from '#lib/server/records/person-story.ts';
import { peopleReader } from '../../administrator.server.ts';
import { refusedSignIn, storyInWords } from './story-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

const dones = ['end-sessions', 'disable', 'enable', 'reset-factor', 'unlinked', 'merged', 'undone'] as const;

export const load: PageServerLoad = async (event) => {
	const actor = peopleReader(event);
	const found = await personStory.read(serving(), actor, event.params.id);
	if (!found) error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
	if (found.mergedInto !== null) redirect(303, `/manage/people/${found.mergedInto}`);
	const { story } = found;
	const done = event.url.searchParams.get('done');
	return {
		...storyInWords(story, event.locals.locale),
		done: dones.find((word) => word === done) ?? null,
		may: {
			manageSignIn: story.mayManageSignIn,
			removeLinks: story.mayRemoveIdentityLinks,
			families: manageFamilies(actor).ok,
			change: administerDistrict(actor).ok && !story.own,
			audit: readAudit(actor).ok
		}
	};
};

const act = (what: signIns.SignInAct) => async (event: RequestEvent<{ id: string }>) => {
	const actor = peopleReader(event);
	const answer = await signIns.manage(serving(), actor, event.params.id, what);
	if (answer.ok) redirect(303, `/manage/people/${event.params.id}?done=${what}`);
	if (answer.reason === 'unknown-person')
		error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
	return fail(answer.reason === 'no-sign-in' ? 400 : 403, { message: refusedSignIn(answer.reason) });
};

export const actions: Actions = {
	endSessions: act('end-sessions'),
	disable: act('disable'),
	enable: act('enable'),
	/** For somebody whose sign-in at the other service was made anew. */
	unlink: async (event) => {
		const actor = peopleReader(event);
		const id = String((await event.request.formData()).get('link') ?? '');
		const answer = await identityLinks.removeOf(serving(), actor, id);
		if (answer.ok) redirect(303, `/manage/people/${event.params.id}?done=unlinked`);
		switch (answer.reason) {
			case 'unknown-link':
				return fail(400, { message: m.sso_links_gone() });
			case 'own-link':
				return fail(403, { message: m.people_refuse_own_sign_in() });
			default:
				return fail(403, { message: m.people_refused_change() });
		}
	},
	/** For somebody who has lost their second factor; whoever does it has made sure who asks. */
	resetFactor: async (event) => {
		const actor = peopleReader(event);
		const answer = await secondFactor.reset(serving(), actor, event.params.id);
		if (answer.ok) redirect(303, `/manage/people/${event.params.id}?done=reset-factor`);
		const { reason } = answer;
		if (reason === 'no-such-person')
			error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
		if (reason === 'nothing-to-reset') return fail(400, { message: m.factor_reset_nothing() });
		if (reason === 'second-factor') return fail(403, { message: m.factor_needed() });
		return fail(403, { message: refusedSignIn(reason) });
	}
};
