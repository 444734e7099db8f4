import { formatDate } from '#lib/dates.ts';
import { district, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { PageServerLoad } from './$types';

/** The day on which somebody last went through the site and this statement; it changes with the statement. */
const checked = '2026-11-23';

export const load: PageServerLoad = ({ locals }) => {
	const { contacts, language } = wordsIn(locals.locale);
	return {
		language,
		checked: formatDate(checked, locals.locale, district().time_zone),
		contacts: { site: contacts.technology, otherWay: contacts.office }
	};
};
