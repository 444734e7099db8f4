import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { stateInWords } from '../../../family/permission-words.server.ts';
import { openFamily } from '../office.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { family } = await openFamily(event);
	const { locale } = event.locals;
	const say = localDates(locale);
	const { child, links, flags, permissions } = family;
	const viewer = {
		as: 'office',
		name: child.name,
		names: new Map(links.map(({ guardian, name }) => [guardian, name]))
	} as const;
	return {
		added: event.url.searchParams.has('added'),
		child: {
			person: child.person,
			name: child.name,
			schools: child.schools.join(', '),
			bands: child.bands.filter((band) => band !== null).join(', ')
		},
		links: links.map(({ guardian, name, email, origin, relation, state, maySeeRecord }) => ({
			guardian,
			name,
			email,
			origin,
			relation,
			state,
			maySeeRecord
		})),
		flags: flags.map(({ flag, from, until }) => ({
			flag,
			begun: from === null || from <= permissions.at,
			from: from && say.date(from),
			through: until && say.lastDay(until)
		})),
		through: say.lastDay(permissions.year.until),
		permissions: permissions.permissions.map((permission) => ({
			id: permission.purpose.id,
			title: permissionText(permission.purpose, 'guardian', locale).title,
			state: stateInWords(permission, viewer, say)
		}))
	};
};
