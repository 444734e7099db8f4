import { fail, redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { openChild } from '../../../guardian.server.ts';
import {
	answerIn,
	missingAnswer,
	permissionOf,
	permissionPage,
	refusalInWords
} from '../../../permission-page.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { actor, child, name } = await openChild(event);
	const bands = child.schools.map(({ band }) => band);
	const all = await permissions.ofStudent(serving(), { person: child.person, bands }, actor.person);
	const fullName = `${child.givenName} ${child.familyName}`;
	const signer = {
		name: m.family_check_signer_guardian({ name: `${actor.givenName} ${actor.familyName}`, child: fullName }),
		about: fullName
	};
	return {
		child: { person: child.person, name },
		done: event.url.searchParams.get('done'),
		permission: permissionPage(
			permissionOf(all, event.params.purpose),
			all,
			{ as: 'guardian', person: actor.person, name },
			signer,
			event.locals.locale
		)
	};
};

export const actions: Actions = {
	choose: async (event) => {
		await openChild(event);
		const chosen = answerIn(await event.request.formData());
		return chosen ? { chosen } : fail(400, { errors: missingAnswer() });
	},
	sign: async (event) => {
		const { actor, child } = await openChild(event);
		const form = await event.request.formData();
		const act = answerIn(form);
		if (!act) return fail(400, { errors: missingAnswer() });
		const result = await permissions.signAsGuardian(serving(), actor, child.person, {
			purpose: event.params.purpose,
			act,
			text: String(form.get('text') ?? ''),
			locale: event.locals.locale
		});
		if (!result.ok) return fail(400, { answer: act, errors: refusalInWords(result) });
		redirect(303, `${event.url.pathname}?done=${act}`);
	},
	withdraw: async (event) => {
		const { actor, child } = await openChild(event);
		const result = await permissions.withdrawAsGuardian(serving(), actor, child.person, {
			purpose: event.params.purpose,
			locale: event.locals.locale
		});
		if (!result.ok) return fail(400, { errors: refusalInWords(result) });
		redirect(303, `${event.url.pathname}?done=withdrawn`);
	}
};
