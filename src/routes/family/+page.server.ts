import { wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { signedIn } from './guardian.server.ts';
import { permissionRow } from './permission-page.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = signedIn(event);
	const { locale } = event.locals;
	const children = await guardians.childrenOf(serving(), actor.person);
	const { contacts, language } = wordsIn(locale);
	return {
		office: { contact: contacts.office, language },
		learns: actor.affiliations.some(({ role }) => role === 'guardian'),
		children: await Promise.all(
			children.map(async ({ person, givenName, familyName, schools }) => {
				const bands = schools.map(({ band }) => band);
				const all = await permissions.ofStudent(serving(), { person, bands }, actor.person);
				const viewer = { as: 'guardian', person: actor.person, name: givenName } as const;
				const rows = all.permissions.map((permission) => permissionRow(permission, all, viewer, locale));
				return {
					person,
					name: `${givenName} ${familyName}`,
					schools: schools.map(({ name, band }) => ({ name, band })),
					waits: rows.filter(({ waits }) => waits).length
				};
			})
		)
	};
};
