import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { serving } from '#lib/server/db/serving.ts';
import * as drafts from '#lib/server/register/drafts.ts';
import { workplaces } from '#lib/server/register/staff.ts';
import { staffOnly, typesToChoose } from '../accounts.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const actor = staffOnly(event);
	return { types: typesToChoose(), schools: workplaces(actor) };
};

export const actions: Actions = {
	default: async (event) => {
		const actor = staffOnly(event);
		const form = await event.request.formData();
		const type = String(form.get('type') ?? '');
		const school = String(form.get('school') ?? '');
		const schools = workplaces(actor);
		const only = schools.length === 1 ? schools[0]?.id : undefined;
		const begun = await drafts.create(serving(), actor, { type, organisation: only ?? school });
		if (begun.ok) redirect(303, `/accounts/${begun.id}/name`);
		const errors = {
			'not-staff': [],
			'unknown-type': [{ field: 'type', message: m.register_error_type() }],
			'not-open': [{ field: 'type', message: m.register_error_not_open() }],
			'other-school': [{ field: 'school', message: m.register_error_school() }]
		}[begun.reason];
		return fail(400, { errors, type, school });
	}
};
