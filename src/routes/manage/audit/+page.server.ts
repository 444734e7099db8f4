import { serving } from '#lib/server/db/serving.ts';
import * as audit from '#lib/server/records/audit.ts';
import { eventGroups } from '#lib/server/db/event-kinds.ts';
import { groupWord } from '#lib/server/records/event-words.ts';
import { auditReader } from '../administrator.server.ts';
import { entryInWords } from '../people/[id]/story-words.server.ts';
import { readAuditFilter } from './filter.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = auditReader(event);
	const { filter, values, errors, choices } = await readAuditFilter(event.url, actor);
	const before = audit.readPlace(event.url.searchParams.get('before') ?? '');
	const groups = eventGroups.map((group) => ({ value: group, label: groupWord(group) }));
	const query = exportQuery(event.url, filter);
	const base = { values, errors, choices, groups, query, first: before === null };
	if (errors.length > 0) return { ...base, events: [], next: null };
	const page = await audit.page(serving(), actor, filter, { before });
	return {
		...base,
		events: page.entries.map((entry) => entryInWords(entry, page, event.locals.locale)),
		next: page.next && nextHref(event.url, page.next)
	};
};

function nextHref(url: URL, place: audit.Place): string {
	const params = new URLSearchParams(url.search);
	params.set('before', audit.placeText(place));
	return `?${params}`;
}

/** The same filter for the file, with people by their ids: letters could fit another one tomorrow. */
function exportQuery(url: URL, filter: audit.AuditFilter): string {
	const params = new URLSearchParams(url.search);
	params.delete('before');
	for (const field of ['person', 'actor'] as const) {
		const id = filter[field];
		if (id) params.set(field, id);
	}
	const query = params.toString();
	return query ? `?${query}` : '';
}
