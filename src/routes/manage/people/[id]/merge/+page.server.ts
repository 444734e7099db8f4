import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as merges from '#lib/server/people/merge.ts';
import { search } from '#lib/server/people/search.ts';
import * as personStory from '#lib/server/records/person-story.ts';
import { districtAdministrator } from '../../../administrator.server.ts';
import { listedInWords } from '../../people-words.server.ts';
import { factsInWords, noteWords, refusalWords } from './merge-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** First the other record is looked for; then both stand side by side, and it is said what merging them would do. */
export const load: PageServerLoad = async (event) => {
	const actor = districtAdministrator(event);
	const { id } = event.params;
	const params = event.url.searchParams;
	const [first] = await personStory.factsOf(serving(), actor, [id]);
	if (!first) error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
	const other = params.get('with') ?? '';
	const q = params.get('q')?.trim() ?? '';
	const base = { person: id, name: first.name, q, found: null, compared: null };
	if (!other) {
		if (q === '') return base;
		const filter = { letters: q, school: null, role: null, presence: 'any', signsIn: null } as const;
		const found = await search(serving(), actor, filter, { size: 20 });
		return { ...base, found: found.people.filter(({ person }) => person !== id).map(listedInWords) };
	}
	const [, second] = await personStory.factsOf(serving(), actor, [id, other]);
	if (!second) error(404, { message: m.people_unknown(), hint: m.people_unknown_hint() });
	const kept = params.get('keep') === other ? other : id;
	const absorbed = kept === id ? other : id;
	const { refusals, notes, seen } = await merges.compare(serving(), actor, { kept, absorbed });
	const say = localDates(event.locals.locale);
	return {
		...base,
		compared: {
			kept,
			absorbed,
			seen,
			sides: [first, second].map((side) => factsInWords(side, say)),
			refusals: refusals.map(refusalWords),
			notes: notes.map(noteWords)
		}
	};
};

export const actions: Actions = {
	merge: async (event) => {
		const actor = districtAdministrator(event);
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const reason = text('reason');
		const answer = await merges.merge(serving(), actor, {
			kept: text('kept'),
			absorbed: text('absorbed'),
			seen: text('seen'),
			reason
		});
		if (answer.ok) redirect(303, `/manage/people/${text('kept')}?done=merged`);
		if (answer.reason === 'no-reason')
			return fail(400, {
				reason,
				message: '',
				errors: [{ field: 'reason', message: m.people_error_reason() }]
			});
		const message =
			answer.reason === 'changed-meanwhile' ? m.people_merge_changed() : refusalWords(answer.reason);
		return fail(409, { reason, message, errors: [] });
	}
};
