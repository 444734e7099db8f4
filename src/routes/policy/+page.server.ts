import { catalogue, mainPolicy, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { policySections } from './policy-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	const { number, title, series, version, adopted, readings, hash } = mainPolicy();
	const { district } = catalogue();
	const words = wordsIn(locals.locale);
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
		sections: policySections(mainPolicy(), catalogue(), (id) => words.clause(id).courtesy),
		district: { name: district.name, office: words.contacts.office },
		related: district.related_policies.map((policy) => ({
			...policy,
			courtesy: words.relatedPolicies[policy.number] ?? null
		})),
		foreign: locals.locale !== 'en'
	};
};

/** A day of the policy's record, in words; as it is written where it isn't a date. */
function dayOf(day: string, locale: string): string {
	const date = new Date(`${day}T00:00:00Z`);
	if (Number.isNaN(date.getTime())) return day;
	return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}
