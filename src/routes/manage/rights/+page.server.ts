import { administerDistrict } from '#lib/server/auth/can.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as rights from '#lib/server/people/rights.ts';
import { auditReader } from '../administrator.server.ts';
import { heldInWords } from './rights-words.server.ts';
import type { PageServerLoad } from './$types';

const dones = ['granted', 'ended'] as const;

export const load: PageServerLoad = async (event) => {
	const actor = auditReader(event);
	const withOver = event.url.searchParams.has('all');
	const done = event.url.searchParams.get('done');
	const held = await rights.held(serving(), actor);
	const say = localDates(event.locals.locale);
	return {
		done: dones.find((word) => word === done) ?? null,
		mayChange: administerDistrict(actor).ok,
		withOver,
		over: held.filter(({ standing }) => standing === 'over').length,
		rights: held
			.filter(({ standing }) => withOver || standing !== 'over')
			.map((right) => heldInWords(right, say))
	};
};
