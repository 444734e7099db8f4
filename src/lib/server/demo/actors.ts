import type { PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { demoPeople, schools } from './people.ts';
import type { Cast } from './seed.ts';

/** One of the demo people as a request of theirs would see them. */
export function actorIn(cast: Cast, key: string): PersonActor {
	const known = cast[key];
	const told = demoPeople.find((person) => person.key === key);
	if (!known || !told) throw new Error(`${key} is not among the demo people`);
	const districtWide = told.school === 'district';
	return {
		kind: 'person',
		person: known.person,
		learner: known.learner,
		givenName: told.given,
		familyName: told.family,
		email: told.email ?? null,
		affiliations: [
			{
				organisation: known.organisation,
				organisationName: told.school === 'district' ? district().name : schools[told.school],
				role: told.role,
				band: told.band ?? null,
				since: new Date(0)
			}
		],
		rights: (told.rights ?? []).map((right) => ({ right, organisation: known.organisation, districtWide })),
		session: '',
		assurance: 'password'
	};
}
