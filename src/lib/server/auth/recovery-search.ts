import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import type { PersonActor } from './actor.ts';
import { reach } from './invitations.ts';

export type FoundPerson = { person: string; givenName: string; familyName: string; school: string };

/** Those with a sign-in whose family name begins with these letters, accents or not, within the actor's reach. */
export async function withSignIn(
	db: Db,
	actor: PersonActor,
	letters: string,
	limit: number
): Promise<{ people: FoundPerson[]; more: boolean }> {
	const typed = letters.normalize('NFC').trim().toLowerCase();
	if (typed === '') return { people: [], more: false };
	const plain = typed.normalize('NFD').replace(/\p{M}/gu, '');
	const rows = await within(db, reach(actor), async (trx) => {
		const begins = (text: string) =>
			sql`(i.search_key >= ${text} and i.search_key < ${text} || chr(1114111))`;
		const { rows } = await sql<FoundPerson>`
			select i.person, i.given_name as "givenName", i.family_name as "familyName", coalesce(place.name, '') as school
			from person_identity i
			join person p on p.id = i.person and p.kind = 'human' and p.merged_into is null
				and (p.ended_at is null or p.ended_at > waypost_now())
			join sign_in s on s.person = i.person
			left join lateral (
				select (array_agg(o.name order by o.kind = 'district', lower(a.during), a.id))[1] as name
				from affiliation a join organisation o on o.id = a.organisation
				where a.person = i.person and a.superseded_at is null and a.during @> waypost_now()
			) place on true
			where ${begins(typed)} or ${begins(plain)}
			order by i.search_key, i.person limit ${limit + 1}`.execute(trx);
		return rows;
	});
	return { people: rows.slice(0, limit), more: rows.length > limit };
}
