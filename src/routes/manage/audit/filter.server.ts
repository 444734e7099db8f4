import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { endOfDay, startOfDay } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import { namesOf } from '#lib/server/people/seen.ts';
import { search } from '#lib/server/people/search.ts';
import { everything, type AuditFilter } from '#lib/server/records/audit.ts';
import { eventGroups } from '#lib/server/db/event-kinds.ts';

export type AuditRead = {
	filter: AuditFilter;
	values: { kind: string; person: string; actor: string; from: string; through: string };
	errors: { field: string; message: string }[];
	/** Of letters that fit several people: whom they could mean, and where each is chosen. */
	choices: { field: 'person' | 'actor'; name: string; email: string | null; href: string }[];
};

/**
 * Reads the filter of the audit from an address. A person is named by their id, which links carry, or by letters that
 * fit one person; where they fit several, these are offered.
 */
export async function readAuditFilter(url: URL, actor: PersonActor): Promise<AuditRead> {
	const text = (name: string) => url.searchParams.get(name)?.trim().slice(0, 100) ?? '';
	const values = {
		kind: text('kind'),
		person: text('person'),
		actor: text('actor'),
		from: text('from'),
		through: text('through')
	};
	const read: AuditRead = { filter: { ...everything }, values, errors: [], choices: [] };
	const group = eventGroups.find((known) => known === values.kind);
	if (values.kind && !group) read.errors.push({ field: 'kind', message: m.people_error_choice() });
	read.filter.group = group ?? null;
	const zone = district().time_zone;
	read.filter.from = values.from ? startOfDay(values.from, zone) : null;
	read.filter.until = values.through ? endOfDay(values.through, zone) : null;
	if (values.from && !read.filter.from) read.errors.push({ field: 'from', message: m.manage_error_date() });
	if (values.through && !read.filter.until)
		read.errors.push({ field: 'through', message: m.manage_error_date() });
	if (values.from && values.through && values.through < values.from)
		read.errors.push({ field: 'through', message: m.people_grant_error_order() });
	for (const field of ['person', 'actor'] as const) await readPerson(read, field, url, actor);
	return read;
}

async function readPerson(
	read: AuditRead,
	field: 'person' | 'actor',
	url: URL,
	actor: PersonActor
): Promise<void> {
	const typed = read.values[field];
	if (typed === '') return;
	if (/^[\da-f-]{36}$/i.test(typed)) {
		const name = (await namesOf(serving(), actor, [typed])).get(typed);
		if (name === undefined) read.errors.push({ field, message: m.people_error_nobody() });
		else {
			read.filter[field] = typed;
			read.values[field] = name;
		}
		return;
	}
	const filter = { letters: typed, school: null, role: null, presence: 'any', signsIn: null } as const;
	const { people, next } = await search(serving(), actor, filter, { size: 10 });
	const [only] = people;
	if (!only) read.errors.push({ field, message: m.people_error_nobody() });
	else if (people.length === 1) read.filter[field] = only.person;
	else {
		read.errors.push({ field, message: next ? m.people_error_many() : m.people_error_several() });
		for (const { person, givenName, familyName, email } of people) {
			const params = new URLSearchParams(url.search);
			params.set(field, person);
			params.delete('before');
			read.choices.push({ field, name: `${givenName} ${familyName}`.trim(), email, href: `?${params}` });
		}
	}
}

/** The filter of an export: one that can't be meant exports nothing. */
export async function auditFilterOnly(url: URL, actor: PersonActor): Promise<AuditFilter> {
	const { filter, errors } = await readAuditFilter(url, actor);
	if (errors.length > 0) error(400, { message: m.manage_error_filter(), hint: m.people_audit_error_hint() });
	return filter;
}
