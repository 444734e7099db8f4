import { sql, type Kysely, type RawBuilder } from 'kysely';
import { scopeOf, type PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { AffiliationRole, Band, Database } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import type { RecordFilter, Status } from './record-filter.ts';

export type CompletionRecord = {
	key: string;
	familyName: string;
	givenName: string;
	email: string | null;
	school: string | null;
	role: AffiliationRole | null;
	band: Band | null;
	course: string;
	status: Status;
	required: boolean;
	dueAt: Date | null;
	completedAt: Date | null;
	validUntil: Date | null;
	/** A later record of the same person and course covers the time after this one. */
	renewed: boolean;
};

/** The rows that a filter asks for, as a piece of a statement (migrations/006 and 020 say how they are made). */
export function recordsOf(filter: RecordFilter): RawBuilder<unknown> {
	const { time_zone: zone, renewal } = district();
	const schools =
		filter.schools === null ? sql`null::uuid[]` : sql`${`{${filter.schools.join(',')}}`}::uuid[]`;
	const conditions = [
		...(filter.status ? [sql`r.status = ${filter.status}`] : []),
		...(filter.search ? [sql`position(waypost_folded(${filter.search}) in r.search_key) > 0`] : [])
	];
	const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
	return sql`from completion_records(${filter.asOf.toISOString()}::timestamptz, ${filter.rolesKnown.toISOString()}::timestamptz,
		${zone}::text, ${renewal.grace_days}::int, ${schools}, ${filter.course}::text, ${filter.withScores}::boolean) r ${where}`;
}

/** One page of records, by name, with how many there are. Only people in the actor's scope appear (invariant 9). */
export async function page(
	db: Db,
	actor: PersonActor,
	filter: RecordFilter,
	{ number, size }: { number: number; size: number }
): Promise<{ rows: CompletionRecord[]; total: number }> {
	return within(db, scopeOf(actor), async (trx) => {
		const { rows } = await sql<{
			person: string;
			record: string;
			family_name: string;
			given_name: string;
			email: string | null;
			school: string | null;
			role: AffiliationRole | null;
			grade_band: Band | null;
			course: string;
			status: Status;
			required: boolean;
			due_at: Date | null;
			completed_at: Date | null;
			valid_until: Date | null;
			renewed: boolean;
		}>`
			select person, record, family_name, given_name, email, school, role, grade_band, course, status, required, due_at,
				completed_at, valid_until,
				coalesce(valid_until < max(coalesce(valid_until, 'infinity')) over (partition by person, course), false) as renewed
			${recordsOf(filter)}
			order by lower(family_name), lower(given_name), person, course, record
			limit ${size} offset ${(number - 1) * size}`.execute(trx);
		return {
			total: await count(trx, filter),
			rows: rows.map((row) => ({
				key: `${row.person} ${row.course} ${row.record}`,
				familyName: row.family_name,
				givenName: row.given_name,
				email: row.email,
				school: row.school,
				role: row.role,
				band: row.grade_band,
				course: row.course,
				status: row.status,
				required: row.required,
				dueAt: row.due_at,
				completedAt: row.completed_at,
				validUntil: row.valid_until,
				renewed: row.renewed
			}))
		};
	});
}

async function count(db: Kysely<Database>, filter: RecordFilter): Promise<number> {
	const { rows } = await sql<{ total: string }>`select count(*) as total ${recordsOf(filter)}`.execute(db);
	return Number(rows[0]?.total ?? 0);
}

export type Standing = {
	/** People of whom the course is required at that instant, and how many of them are current. */
	must: number;
	current: number;
	inGrace: number;
	overdue: number;
	/** Still within their time. */
	notYetDue: number;
	waived: number;
};

/**
 * How each required course stands among the people in the actor's scope, the one that most people must hold first; of
 * the one course alone that the filter names. Not yet due, in grace and overdue are never one number.
 */
export async function standings(
	db: Db,
	actor: PersonActor,
	filter: RecordFilter
): Promise<(Standing & { course: string })[]> {
	const of = { ...filter, status: null, search: null };
	return within(db, scopeOf(actor), async (trx) => {
		const at = filter.asOf.toISOString();
		const { rows } = await sql<Record<keyof Standing, string> & { course: string }>`
			with best as (
				select distinct on (person, course) person, course, status, due_at, valid_until
				${recordsOf(of)} where r.required
				order by person, course, array_position(array['completed', 'credited', 'waived', 'in_progress', 'not_started', 'expired', 'revoked'], status),
					valid_until desc nulls first
			)
			select course,
				count(*) filter (where status <> 'waived') as must,
				count(*) filter (where status in ('completed', 'credited') and (valid_until is null or valid_until > ${at}::timestamptz)) as current,
				count(*) filter (where status = 'completed' and valid_until <= ${at}::timestamptz) as "inGrace",
				count(*) filter (where status not in ('completed', 'credited', 'waived')
					and (due_at <= ${at}::timestamptz or status in ('expired', 'revoked'))) as overdue,
				count(*) filter (where status in ('not_started', 'in_progress') and (due_at is null or due_at > ${at}::timestamptz)) as "notYetDue",
				count(*) filter (where status = 'waived') as waived
			from best group by course order by count(*) desc, course`.execute(trx);
		return rows.map((row) => ({
			course: row.course,
			must: Number(row.must) - Number(row.notYetDue),
			current: Number(row.current),
			inGrace: Number(row.inGrace),
			overdue: Number(row.overdue),
			notYetDue: Number(row.notYetDue),
			waived: Number(row.waived)
		}));
	});
}
