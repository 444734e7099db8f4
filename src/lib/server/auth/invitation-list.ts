import { sql, type RawBuilder } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { statesOf, type MailState } from '#lib/server/mail/mail.ts';
import type { PersonActor } from './actor.ts';
import { placesOf, reach, type Way } from './invitations.ts';

/** How somebody stands with an invitation. `none`: not invited, or taken back; `used`: they have made their sign-in. */
export const invitationStates = ['none', 'waiting', 'over', 'used'] as const;
export type InvitationState = (typeof invitationStates)[number];
export const invitationAudiences = ['family', 'student', 'staff', 'partner'] as const;
export type InvitationAudience = (typeof invitationAudiences)[number];

/** The people of one school (or those of the district itself), of one class of it, of one audience. */
export type InvitationFilter = {
	school: string;
	class: string | null;
	audience: InvitationAudience | null;
	/** null for all who have no sign-in, however they stand. */
	state: InvitationState | null;
};
export type InvitationChoices = {
	schools: { id: string; name: string }[];
	/** Of the school that was chosen. */
	classes: { id: string; title: string }[];
};

export type Candidate = {
	person: string;
	givenName: string;
	familyName: string;
	hasEmail: boolean;
	roles: AffiliationRole[];
	state: InvitationState;
	invitation: { id: string; way: Way; until: Date; usedAt: Date | null; mail: MailState | null } | null;
};

/** What can be chosen: the schools within reach and, of one of them, its classes. */
export async function choices(db: Db, actor: PersonActor, school: string | null): Promise<InvitationChoices> {
	const within = reach(actor);
	let query = db
		.selectFrom('organisation')
		.select(['id', 'name'])
		.where('ended_at', 'is', null)
		.orderBy(sql`kind = 'district'`)
		.orderBy('name');
	if (within.kind !== 'district') {
		const own = within.kind === 'inviting' ? within.schools : [];
		if (own.length === 0) return { schools: [], classes: [] };
		query = query.where('id', 'in', own);
	}
	const schools = await query.execute();
	if (!schools.some(({ id }) => id === school)) return { schools, classes: [] };
	const classes = await db
		.selectFrom('class')
		.select(['id', 'title'])
		.where('organisation', '=', school)
		.where(sql<boolean>`during @> waypost_now()`)
		.orderBy('title')
		.execute();
	return { schools, classes };
}

/** One page of the people of a filter, by name, with how many there are, within the actor's reach. */
export async function page(
	db: Db,
	actor: PersonActor,
	filter: InvitationFilter,
	{ number, size }: { number: number; size: number }
): Promise<{ rows: Candidate[]; total: number }> {
	const found = await within(db, reach(actor), async (trx) => {
		const { rows } = await sql<
			Omit<Candidate, 'invitation'> & {
				id: string | null;
				way: Way;
				until: Date;
				used_at: Date | null;
				mail: string | null;
				total: string;
			}
		>`select *, count(*) over () as total from (${candidates(filter)}) found
			order by lower("familyName"), lower("givenName"), person limit ${size} offset ${(number - 1) * size}`.execute(
			trx
		);
		return rows;
	});
	const mails = await statesOf(
		db,
		found.flatMap(({ mail }) => mail ?? [])
	);
	return {
		total: Number(found[0]?.total ?? 0),
		rows: found.map(({ id, way, until, used_at: usedAt, mail, ...row }) => ({
			person: row.person,
			givenName: row.givenName,
			familyName: row.familyName,
			hasEmail: row.hasEmail,
			roles: row.roles,
			state: row.state,
			invitation:
				id === null || row.state === 'none'
					? null
					: { id, way, until, usedAt, mail: mail === null ? null : (mails.get(mail) ?? null) }
		}))
	};
}

/** The ids of everybody in a filter who has no sign-in, for inviting all of them; one more than `most` says too many. */
export async function everybody(
	db: Db,
	actor: PersonActor,
	filter: InvitationFilter,
	{ most }: { most: number }
): Promise<string[]> {
	return within(db, reach(actor), async (trx) => {
		const { rows } = await sql<{ person: string }>`
			select person from (${candidates(filter)}) found where state <> 'used'
			order by lower("familyName"), lower("givenName"), person limit ${most + 1}`.execute(trx);
		return rows.map(({ person }) => person);
	});
}

/** What a letter's envelope needs: to whom, and the class and child by whose hand it comes home. */
export type Addressee = {
	person: string;
	name: string;
	locale: string;
	school: string;
	roles: AffiliationRole[];
	class: string | null;
	classId: string | null;
	/** The child of a guardian, of the class or school that was chosen where there is one. */
	child: string | null;
};

