import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { officeMember, openFamily, readCheck, refuse } from '../../../office.server.ts';
import type { Actions, PageServerLoad, RouteParams } from './$types';

export const load: PageServerLoad = async (event) => {
	const { family } = await openFamily(event);
	const link = family.links.find(({ guardian }) => guardian === event.params.guardian);
	if (!link) error(404, { message: m.family_office_no_child(), hint: m.family_office_no_child_hint() });
	const say = localDates(event.locals.locale);
	return {
		child: { person: family.child.person, name: family.child.name },
		done: event.url.searchParams.get('done'),
		link: {
			name: link.name,
			email: link.email,
			origin: link.origin,
			relation: link.relation,
			state: link.state,
			maySeeRecord: link.maySeeRecord,
			since: say.date(link.since),
			changes: link.changes.map((change) => ({
				id: change.id,
				kind: change.kind,
				way: change.way,
				opensRecord: change.opensRecord,
				by: change.by,
				checked: change.checked,
				reason: change.reason,
				at: `${say.date(change.at)}, ${say.time(change.at)}`
			}))
		}
	};
};

export const actions: Actions = {
	confirm: async (event) => {
		const actor = officeMember(event);
		const how = readCheck(await event.request.formData());
		const { checked } = how;
		if (!checked)
			return fail(400, { ...how, errors: [{ field: 'checked', message: m.family_error_checked() }] });
		const result = await guardians.confirm(serving(), actor, event.params, { ...how, checked });
		return finish(event, result, 'confirmed', 'checked', how);
	},
	open: (event) => withReason(event, guardians.openRecord, 'record-opened', 'open'),
	close: (event) => withReason(event, guardians.closeRecord, 'record-closed', 'close'),
	end: (event) => withReason(event, guardians.end, 'ended', 'end'),
	reopen: (event) => withReason(event, guardians.reopen, 'reopened', 'reopen')
};

type Event = RequestEvent<RouteParams>;

async function withReason(event: Event, change: typeof guardians.end, done: string, field: string) {
	const actor = officeMember(event);
	const reason = String((await event.request.formData()).get(`${field}_reason`) ?? '');
	const result = await change(serving(), actor, event.params, reason);
	return finish(event, result, done, `${field}_reason`, { reason, act: field });
}

/** Back to the page that says what was done, or the form again with what is to be mended. */
function finish<Kept extends object>(
	event: Event,
	result: guardians.LinkResult,
	done: string,
	field: string,
	kept: Kept
) {
	if (result.ok) redirect(303, `${event.url.pathname}?done=${done}`);
	if (result.reason === 'not-found' || result.reason === 'may-not') refuse(result);
	const message = result.reason === 'not-now' ? m.family_error_not_now() : m.family_error_reason();
	return fail(400, { ...kept, errors: [{ field, message }] });
}
