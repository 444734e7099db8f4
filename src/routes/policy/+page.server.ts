import { catalogue, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { policySections } from './policy-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	const { number, title, series, version, adopted, readings, hash } = mainPolicy();
	const { district } = catalogue();
	return {
		policy: {
			number,
			title,
			series,
			readings,
			hash,
			adopted: dayOf(adopted, locals.locale),
			version: dayOf(version, locals.locale)
		},
		sections: policySections(mainPolicy(), catalogue()),
		district: { name: district.name, office: district.contacts.office },
		related: district.related_policies,
		foreign: locals.locale !== 'en'
	};
};

/** A day of the policy's record, in words; as it is written where it isn't a date. */
function dayOf(day: string, locale: string): string {
	const date = new Date(`${day}T00:00:00Z`);
	if (Number.isNaN(date.getTime())) return day;
	return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}
