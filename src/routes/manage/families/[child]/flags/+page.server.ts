import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { FlagBasis } from '#lib/server/db/schema.ts';
import {
	clearFlag,
	setFlag,
	studentFlags,
	today,
	type FlagResult
} from '#lib/server/families/student-flags.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { officeMember, openFamily, refuse } from '../../office.server.ts';
import type { Actions, PageServerLoad, RouteParams } from './$types';

const bases: readonly FlagBasis[] = ['age', 'grade', 'court-order', 'correction'];

export const load: PageServerLoad = async (event) => {
	const { family } = await openFamily(event);
	const say = localDates(event.locals.locale);
	return {
		child: { person: family.child.person, name: family.child.name },
		done: event.url.searchParams.get('done'),
		today: await today(serving()),
		flags: studentFlags.map((flag) => {
			const held = family.flags.find((entry) => entry.flag === flag);
			return {
				flag,
				held: held
					? {
							begun: held.from === null || held.from <= family.permissions.at,
							from: held.from && say.date(held.from),
							through: held.until && say.lastDay(held.until),
							basis: held.basis
						}
					: null
			};
		})
	};
};

export const actions: Actions = {
	set: async (event) => {
		const { actor, flag, basis, form } = await read(event);
		const from = String(form.get(`${flag}_from`) ?? '');
		const through = String(form.get(`${flag}_through`) ?? '');
		const kept = { flag, from, through, basis };
		if (!basis) return fail(400, { ...kept, errors: [basisMissing(flag)] });
		const time = { from, through: through || null, basis };
		const result = await setFlag(serving(), actor, event.params.child, flag, time);
		return finish(event, result, 'set', kept);
	},
	clear: async (event) => {
		const { actor, flag, basis } = await read(event);
		const kept = { flag, from: '', through: '', basis };
		if (!basis) return fail(400, { ...kept, errors: [basisMissing(flag)] });
		return finish(event, await clearFlag(serving(), actor, event.params.child, flag, basis), 'cleared', kept);
	}
};

type Event = RequestEvent<RouteParams>;

async function read(event: Event) {
	const actor = officeMember(event);
	const form = await event.request.formData();
	const flag = studentFlags.find((known) => known === form.get('flag')) ?? studentFlags[0];
	const basis = bases.find((known) => known === form.get(`${flag}_basis`)) ?? null;
	return { actor, form, flag, basis };
}

const basisMissing = (flag: string) => ({ field: `${flag}_basis`, message: m.family_error_basis() });

function finish<Kept extends { flag: string }>(event: Event, result: FlagResult, done: string, kept: Kept) {
	if (result.ok) redirect(303, `${event.url.pathname}?done=${done}`);
	if (result.reason === 'not-found' || result.reason === 'may-not') refuse(result);
	const error =
		result.reason === 'ends-first'
			? { field: `${kept.flag}_through`, message: m.family_error_ends_first() }
			: { field: `${kept.flag}_from`, message: m.family_error_date() };
	return fail(400, { ...kept, errors: [error] });
}
