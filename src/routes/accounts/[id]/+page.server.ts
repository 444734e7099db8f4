import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { describe } from '#lib/register/describe.ts';
import { stateWord } from '#lib/register/states.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { findingsOf } from '#lib/server/gate/gate.ts';
import { questionContext } from '#lib/server/register/form-context.ts';
import { editable, withdrawals } from '#lib/server/register/moves.ts';
import * as ownerView from '#lib/server/register/owner-view.ts';
import * as registrations from '#lib/server/register/registrations.ts';
import { formatDate } from '#lib/dates.ts';
import { ownAccount, reasonsInWords, staffOnly } from '../accounts.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const account = await ownAccount(actor, event.params.id);
	const { registration, part } = account;
	const { revision, state, type } = registration;
	const say = localDates(event.locals.locale);
	const owners = revision ? [revision.owner, revision.coOwner] : [];
	const names = await registrations.namesOf(serving(), actor, [], owners);
	const colleagues = owners.map((person) => ({ person, name: names.get(person) ?? '' }));
	const entries = await registrations.history(serving(), actor, registration.id);
	return {
		id: registration.id,
		name: account.name || m.register_untitled(),
		type: type.title,
		reviewDays: type.review_school_days,
		school: registration.organisationName,
		state,
		paused: account.paused,
		part,
		owner: revision ? (names.get(revision.owner) ?? '') : null,
		coOwner: revision ? (names.get(revision.coOwner) ?? '') : null,
		coOwnerSigned: account.coOwnerSigned,
		url: revision?.body.url ?? null,
		review: revision ? formatDate(revision.body.review_date, event.locals.locale, 'UTC') : null,
		editable: part === 'owner' && editable.includes(state),
		withdrawsTo: part === 'owner' ? (withdrawals[state] ?? null) : null,
		submitted: event.url.searchParams.has('submitted'),
		signed: event.url.searchParams.has('signed'),
		answers: revision ? describe(revision.body, questionContext(colleagues)) : [],
		history: entries.map((entry) => ({
			key: entry.kind === 'move' ? `move-${entry.n}` : `refused-${entry.at.getTime()}`,
			title: entry.kind === 'move' ? stateWord(entry.to) : m.register_state_refused(),
			when: `${say.date(entry.at)}, ${say.time(entry.at)}`,
			by: entry.kind === 'move' ? (entry.actorName ?? m.register_history_reviewer()) : null,
			reason: entry.kind === 'move' ? entry.reason : null,
			reasons: reasonsInWords(findingsOf(entry.reasons ?? []), type.gate).filter(
				({ met }) => entry.kind === 'move' || !met
			)
		}))
	};
};

export const actions: Actions = {
	withdraw: async (event) => {
		const actor = staffOnly(event);
		const account = await ownAccount(actor, event.params.id);
		const form = await event.request.formData();
		const reason = String(form.get('reason') ?? '');
		const result = await ownerView.withdraw(serving(), actor, account.registration.id, reason);
		if (result.ok) redirect(303, `/accounts/${account.registration.id}`);
		const errors =
			result.reason === 'reason-needed' ? [{ field: 'reason', message: m.register_error_reason() }] : [];
		return fail(400, {
			errors,
			message: errors.length > 0 ? undefined : m.register_withdraw_not_now(),
			reason
		});
	}
};
