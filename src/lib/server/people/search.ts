import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { administersSchools, seesDistrict } from '#lib/server/auth/can.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import { affiliationRoles } from './roles.ts';
import { administered, isId, type SeenTrx } from './seen.ts';

/** People who have a role now, who have none any more, or both. */
export const presences = ['here', 'left', 'any'] as const;
export type Presence = (typeof presences)[number];

export type PeopleFilter = {
	/** Letters of names or of an e-mail address; accents and case don't matter. */
	letters: string;
	school: string | null;
	role: AffiliationRole | null;
	presence: Presence;
	/** With a sign-in that works, without one, or null for both. */
	signsIn: boolean | null;
};
/** From which person to go on, and in which direction; null begins at the beginning. */
export type From = { person: string; backwards: boolean } | null;

export type ListedRole = { role: AffiliationRole; band: Band | null; school: string };
export type ListedPerson = {
	person: string;
	familyName: string;
	givenName: string;
	email: string | null;
	/** Roles of today; for people who have none, the last that they had. */
	roles: ListedRole[];
	here: boolean;
	signIn: 'works' | 'disabled' | 'none';
};
/** One page of a list that is too long to count. `previous` and `next` are the people to go on from. */
export type Stretch = { people: ListedPerson[]; previous: string | null; next: string | null };

/**
 * People in the actor's reach by name, `size` at a time. Finding is `people_found` of migrations/014 and 019: it knows
 * the transaction's scope and gives ids; the names are read through row-level security like all others.
 */
export async function search(
	db: Db,
	actor: PersonActor,
	filter: PeopleFilter,
	{ from = null, size = 50 }: { from?: From; size?: number } = {}
): Promise<Stretch> {
	return administered(db, actor, async ({ trx }) => {
		const start = from && (await placeOf(trx, from.person));
		const backwards = start !== null && (from?.backwards ?? false);
		const { rows } = await sql<Row>`
			select i.person, i.family_name, i.given_name, i.email, held.roles, held.here,
				case when x.person is null then 'none' when x.disabled_at is null then 'works' else 'disabled' end as sign_in
			from people_found(${filter.letters}, ${filter.school}::uuid, ${filter.role}, ${filter.presence}, ${filter.signsIn}::boolean,
				${start?.key ?? null}, ${start?.person ?? null}::uuid, ${backwards}, ${size + 1}) f
			join person_identity i on i.person = f.person
			join standing t on t.person = f.person
			left join sign_in x on x.person = f.person
			cross join lateral (
				select coalesce(json_agg(json_build_object('role', role, 'band', band, 'school', name) order by lower(during), id)
					filter (where running or (not any_running and last)), '[]') as roles,
					coalesce(bool_or(running), false) and t.active as here
				from (
					select a.id, a.role, a.band, a.during, o.name, a.during @> waypost_now() as running,
						bool_or(a.during @> waypost_now()) over () as any_running,
						row_number() over (order by upper(a.during) desc nulls first, a.id) = 1 as last
					from affiliation a join organisation o on o.id = a.organisation
					where a.person = f.person and a.superseded_at is null
				) roles
			) held
			order by f.place, f.key, f.person`.execute(trx);
		return stretchOf(rows, { size, backwards, isFirst: start === null });
	});
}

type Row = {
	person: string;
	family_name: string;
	given_name: string;
	email: string | null;
	roles: ListedRole[];
	here: boolean;
	sign_in: ListedPerson['signIn'];
};

// One more than a page was read, at the end that lies in the direction of reading: it says whether there is more.
function stretchOf(
	rows: Row[],
	{ size, backwards, isFirst }: { size: number; backwards: boolean; isFirst: boolean }
): Stretch {
	const hasMore = rows.length > size;
	const shown = backwards ? rows.slice(-size) : rows.slice(0, size);
	const first = shown[0]?.person ?? null;
	const last = shown.at(-1)?.person ?? null;
	return {
		people: shown.map((row) => ({
			person: row.person,
			familyName: row.family_name,
			givenName: row.given_name,
			email: row.email,
			roles: row.roles,
			here: row.here,
			signIn: row.sign_in
		})),
		previous: (backwards ? hasMore : !isFirst) ? first : null,
		next: backwards || hasMore ? last : null
	};
}

/** Where a person stands in the order of names; null for who is out of reach, so that a list begins anew. */
async function placeOf(trx: SeenTrx, person: string): Promise<{ key: string; person: string } | null> {
	if (!isId(person)) return null;
	const row = await trx
		.selectFrom('person_identity')
		.select(['person', 'search_key as key'])
		.where('person', '=', person)
		.executeTakeFirst();
	return row ?? null;
}

export type SchoolChoice = { id: string; name: string };

/** The schools (and the district's office) whose people the actor may list, by name. */
export async function schoolChoices(db: Db, actor: PersonActor): Promise<SchoolChoice[]> {
	const own = administersSchools(actor);
	const whole = seesDistrict(actor);
	if (!whole && own.length === 0) return [];
	return db
		.selectFrom('organisation')
		.select(['id', 'name'])
		.$if(!whole, (query) => query.where('id', 'in', own))
		.orderBy('name')
		.execute();
}

/**
 * Reads a filter from an address. What is not among the choices is left out and named in `unknown`, never taken for
 * “all” in silence.
 */
export function readFilter(
	params: URLSearchParams,
	schools: readonly SchoolChoice[]
): { filter: PeopleFilter; unknown: ('school' | 'role' | 'presence' | 'sign_in')[] } {
	const text = (name: string) => params.get(name)?.trim() ?? '';
	const unknown: ('school' | 'role' | 'presence' | 'sign_in')[] = [];
	const school = text('school');
	if (school && !schools.some(({ id }) => id === school)) unknown.push('school');
	const role = affiliationRoles.find((known) => known === text('role')) ?? null;
	if (text('role') && !role) unknown.push('role');
	const presence = presences.find((known) => known === (text('presence') || 'here'));
	if (!presence) unknown.push('presence');
	const signIn = text('sign_in');
	if (signIn && signIn !== 'yes' && signIn !== 'no') unknown.push('sign_in');
	return {
		unknown,
		filter: {
			letters: text('q').slice(0, 100),
			school: school || null,
			role,
			presence: presence ?? 'here',
			signsIn: signIn === 'yes' ? true : signIn === 'no' ? false : null
		}
	};
}
