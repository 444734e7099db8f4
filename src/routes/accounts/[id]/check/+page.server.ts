import { describe, pageTitle } from '#lib/register/describe.ts';
import { serving } from '#lib/server/db/serving.ts';
import { offered } from '#lib/server/register/co-owner.ts';
import { questionContext } from '#lib/server/register/form-context.ts';
import { faultsOf } from '#lib/server/register/submit.ts';
import { ownDraft, staffOnly } from '../../accounts.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const draft = await ownDraft(actor, event.params.id);
	const colleagues = await offered(serving(), actor, draft.type, draft.organisation);
	const chosen = draft.answers.co_owner;
	// Somebody who can't be chosen any more is asked for again, not shown as an id.
	const answers = colleagues.some(({ person }) => person === chosen)
		? draft.answers
		: { ...draft.answers, co_owner: '' };
	const faults = await faultsOf(serving(), { ...draft, answers });
	return {
		id: draft.id,
		type: draft.type.title,
		rev: draft.rev,
		groups: describe(answers, questionContext(colleagues)),
		faults: faults.map(({ page, field, message }) => ({ page, field, message, title: pageTitle(page) })),
		changed: event.url.searchParams.has('changed')
	};
};
