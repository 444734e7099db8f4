import { sql, type RawBuilder } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { Right } from '#lib/server/db/schema.ts';
import { recordsOf } from '#lib/server/people/merge.ts';
import { inScope, namesIn } from '#lib/server/people/seen.ts';
import { kindsOf, type EventGroup } from '#lib/server/db/event-kinds.ts';

/** Something that was done (a ledger event), or somebody who looked at people or took records away. */
export type AuditEntry = {
	source: 'event' | 'access';
	id: string;
	at: Date;
	kind: string;
	/** Who did it; null for what follows by itself, and for learning, which the learner did. */
	actor: string | null;
	/** The actor is Waypost's own record (the set-up of the district did it), which has no name and no role. */
	actorIsSystem: boolean;
	/** A right that the one who did it held then, the widest. */
	actorRight: Right | null;
	/** Whom it is about, as the record stands now. */
	person: string | null;
	/** What else it names: a registration, a grant, a certificate. */
	subject: string | null;
	detail: Record<string, unknown>;
	/** How many rows were taken away. */
	rows: number | null;
};
export type AuditFilter = {
	/** Only what was done, or only who looked; null for both. */
	source: AuditEntry['source'] | null;
	group: EventGroup | null;
	person: string | null;
	actor: string | null;
	/** Half open, as everywhere: from an instant on, and before another. */
	from: Date | null;
	until: Date | null;
};
export const everything: AuditFilter = {
	source: null,
	group: null,
	person: null,
	actor: null,
	from: null,
	until: null
};

/** Where a page ends, for the next one to go on from. */
export type Place = { at: Date; source: AuditEntry['source']; id: string };

/** As text for an address: nothing but a time and a number. */
export function placeText({ at, source, id }: Place): string {
	return `${at.toISOString()}~${source}~${id}`;
}

/** The place in such a text; null when it is none. */
export function readPlace(text: string): Place | null {
	const [, at = '', source, id = ''] =
		/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~(event|access)~(\d{1,18})$/.exec(text) ?? [];
	const instant = new Date(at);
	return source && !Number.isNaN(instant.getTime())
		? { at: instant, source: source as Place['source'], id }
		: null;
}

export type AuditPage = {
	entries: AuditEntry[];
	next: Place | null;
	/** Names of everybody in the entries, as far as the actor's scope reaches. */
	names: Map<string, string>;
	/** Names of the official accounts, schools and offices in the entries. */
	things: Map<string, string>;
};

/** One page of what was recorded, the newest first; who may read it is the caller's question. */
export async function page(
	db: Db,
	actor: PersonActor,
	filter: AuditFilter,
	{ before = null, size = 50 }: { before?: Place | null; size?: number } = {}
): Promise<AuditPage> {
	return inScope(db, actor, async (seen) => {
		const found = await entriesOf(seen.trx, filter, { before, size: size + 1 });
		const entries = found.slice(0, size);
		const last = entries.at(-1);
		return {
			entries,
			next: found.length > size && last ? last : null,
			names: await namesIn(seen, peopleIn(entries)),
			things: await thingsIn(seen.trx, entries)
		};
	});
}

/** Everybody whom entries speak of: who did it, whom it is about, records that were merged, and guardians. */
export function peopleIn(entries: readonly AuditEntry[]): string[] {
	return entries.flatMap(({ actor, person, detail }) =>
		[actor, person, detail['absorbed'], detail['guardian']].filter(
			(id): id is string => typeof id === 'string'
		)
	);
}

/** The names of what entries speak of besides people: official accounts as they were last submitted, and schools. */
export async function thingsIn(trx: Trx, entries: readonly AuditEntry[]): Promise<Map<string, string>> {
	const accounts = entries.flatMap(({ kind, subject }) =>
		kind.startsWith('registration.') && subject ? [subject] : []
	);
	const places = entries.flatMap(({ detail }) =>
		typeof detail['organisation'] === 'string' ? [detail['organisation']] : []
	);
	const { rows } = await sql<{ id: string; name: string | null }>`
		select distinct on (registration) registration as id, body ->> 'display_name' as name
		from registration_revision where registration = any (${accounts}::uuid[])
		union all
		select id, name from organisation where id = any (${places}::uuid[])
		order by id`.execute(trx);
	return new Map(rows.flatMap(({ id, name }) => (name ? [[id, name]] : [])));
}

