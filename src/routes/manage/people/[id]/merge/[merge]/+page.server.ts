import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as merges from '#lib/server/people/merge.ts';
import * as personStory from '#lib/server/records/person-story.ts';
import { districtAdministrator } from '../../../../administrator.server.ts';
import { undoRefusalWords } from '../merge-words.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = districtAdministrator(event);
	const { id, merge } = event.params;
	const [kept] = await personStory.factsOf(serving(), actor, [id]);
	const done = kept && (await merges.mergesInto(serving(), actor, id)).find((entry) => entry.id === merge);
	if (!kept || !done || done.undone)
		error(404, { message: m.people_undo_unknown(), hint: m.people_unknown_hint() });
	const say = localDates(event.locals.locale);
	return {
		person: id,
		name: kept.name,
		said: m.people_merged_line({
			name: done.name ?? m.people_somebody(),
			date: say.date(done.at),
			by: done.by ?? m.people_somebody()
		}),
		reason: m.people_reason_given({ reason: done.reason })
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = districtAdministrator(event);
		const reason = String((await event.request.formData()).get('reason') ?? '');
		const answer = await merges.undo(serving(), actor, event.params.merge, reason);
		if (answer.ok) redirect(303, `/manage/people/${answer.kept}?done=undone`);
		if (answer.reason === 'no-reason')
			return fail(400, {
				reason,
				message: '',
				errors: [{ field: 'reason', message: m.people_error_reason() }]
			});
		return fail(409, { reason, message: undoRefusalWords(answer.reason), errors: [] });
	}
};
