import { error } from '@sveltejs/kit';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import { csvOf, noteExport } from '#lib/server/families/photo-list.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { askedList } from '../photo-list.server.ts';
import type { RequestHandler } from './$types';

/** The list that the page shows, as a file; who took it away is logged. */
export const GET: RequestHandler = async (event) => {
	const { actor, list, school, purpose } = await askedList(event);
	if (!list || !school)
		error(404, { message: m.family_list_no_school(), hint: m.family_office_refused_hint() });
	await noteExport(serving(), actor, { school: school.id, purpose, rows: list.students.length });
	const day = civilDate(list.at, district().time_zone);
	return new Response(csvOf(list.students, purpose, list.at), {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': `attachment; filename="without-permission-${purpose}-${day}.csv"`,
			'cache-control': 'no-store'
		}
	});
};
