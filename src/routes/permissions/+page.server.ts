import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { permissionRow } from '../family/permission-page.server.ts';
import { openOwn } from './student.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { actor, all } = await openOwn(event);
	const { locale } = event.locals;
	const viewer = { as: 'student', person: actor.person } as const;
	return {
		signing: all.signing,
		through: localDates(locale).lastDay(all.year.until),
		permissions: all.permissions.map((permission) => permissionRow(permission, all, viewer, locale))
	};
};
