import { m } from '#lib/messages/compiled/messages.js';
import type { ListedPerson } from '#lib/server/people/search.ts';
import { roleWord } from '../records/record-words.ts';

/** A person of a list, in words. */
export function listedInWords({ person, familyName, givenName, email, roles, here, signIn }: ListedPerson) {
	return {
		person,
		name: givenName ? `${familyName}, ${givenName}` : familyName,
		email,
		roles: roles.map(({ role, band, school }) => ({
			role: band ? m.people_role_band({ role: roleWord(role), band }) : roleWord(role),
			school
		})),
		here,
		signIn
	};
}

/** Where the next or the previous stretch of a list is: from this person on, with the same filter. */
export function pageHref(url: URL, direction: 'after' | 'before', person: string | null): string | null {
	if (person === null) return null;
	const params = new URLSearchParams(url.search);
	params.delete('after');
	params.delete('before');
	params.set(direction, person);
	return `?${params}`;
}
