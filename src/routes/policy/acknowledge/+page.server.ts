import { fail, redirect } from '@sveltejs/kit';
import { catalogue, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { settle } from '#lib/server/certification/completions.ts';
import { ofLearner } from '#lib/server/certification/holdings.ts';
import { serving } from '#lib/server/db/serving.ts';
import { acknowledge } from '#lib/server/learning/acknowledgements.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { whoAsks } from '../../learn/learner.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const who = signedInOnly(event);
	const policy = mainPolicy();
	const held = await ofLearner(serving(), who.learner);
	const given = held.acknowledgements.find(
		(entry) => entry.policy === policy.policy && entry.version === policy.version
	);
	return {
		policy: { number: policy.number, title: policy.title, version: policy.version, blocks: policy.blocks },
		given: given ? localDates(event.locals.locale).date(given.at) : null
	};
};

export const actions: Actions = {
	default: async (event) => {
		const who = signedInOnly(event);
		const form = await event.request.formData();
		if (form.get('read') !== 'yes')
			return fail(400, { errors: [{ field: 'read', message: m.learn_acknowledge_tick() }] });
		const course = event.url.searchParams.get('course');
		const certificate = await serving()
			.transaction()
			.execute(async (trx) => {
				await acknowledge(trx, who, mainPolicy());
				let issued: string | null = null;
				for (const slug of Object.keys(catalogue().courses)) {
					const settled = await settle(trx, who, slug);
					if (settled.certificate && (issued === null || slug === course)) issued = settled.certificate;
				}
				return issued;
			});
		redirect(
			303,
			certificate ? `/certificates/${certificate}?new=1` : course ? `/learn/${course}` : '/learn'
		);
	}
};

function signedInOnly(event: RequestEvent) {
	// The policy is acknowledged in its own words.
	const who = whoAsks(event, null);
	if (!who || event.locals.actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname + event.url.search)}`);
	return who;
}
