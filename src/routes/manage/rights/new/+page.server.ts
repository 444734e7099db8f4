import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { grantRight } from '#lib/server/auth/can.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as rights from '#lib/server/people/rights.ts';
import { search } from '#lib/server/people/search.ts';
import { rightWord } from '#lib/server/records/event-words.ts';
import { districtAdministrator } from '../../administrator.server.ts';
import { listedInWords } from '../../people/people-words.server.ts';
import { grantRefusal } from '../rights-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** First the person is looked for; then the right, the place and the days are chosen. */
export const load: PageServerLoad = async (event) => {
	const actor = districtAdministrator(event);
	const params = event.url.searchParams;
	const q = params.get('q')?.trim() ?? '';
	const person = params.get('person') ?? '';
	const base = { q, found: null, chosen: null };
	if (person === '') {
		if (q === '') return base;
		const filter = { letters: q, school: null, role: null, presence: 'here', signsIn: null } as const;
		const found = await search(serving(), actor, filter, { size: 20 });
		return { ...base, found: found.people.map(listedInWords) };
	}
	const chosen = await rights.candidate(serving(), actor, person);
	if (!chosen) error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
	// Of anybody who may be given no right at all it is said before anything is filled in.
	const may = grantRight(actor, { ...chosen, right: 'auditor' });
	return {
		...base,
		chosen: {
			person,
			name: chosen.name,
			refused: may.ok ? null : grantRefusal(may.reason).message,
			today: civilDate(await now(serving()), district().time_zone),
			rights: rights.rights.map((right) => ({
				value: right,
				label: rightWord(right),
				hint: rightHint(right)
			})),
			places: (await rights.places(serving())).map(({ id, name }) => ({ value: id, label: name }))
		}
	};
};

function rightHint(right: (typeof rights.rights)[number]): string {
	return {
		'district-administrator': m.people_right_district_administrator_hint,
		'school-administrator': m.people_right_school_administrator_hint,
		reviewer: m.people_right_reviewer_hint,
		auditor: m.people_right_auditor_hint
	}[right]();
}

export const actions: Actions = {
	default: async (event) => {
		const actor = districtAdministrator(event);
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '').trim();
		const values = {
			right: text('right'),
			place: text('place'),
			from: text('from'),
			through: text('through')
		};
		const right = rights.rights.find((known) => known === values.right);
		const errors = [
			...(right ? [] : [{ field: 'right', message: m.people_grant_error_right() }]),
			...(values.place ? [] : [{ field: 'place', message: m.people_grant_error_place() }])
		];
		if (!right || errors.length > 0) return fail(400, { values, errors, message: '' });
		const person = text('person');
		const answer = await rights.grant(serving(), actor, {
			person,
			right,
			place: values.place,
			from: values.from,
			through: values.through || null
		});
		if (answer.ok) redirect(303, '/manage/rights?done=granted');
		const { field, message } = grantRefusal(answer.reason);
		return field
			? fail(400, { values, errors: [{ field, message }], message: '' })
			: fail(403, { values, errors: [], message });
	}
};
