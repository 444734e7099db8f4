import { redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import { myTraining } from './my-training.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { actor } = event.locals;
	if (actor.kind === 'visitor') redirect(303, '/join');
	if (actor.kind === 'nobody') redirect(303, '/sign-in?next=/learn');
	return {
		...(await myTraining(serving(), actor, event.locals.locale)),
		/** They have just made their sign-in from what they did as a visitor. */
		welcome:
			event.url.searchParams.has('welcome') && actor.affiliations.some(({ role }) => role === 'guardian')
	};
};
