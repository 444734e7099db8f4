import { wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { openChild } from '../guardian.server.ts';
import { permissionRow } from '../permission-page.server.ts';
import { childLearning } from './child-learning.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { actor, child, name } = await openChild(event);
	const { locale } = event.locals;
	const bands = child.schools.map(({ band }) => band);
	const [all, learning] = await Promise.all([
		permissions.ofStudent(serving(), { person: child.person, bands }, actor.person),
		childLearning(serving(), actor.person, child, locale)
	]);
	const viewer = { as: 'guardian', person: actor.person, name } as const;
	const { contacts, language } = wordsIn(locale);
	return {
		child: {
			person: child.person,
			name,
			fullName: `${child.givenName} ${child.familyName}`,
			schools: child.schools.map(({ id, name: school, band }) => ({ id, name: school, band }))
		},
		through: localDates(locale).lastDay(all.year.until),
		permissions: all.permissions.map((permission) => permissionRow(permission, all, viewer, locale)),
		learning,
		office: { contact: contacts.office, language }
	};
};
