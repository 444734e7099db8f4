import { formatDate } from '#lib/dates.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { PageServerLoad } from './$types';

/** The day on which somebody last went through the site and this statement; it changes with the statement. */
const checked = '2026-11-23';

export const load: PageServerLoad = ({ locals }) => {
	const { contacts, time_zone } = district();
	return {
		checked: formatDate(checked, locals.locale, time_zone),
		contacts: { site: contacts.technology, otherWay: contacts.office }
	};
};
