import { fail, redirect } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { officeMember, openFamily, readCheck, refuse } from '../../office.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { family } = await openFamily(event);
	return { child: { person: family.child.person, name: family.child.name } };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = officeMember(event);
		const form = await event.request.formData();
		const email = String(form.get('email') ?? '').trim();
		const how = readCheck(form);
		const kept = { email, ...how };
		const errors = [
			...(email === '' ? [{ field: 'email', message: m.family_error_email() }] : []),
			...(how.checked ? [] : [{ field: 'checked', message: m.family_error_checked() }])
		];
		const { checked } = how;
		if (errors.length > 0 || !checked) return fail(400, { ...kept, errors });
		const { child } = event.params;
		const result = await guardians.linkByEmail(serving(), actor, child, email, { ...how, checked });
		if (result.ok) redirect(303, `/manage/families/${child}?added=1`);
		if (result.reason === 'not-found') refuse(result);
		return fail(400, { ...kept, errors: [{ field: 'email', message: inWords(result.reason) }] });
	}
};

type Reason = Exclude<Extract<guardians.NewLinkResult, { ok: false }>['reason'], 'not-found'>;

function inWords(reason: Reason): string {
	switch (reason) {
		case 'no-such-person':
			return m.family_error_no_such_person();
		case 'several-people':
			return m.family_error_several();
		case 'a-student':
			return m.family_error_student();
		case 'may-not':
			return m.family_error_own();
		default:
			return m.family_error_linked();
	}
}
