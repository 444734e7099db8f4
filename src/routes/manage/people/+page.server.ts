import { m } from '#lib/messages/compiled/messages.js';
import { serving } from '#lib/server/db/serving.ts';
import { affiliationRoles } from '#lib/server/people/roles.ts';
import { presences, readFilter, schoolChoices, search, type From } from '#lib/server/people/search.ts';
import { seesDistrict } from '#lib/server/auth/can.ts';
import { roleWord } from '../records/record-words.ts';
import { peopleReader } from '../administrator.server.ts';
import { listedInWords, pageHref } from './people-words.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = peopleReader(event);
	const params = event.url.searchParams;
	const schools = await schoolChoices(serving(), actor);
	const { filter, unknown } = readFilter(params, schools);
	const base = {
		values: {
			q: params.get('q')?.trim() ?? '',
			school: params.get('school') ?? '',
			role: params.get('role') ?? '',
			presence: params.get('presence') ?? '',
			sign_in: params.get('sign_in') ?? ''
		},
		choices: {
			schools: schools.map(({ id, name }) => ({ value: id, label: name })),
			roles: affiliationRoles.map((role) => ({ value: role, label: roleWord(role) })),
			// Who has left a school is out of its administrators' sight.
			presences: seesDistrict(actor)
				? presences.map((presence) => ({ value: presence, label: presenceWord(presence) }))
				: []
		},
		errors: unknown.map((field) => ({ field, message: m.people_error_choice() }))
	};
	if (unknown.length > 0) return { ...base, people: [], previous: null, next: null };
	const found = await search(serving(), actor, filter, { from: fromOf(params) });
	return {
		...base,
		people: found.people.map(listedInWords),
		previous: pageHref(event.url, 'before', found.previous),
		next: pageHref(event.url, 'after', found.next)
	};
};

function fromOf(params: URLSearchParams): From {
	const [after, before] = [params.get('after'), params.get('before')];
	if (after) return { person: after, backwards: false };
	return before ? { person: before, backwards: true } : null;
}

function presenceWord(presence: (typeof presences)[number]): string {
	return { here: m.people_here, left: m.people_left, any: m.people_here_or_left }[presence]();
}
