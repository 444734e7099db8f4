import { withSignIn } from '#lib/server/auth/recovery-search.ts';
import { serving } from '#lib/server/db/serving.ts';
import { inviter } from '../inviter.server.ts';
import type { PageServerLoad } from './$types';

const most = 25;

export const load: PageServerLoad = async (event) => {
	const actor = inviter(event);
	const letters = (event.url.searchParams.get('name') ?? '').slice(0, 100);
	const found = await withSignIn(serving(), actor, letters, most);
	return {
		letters,
		more: found.more,
		people: found.people.map(({ person, givenName, familyName, school }) => ({
			person,
			name: `${familyName}, ${givenName}`,
			school
		}))
	};
};
