import { error, type RequestEvent } from '@sveltejs/kit';
import { permissionPurposes } from '#lib/server/catalogue/catalogue.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as office from '#lib/server/families/office-view.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { officeMember } from '../office.server.ts';

/** The list that this address asks for, of one school of the office; none while no school is chosen. */
export async function askedList(event: RequestEvent) {
	const actor = officeMember(event);
	const params = event.url.searchParams;
	const schools = await office.schools(serving(), actor);
	const asked = params.get('school');
	// Whoever has one school need not choose it.
	const school =
		schools.find(({ id }) => id === asked) ?? (schools.length === 1 && !asked ? schools[0] : null);
	if (asked && !school)
		error(404, { message: m.family_list_no_school(), hint: m.family_office_refused_hint() });
	const purposes = permissionPurposes();
	const purpose = purposes.find(({ id }) => id === params.get('permission')) ?? purposes[0];
	const list =
		school && purpose ? await office.withoutPermission(serving(), actor, school.id, purpose.id) : null;
	return {
		actor,
		schools,
		school: school ?? null,
		purpose: purpose?.id ?? '',
		purposes: purposes.map((entry) => ({
			value: entry.id,
			label: permissionText(entry, 'guardian', event.locals.locale).title
		})),
		list
	};
}
