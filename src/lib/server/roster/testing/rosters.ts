import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import type { TestDatabase } from '#lib/server/db/testing/test-database.ts';
import { importFile, type Imported, type ImportOptions } from '../run.ts';
import { zipOf, type Files } from './files.ts';

/** Imports files as the command line does. */
export async function imported(
	{ app, appPool }: Pick<TestDatabase, 'app' | 'appPool'>,
	files: Files | string,
	options: ImportOptions = {}
): Promise<Imported> {
	const bytes = typeof files === 'string' ? Buffer.from(files) : await zipOf(files);
	const name = typeof files === 'string' ? 'roster.csv' : 'roster.zip';
	return importFile(app, appPool, { person: null, way: 'command-line' }, { name, bytes }, options);
}

/** Imports, and fails when it was not applied. */
export async function applied(
	database: Pick<TestDatabase, 'app' | 'appPool'>,
	files: Files | string,
	options: ImportOptions = {}
) {
	const done = await imported(database, files, options);
	if (!done.applied?.ok) throw new Error(`not applied: ${JSON.stringify({ ...done, import: undefined })}`);
	return { ...done, plan: done.applied.plan };
}

const roster = { kind: 'system', purpose: 'roster' } as const;

/** The problems of an import, as `severity code file:line column=value`. */
export async function problemsOf(app: Db, id: string): Promise<string[]> {
	return within(app, roster, async (trx) => {
		const rows = await trx
			.selectFrom('roster_problem')
			.selectAll()
			.where('import', '=', id)
			.orderBy('n')
			.execute();
		return rows.map(
			(row) =>
				`${row.severity} ${row.code} ${row.file}:${row.line ?? '-'}${row.column ? ` ${row.column}` : ''}${row.value === null ? '' : `=${row.value}`}${row.times > 1 ? ` ×${row.times}` : ''}`
		);
	});
}

export type Held = { sourcedId: string; name: string; roles: string[]; ended: boolean };

/** Everybody with a source id and the roles they have now, as `role school band`. */
export async function everybody(
	app: Db
): Promise<Record<string, { name: string; roles: string[]; ended: boolean }>> {
	return within(app, roster, async (trx) => {
		const { rows } = await sql<{ sourced_id: string; name: string; roles: string[]; ended: boolean }>`
			select i.sourced_id, i.given_name || ' ' || i.family_name as name, p.ended_at is not null as ended,
				coalesce((
					select array_agg(concat_ws(' ', a.role, o.name, a.band) order by a.role, o.name)
					from affiliation a join organisation o on o.id = a.organisation
					where a.person = p.id and a.superseded_at is null and a.during @> waypost_now()
				), '{}') as roles
			from person p join person_identity i on i.person = p.id
			where i.sourced_id is not null and p.kind = 'human' order by i.sourced_id`.execute(trx);
		return Object.fromEntries(rows.map(({ sourced_id, ...rest }) => [sourced_id, rest]));
	});
}

/** The person of a source id. */
export async function personOf(app: Db, sourcedId: string): Promise<string> {
	return within(app, roster, async (trx) => {
		const { person } = await trx
			.selectFrom('person_identity')
			.select('person')
			.where('sourced_id', '=', sourcedId)
			.executeTakeFirstOrThrow();
		return person;
	});
}

/** Classes with who is in them now, as `part name`. */
export async function classRolls(app: Db): Promise<Record<string, string[]>> {
	return within(app, roster, async (trx) => {
		const { rows } = await sql<{ title: string; members: string[] }>`
			select c.title || ' (' || c.band || ')' as title, coalesce((
				select array_agg(m.part || ' ' || i.given_name order by m.part desc, i.given_name)
				from class_member m join person_identity i on i.person = m.person
				where m.class = c.id and m.superseded_at is null and m.during @> waypost_now()
			), '{}') as members
			from class c where c.during @> waypost_now() order by c.title`.execute(trx);
		return Object.fromEntries(rows.map(({ title, members }) => [title, members]));
	});
}

/** Links between guardians and children that are there now, as `guardian of child`. */
export async function guardianships(app: Db): Promise<string[]> {
	return within(app, roster, async (trx) => {
		const { rows } = await sql<{ link: string }>`
			select g.given_name || ' of ' || c.given_name || case when l.may_see_record then ' (sees)' else '' end as link
			from guardian_link l
			join person_identity g on g.person = l.guardian join person_identity c on c.person = l.child
			where l.during @> waypost_now() order by 1`.execute(trx);
		return rows.map(({ link }) => link);
	});
}

/** Everything that the database holds, table by table, but for what is noted about imports themselves. */
export async function wholeDatabase(owner: Db): Promise<Record<string, string[]>> {
	return within(owner, roster, async (trx) => {
		const { rows: tables } = await sql<{ name: string }>`
			select relname as name from pg_class
			where relnamespace = 'public'::regnamespace and relkind = 'r'
				and relname not in ('roster_import', 'roster_problem', 'clock_setting') order by relname`.execute(trx);
		const whole: Record<string, string[]> = {};
		for (const { name } of tables) {
			const without = name === 'ledger_event' ? sql`where kind <> 'roster.applied'` : sql``;
			const { rows } = await sql<{ row: string }>`
				select to_jsonb(t)::text as row from ${sql.table(name)} t ${without} order by 1`.execute(trx);
			whole[name] = rows.map(({ row }) => row);
		}
		return whole;
	});
}
