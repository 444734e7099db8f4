import { fail, redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import { submit } from '#lib/server/register/submit.ts';
import {
	ownDraft,
	reasonsInWords,
	staffOnly,
	statementsInWords,
	unsignedErrors
} from '../../accounts.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const draft = await ownDraft(actor, event.params.id);
	// Only who has read the answers as they are now can sign for them.
	if (event.url.searchParams.get('rev') !== String(draft.rev)) redirect(303, `/accounts/${draft.id}/check`);
	return { id: draft.id, type: draft.type.title, rev: draft.rev, statements: statementsInWords(draft.type) };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = staffOnly(event);
		const draft = await ownDraft(actor, event.params.id);
		const form = await event.request.formData();
		const ticked = form.getAll('statement').map(String);
		const result = await submit(
			serving(),
			actor,
			draft.id,
			ticked,
			Number(event.url.searchParams.get('rev'))
		);
		if (result.ok) redirect(303, `/accounts/${draft.id}?submitted=1`);
		const { reason } = result;
		if (reason === 'unsigned') {
			const errors = unsignedErrors(result.codes);
			return fail(400, { ticked, errors, refused: [] });
		}
		if (reason === 'refused') {
			const unmet = result.answer.subjects.flatMap(({ part, findings }) =>
				findings.filter(({ met }) => !met).map((finding) => ({ ...finding, part }))
			);
			return fail(400, { ticked, errors: [], refused: reasonsInWords(unmet, draft.type.gate) });
		}
		if (reason === 'changed-meanwhile') redirect(303, `/accounts/${draft.id}/check?changed=1`);
		redirect(303, `/accounts/${draft.id}/${reason === 'answers' ? 'check' : ''}`);
	}
};