/**
 * What was recorded, the newest first, without names. A person's is that of all records that were merged into theirs,
 * and of their learners.
 */
export async function entriesOf(
	trx: Trx,
	filter: AuditFilter,
	{ before = null, size }: { before?: Place | null; size: number }
): Promise<AuditEntry[]> {
	const events = await conditionsOn(trx, 'event', filter, before);
	const accesses = await conditionsOn(trx, 'access', filter, before);
	const { rows } = await sql<Row>`
		select found.*, (
			select g."right" from scope_grant g where g.person = found.actor and g.during @> found.recorded_at
			order by array_position(array['district-administrator', 'auditor', 'school-administrator', 'reviewer'], g."right")
			limit 1
		) as actor_right,
		found.actor is not null and not exists (select from affiliation a where a.person = found.actor) as actor_is_system
		from (
			(select ${sql.raw(eventColumns)} from ledger_event e where ${events}
				order by e.recorded_at desc, e.id desc limit ${size})
			union all
			(select ${sql.raw(accessColumns)} from access_log e where ${accesses}
				order by e.recorded_at desc, e.id desc limit ${size})
		) found
		order by recorded_at desc, source desc, id desc limit ${size}`.execute(trx);
	return rows.map((row) => ({
		source: row.source,
		id: String(row.id),
		at: row.recorded_at,
		kind: row.kind,
		actor: row.actor,
		actorIsSystem: row.actor_is_system,
		actorRight: row.actor_right,
		person: row.person,
		subject: row.subject,
		detail: row.detail,
		rows: row.rows === null ? null : Number(row.rows)
	}));
}

type Row = {
	source: AuditEntry['source'];
	id: string;
	recorded_at: Date;
	kind: string;
	actor: string | null;
	actor_is_system: boolean;
	actor_right: Right | null;
	person: string | null;
	subject: string | null;
	detail: Record<string, unknown>;
	rows: string | null;
};

/** Whom an event is about: the person of its learner, or its subject where that is a person (each has a standing). */
const eventColumns = `'event'::text as source, e.id, e.recorded_at, e.kind, e.actor,
	coalesce((select lp.person from learner_person lp where lp.learner = e.learner),
		(select s.person from standing s where s.person = e.subject)) as person,
	e.subject, e.detail, null::bigint as rows`;
const accessColumns = `'access'::text as source, e.id, e.recorded_at, e.kind, e.actor,
	(select s.person from standing s where s.person = case when e.detail ->> 'person' ~ '^[0-9a-f-]{36}$'
		then (e.detail ->> 'person')::uuid end) as person,
	null::uuid as subject, e.detail, e.rows`;

/** The filter as conditions on one of the two tables. */
export async function conditionsOn(
	trx: Trx,
	source: AuditEntry['source'],
	filter: AuditFilter,
	before: Place | null
): Promise<RawBuilder<unknown>> {
	if (filter.source !== null && filter.source !== source) return sql`false`;
	// What was taken away stands in both logs, and is told once: the access log says more of it.
	const conditions: RawBuilder<unknown>[] = [
		source === 'event' ? sql`e.kind not in ('records.exported', 'audit.exported')` : sql`true`
	];
	if (filter.group !== null) conditions.push(sql`e.kind = any (${kindsOf(filter.group, source)})`);
	if (filter.from) conditions.push(sql`e.recorded_at >= ${filter.from.toISOString()}::timestamptz`);
	if (filter.until) conditions.push(sql`e.recorded_at < ${filter.until.toISOString()}::timestamptz`);
	if (filter.actor) conditions.push(sql`e.actor = any (${await recordsOf(trx, filter.actor)}::uuid[])`);
	if (filter.person) {
		const records = await recordsOf(trx, filter.person);
		conditions.push(
			source === 'access'
				? sql`e.detail ->> 'person' = any (${records})`
				: sql`(e.subject = any (${records}::uuid[]) or e.learner in (
						select learner from learner_person where person = any (${records}::uuid[])))`
		);
	}
	if (before) {
		const at = sql`${before.at.toISOString()}::timestamptz`;
		// Of one instant, events come before accesses, and later numbers before earlier ones.
		const sameInstant =
			source === before.source
				? sql`e.id < ${before.id}::bigint`
				: sql.raw(source < before.source ? 'true' : 'false');
		conditions.push(sql`e.recorded_at <= ${at} and (e.recorded_at < ${at} or ${sameInstant})`);
	}
	return sql.join(conditions, sql` and `);
}
