import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { describe } from '#lib/register/describe.ts';
import { serving } from '#lib/server/db/serving.ts';
import { signAs } from '#lib/server/register/co-owner.ts';
import { questionContext } from '#lib/server/register/form-context.ts';
import * as ownerView from '#lib/server/register/owner-view.ts';
import * as registrations from '#lib/server/register/registrations.ts';
import { ownAccount, staffOnly, statementsInWords, unsignedErrors } from '../../accounts.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const { registration, part, name, coOwnerSigned } = await ownAccount(actor, event.params.id);
	const { revision, state } = registration;
	if (part !== 'co-owner' || !revision) redirect(303, `/accounts/${registration.id}`);
	const names = await registrations.namesOf(serving(), actor, [], [revision.owner, revision.coOwner]);
	const colleagues = [...names].map(([person, called]) => ({ person, name: called }));
	return {
		id: registration.id,
		name,
		type: registration.type.title,
		owner: names.get(revision.owner) ?? '',
		revision: revision.number,
		groups: describe(revision.body, questionContext(colleagues)),
		statements: statementsInWords(registration.type),
		since: await ownerView.sinceBefore(serving(), actor, registration),
		signed: coOwnerSigned,
		waiting: !coOwnerSigned && (state === 'submitted' || state === 'in_review'),
		changed: event.url.searchParams.has('changed')
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = staffOnly(event);
		const form = await event.request.formData();
		const ticked = form.getAll('statement').map(String);
		const { id } = event.params;
		await ownAccount(actor, id);
		const result = await signAs(serving(), actor, id, Number(form.get('revision')), ticked);
		if (result.ok) redirect(303, `/accounts/${id}?signed=1`);
		const { reason } = result;
		if (reason === 'unsigned') {
			const errors = unsignedErrors(result.codes);
			return fail(400, { ticked, errors });
		}
		if (reason === 'changed-meanwhile') redirect(303, `/accounts/${id}/co-owner?changed=1`);
		if (reason === 'not-waiting') redirect(303, `/accounts/${id}`);
		error(404, { message: m.register_not_found(), hint: m.register_not_found_hint() });
	}
};
