import { fail, redirect } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as conflicts from '#lib/server/roster/conflicts.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { pageNumber } from '../../../page-number.server.ts';
import { roleWord } from '../../records/record-words.ts';
import { rosterKeeper } from '../keeper.server.ts';
import type { Actions, PageServerLoad } from './$types';

const size = 20;

export const load: PageServerLoad = async (event) => {
	const actor = rosterKeeper(event);
	const say = localDates(event.locals.locale);
	const page = pageNumber(event.url.searchParams);
	const {
		total,
		alike,
		conflicts: open
	} = await conflicts.open(serving(), actor.person, {
		limit: size,
		offset: (page - 1) * size
	});
	const roles = (list: conflicts.OpenConflict['roster']['roles']) =>
		list.map(({ role, school }) => m.roster_role_at({ role: roleWord(role), school })).join('; ') ||
		m.roster_conflict_none();
	const done = event.url.searchParams.get('done');
	return {
		total,
		alike,
		page,
		pages: Math.max(1, Math.ceil(total / size)),
		size,
		done:
			done === null
				? null
				: /^\d+$/.test(done)
					? m.roster_conflict_alike_done({ count: done })
					: m.roster_conflict_done(),
		conflicts: open.map(({ id, kind, sourcedId, roster, person }) => ({
			id,
			why:
				kind === 'other-name'
					? m.roster_conflict_other_name({ id: sourcedId })
					: m.roster_conflict_email_returns({ email: roster.email ?? '' }),
			own: person.id === actor.person,
			sides: [
				{
					label: m.roster_conflict_says(),
					name: `${roster.givenName} ${roster.familyName}`,
					rows: [
						{ label: m.roster_conflict_id(), value: sourcedId },
						{ label: m.roster_conflict_email(), value: roster.email ?? m.roster_conflict_none() },
						{ label: m.roster_conflict_roles(), value: roles(roster.roles) }
					]
				},
				{
					label: m.roster_conflict_record(),
					name: `${person.givenName} ${person.familyName}`,
					left: person.endedAt && m.roster_conflict_left({ date: say.date(person.endedAt) }),
					rows: [
						{ label: m.roster_conflict_id(), value: person.sourcedId ?? m.roster_conflict_none() },
						{ label: m.roster_conflict_email(), value: person.email ?? m.roster_conflict_none() },
						{ label: m.roster_conflict_roles(), value: roles(person.roles) }
					]
				}
			]
		}))
	};
};

const decisions = ['same-person', 'different-person'] as const;

export const actions: Actions = {
	decide: async (event) => {
		const actor = rosterKeeper(event);
		const form = await event.request.formData();
		const decision = decisions.find((known) => known === form.get('decision'));
		const id = String(form.get('conflict') ?? '');
		const isId = /^[0-9a-f-]{36}$/i.test(id);
		if (!decision || !isId) return fail(400, { refusal: m.roster_conflict_gone() });
		const decided = await conflicts.decide(serving(), actor.person, id, decision);
		if (decided.ok) redirect(303, '/manage/roster/conflicts?done=one');
		return fail(decided.reason === 'own-record' ? 403 : 409, {
			refusal: decided.reason === 'own-record' ? m.roster_conflict_own() : m.roster_conflict_gone()
		});
	},
	alike: async (event) => {
		const actor = rosterKeeper(event);
		const count = await conflicts.decideAlike(serving(), actor.person);
		redirect(303, `/manage/roster/conflicts?done=${count}`);
	}
};
