import { sql, type RawBuilder } from 'kysely';

/**
 * Whether somebody holds a right over others, or will: part of a query, `person` being an id or a column. One that
 * begins tomorrow counts today, or their sign-in could be got ready today for whoever wants that right.
 */
export function holdsRights(person: string | RawBuilder<unknown>): RawBuilder<boolean> {
	return sql<boolean>`exists (
		select from scope_grant held where held.person = ${person} and held.during && tstzrange(waypost_now(), null)
	)`;
}
