import { describe, pageTitle } from '#lib/register/describe.ts';
import { serving } from '#lib/server/db/serving.ts';
import { questionContext } from '#lib/server/register/form-context.ts';
import * as registrations from '#lib/server/register/registrations.ts';
import { checkedDraft, ownDraft, staffOnly } from '../../accounts.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const draft = await ownDraft(actor, event.params.id);
	const { answers, colleagues, faults } = await checkedDraft(actor, draft);
	const asked =
		draft.state === 'changes_requested' && draft.revision !== null
			? await registrations.changeAsked(serving(), draft.id, draft.revision)
			: null;
	return {
		id: draft.id,
		type: draft.type.title,
		rev: draft.rev,
		asked,
		groups: describe(answers, questionContext(colleagues)),
		faults: faults.map(({ page, field, message }) => ({ page, field, message, title: pageTitle(page) })),
		changed: event.url.searchParams.has('changed')
	};
};
