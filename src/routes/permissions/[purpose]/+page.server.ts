import { fail, redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import {
	answerIn,
	missingAnswer,
	permissionOf,
	permissionPage,
	refusalInWords
} from '../../family/permission-page.server.ts';
import { openOwn } from '../student.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { actor, all } = await openOwn(event);
	const permission = permissionOf(all, event.params.purpose);
	if (!all.signing.student) redirect(303, '/permissions');
	const name = `${actor.givenName} ${actor.familyName}`;
	return {
		name: actor.givenName,
		done: event.url.searchParams.get('done'),
		permission: permissionPage(
			permission,
			all,
			{ as: 'student', person: actor.person },
			{ name, about: name },
			event.locals.locale
		)
	};
};

export const actions: Actions = {
	choose: async (event) => {
		await openOwn(event);
		const chosen = answerIn(await event.request.formData());
		return chosen ? { chosen } : fail(400, { errors: missingAnswer() });
	},
	sign: async (event) => {
		const { actor } = await openOwn(event);
		const form = await event.request.formData();
		const act = answerIn(form);
		if (!act) return fail(400, { errors: missingAnswer() });
		const result = await permissions.signAsStudent(serving(), actor, {
			purpose: event.params.purpose,
			act,
			text: String(form.get('text') ?? ''),
			locale: event.locals.locale
		});
		if (!result.ok) return fail(400, { answer: act, errors: refusalInWords(result) });
		redirect(303, `${event.url.pathname}?done=${act}`);
	},
	withdraw: async (event) => {
		const { actor } = await openOwn(event);
		const result = await permissions.withdrawAsStudent(serving(), actor, {
			purpose: event.params.purpose,
			locale: event.locals.locale
		});
		if (!result.ok) return fail(400, { errors: refusalInWords(result) });
		redirect(303, `${event.url.pathname}?done=withdrawn`);
	}
};
