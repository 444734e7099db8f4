import { redirect } from '@sveltejs/kit';
import { firstToMend } from '#lib/register/form.ts';
import { checkedDraft, ownDraft, staffOnly } from '../../accounts.server.ts';
import type { PageServerLoad } from './$types';

/** Leads to the place in the form where its owner goes on; there is nothing to see here. */
export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const draft = await ownDraft(actor, event.params.id);
	const { faults } = await checkedDraft(actor, draft);
	redirect(303, `/accounts/${draft.id}/${firstToMend(faults) ?? 'check'}`);
};
