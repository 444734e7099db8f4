import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Right } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { recordsOf } from '#lib/server/people/merge.ts';
import { nameOf } from '#lib/server/people/seen.ts';
import { entriesOf, everything, peopleIn, thingsIn, type AuditEntry, type Place } from './audit.ts';

export type LookedAt = {
	/** The civil day in the district's zone. */
	day: string;
	by: string;
	right: Right | null;
	/** Whether they are a guardian of this person. */
	guardian: boolean;
	what: 'record' | 'certificate' | 'family-record';
	times: number;
};
export type TakenAway = { at: Date; by: string; right: Right | null; what: string };

export type OwnRecord = {
	looks: LookedAt[];
	/** Files of completion records in which one's own can be: of one's schools, or of everybody. */
	files: TakenAway[];
	events: AuditEntry[];
	next: Place | null;
	names: Map<string, string>;
	things: Map<string, string>;
};

/**
 * What everybody may know about their own record: who looked at it, which files it may have gone into, and what
 * happened to it. The names of those who did so are read for this one purpose; nobody else's are.
 */
export async function read(
	db: Db,
	actor: PersonActor,
	{ before = null, size = 30 }: { before?: Place | null; size?: number } = {}
): Promise<OwnRecord> {
	const zone = district().time_zone;
	return within(db, { kind: 'system', purpose: 'own-record', actor: actor.person }, async (trx) => {
		const records = await recordsOf(trx, actor.person);
		const right = sql`(
			select g."right" from scope_grant g where g.person = l.actor and g.during @> l.last
			order by array_position(array['district-administrator', 'auditor', 'school-administrator', 'reviewer'], g."right")
			limit 1
		)`;
		const looks = await sql<{
			day: string;
			actor: string;
			right: Right | null;
			guardian: boolean;
			what: string;
			times: number;
		}>`
			select l.day, l.actor, l.what, l.times, ${right} as "right", exists (
				select from guardian_link g where g.guardian = l.actor and g.child = any (${records}::uuid[])
			) as guardian
			from (
				select to_char(recorded_at at time zone ${zone}, 'YYYY-MM-DD') as day, actor, detail ->> 'what' as what,
					max(recorded_at) as last, count(*)::int as times
				from access_log
				where detail ->> 'person' = any (${records}) and kind in ('view', 'disclosure') and actor <> ${actor.person}
				group by 1, 2, 3
			) l
			order by l.last desc limit 100`.execute(trx);
		const files = await sql<{ at: Date; actor: string; right: Right | null; what: string }>`
			select l.last as at, l.actor, l.what, ${right} as "right"
			from (
				select id, recorded_at as last, actor, detail ->> 'what' as what from access_log
				where kind = 'export' and actor <> ${actor.person} and (
					detail ->> 'what' = 'audit' or detail -> 'schools' = 'null'::jsonb
					or exists (select from affiliation a
						where a.person = any (${records}::uuid[]) and a.superseded_at is null and a.during @> recorded_at
							and detail -> 'schools' ? a.organisation::text)
				)
				and recorded_at >= (select min(p.created_at) from person p where p.id = any (${records}::uuid[]))
				order by recorded_at desc, id desc limit 50
			) l order by l.last desc, l.id desc`.execute(trx);
		const mine = { ...everything, source: 'event', person: actor.person } as const;
		const found = await entriesOf(trx, mine, { before, size: size + 1 });
		const events = found.slice(0, size);
		const last = events.at(-1);
		// Who is whose guardian is for the office to tell, and not for a list of what happened.
		const wanted = [
			...peopleIn(events.map((entry) => ({ ...entry, detail: { ...entry.detail, guardian: null } }))),
			...looks.rows.map(({ actor: by }) => by),
			...files.rows.map(({ actor: by }) => by)
		];
		const names = new Map<string, string>();
		if (wanted.length > 0)
			for (const row of await trx
				.selectFrom('person_identity')
				.select(['person', 'given_name', 'family_name'])
				.where('person', 'in', [...new Set(wanted)])
				.execute())
				names.set(row.person, nameOf(row));
		return {
			looks: looks.rows.map((row) => ({
				day: row.day,
				by: names.get(row.actor) ?? '',
				right: row.right,
				guardian: row.guardian,
				what: row.what === 'certificate' || row.what === 'family-record' ? row.what : 'record',
				times: row.times
			})),
			files: files.rows.map(({ actor: by, ...row }) => ({ ...row, by: names.get(by) ?? '' })),
			events,
			next: found.length > size && last ? last : null,
			names,
			things: await thingsIn(trx, events)
		};
	});
}