/** Those of these people whom the actor may see, sorted as letters are handed out: by class, then by name. */
export async function addressees(
	db: Db,
	actor: PersonActor,
	people: readonly string[],
	filter: Pick<InvitationFilter, 'school' | 'class'> | null
): Promise<Addressee[]> {
	if (people.length === 0) return [];
	return within(db, reach(actor), async (trx) => {
		const { rows } = await sql<Addressee>`
			with wanted as (
				select person, person as student, null::text as child, null::text as child_key from unnest(${people}::uuid[]) person
				union all
				select g.guardian, g.child, trim(i.given_name || ' ' || i.family_name), lower(i.family_name || ' ' || i.given_name)
				from guardian_link g join person_identity i on i.person = g.child
				where g.guardian = any (${people}::uuid[]) and g.during @> waypost_now() and g.ended_at is null
			), handed as (
				select distinct on (w.person) w.person, w.child, w.child_key, c.id as class_id, c.title
				from wanted w
				left join class_member m on m.person = w.student and m.superseded_at is null and m.during @> waypost_now()
				left join class c on c.id = m.class and c.during @> waypost_now()
				order by w.person, (c.id = ${filter?.class ?? null}::uuid) desc nulls last,
					(c.organisation = ${filter?.school ?? null}::uuid) desc nulls last, w.child nulls last, c.title
			)
			select i.person, trim(i.given_name || ' ' || i.family_name) as name, i.locale,
				coalesce((select name from organisation where id = ${filter?.school ?? null}::uuid), place.name, '') as school,
				coalesce(place.roles, '{}') as roles, h.title as class, h.class_id as "classId", h.child
			from handed h
			join person_identity i on i.person = h.person
			left join lateral (${placesOf(sql`h.person`)}) place on true
			order by h.title nulls last, coalesce(h.child_key, lower(i.family_name || ' ' || i.given_name)),
				h.child nulls first, i.person`.execute(trx);
		return rows;
	});
}

/** SQL of a filter's people with how they stand; under row-level security, so that nobody beyond the reach is in it. */
function candidates({ school, class: chosen, audience, state }: InvitationFilter): RawBuilder<unknown> {
	const roles = {
		student: sql`a.role = 'student'`,
		family: sql`a.role = 'guardian'`,
		partner: sql`a.role = 'volunteer'`,
		staff: sql`a.role not in ('student', 'guardian', 'volunteer')`
	};
	// A guardian belongs to the schools of their children, whether the roster says so or the link does.
	const guardians = audience === null || audience === 'family';
	const chosenPeople = chosen
		? sql`
			select m.person from class_member m
			where m.class = ${chosen}::uuid and m.superseded_at is null and m.during @> waypost_now()
			union select g.guardian from class_member m join guardian_link g on g.child = m.person
			where ${guardians} and m.class = ${chosen}::uuid and m.part = 'student' and m.superseded_at is null
				and m.during @> waypost_now() and g.during @> waypost_now() and g.ended_at is null`
		: sql`
			select a.person from affiliation a
			where a.organisation = ${school}::uuid and a.superseded_at is null and a.during @> waypost_now()
				and ${audience ? roles[audience] : sql`true`}
			union select g.guardian from affiliation a join guardian_link g on g.child = a.person
			where ${guardians} and a.organisation = ${school}::uuid and a.role = 'student' and a.superseded_at is null
				and a.during @> waypost_now() and g.during @> waypost_now() and g.ended_at is null`;
	return sql`
		select p.id as person, i.given_name as "givenName", i.family_name as "familyName",
			coalesce(i.email, '') <> '' as "hasEmail", held.roles,
			case when s.person is not null then 'used' when v.id is null or v.withdrawn_at is not null then 'none'
				when v.expires_at <= waypost_now() then 'over' else 'waiting' end as state,
			v.id, v.way, v.expires_at as until, v.used_at, v.mail
		from (${chosenPeople}) chosen
		join person p on p.id = chosen.person and p.kind = 'human' and p.merged_into is null
			and (p.ended_at is null or p.ended_at > waypost_now())
		join person_identity i on i.person = p.id
		join lateral (
			select array_agg(distinct a.role) as roles from affiliation a
			where a.person = p.id and a.superseded_at is null and a.during @> waypost_now()
				and ${audience ? roles[audience] : sql`true`}
		) held on held.roles is not null
		left join sign_in s on s.person = p.id
		left join lateral (
			select * from invitation v where v.person = p.id and v.purpose = 'first' order by v.made_at desc, v.id desc limit 1
		) v on true
		where (s.person is null or v.used_at is not null)
			and (s.person is not null or not exists (select from identity_link o where o.person = p.id))
			and ${
				state === null
					? sql`s.person is null`
					: state === 'used'
						? sql`s.person is not null`
						: sql`s.person is null and case when v.id is null or v.withdrawn_at is not null then 'none'
							when v.expires_at <= waypost_now() then 'over' else 'waiting' end = ${state}`
			}`;
}
