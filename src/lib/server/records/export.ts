import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { scopeOf, type PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { EventKind } from '#lib/server/db/event-kinds.ts';
import type { RecordFilter } from './record-filter.ts';

/** The columns of the export, in order. */
export const columns = [
	'person_id',
	'sourced_id',
	'employee_id',
	'family_name',
	'given_name',
	'email',
	'school',
	'role',
	'grade_band',
	'course',
	'course_version',
	'content_hash',
	'path',
	'language',
	'status',
	'required',
	'due_at',
	'started_at',
	'completed_at',
	'score_percent',
	'pass_mark_percent',
	'attempts',
	'minutes_nominal',
	'acknowledged_policy_version',
	'acknowledged_at',
	'certificate_code',
	'valid_from',
	'valid_until',
	'source'
] as const;

/**
 * Streams the completion records of a filter as CSV after RFC 4180: UTF-8 without a byte-order mark (parsers other
 * than spreadsheets would take it for part of the first column's name), CRLF, times in UTC. The database writes the
 * cells and copies them out, so memory stays flat whatever the number of rows. Who took what away is logged when the
 * stream ends, also when it broke off.
 */
export async function exportCsv(pool: pg.Pool, actor: PersonActor, filter: RecordFilter): Promise<Readable> {
	const client = await pool.connect();
	const scope = scopeOf(actor);
	try {
		await client.query('begin');
		// A district's people fit into one hash table of 64 MB; split over files it took a fifth longer. A second
		// process has to be given each row and then give it back: that costs more than it saves.
		await client.query(
			`select set_config('waypost.scope', $1, true), set_config('waypost.actor', $2, true),
				set_config('statement_timeout', '0', true), set_config('work_mem', '64MB', true),
				set_config('max_parallel_workers_per_gather', '0', true)`,
			[scope.kind === 'schools' ? `schools:${scope.schools.join(',')}` : scope.kind, actor.person]
		);
	} catch (error) {
		client.release(true);
		throw error;
	}
	const source = client.query(copyTo(copyStatement(client, filter)));
	const lines = crlf(Buffer.from(`${columns.join(',')}\r\n`));
	void pipeline(source, lines.stream).then(
		() => finish(null),
		(error: unknown) => finish(error)
	);
	let finished = false;
	async function finish(error: unknown) {
		if (finished) return;
		finished = true;
		try {
			if (error === null) await client.query('commit');
			client.release(error !== null);
			await log(pool, actor, filter, lines.rows(), error === null);
		} catch {
			client.release(true);
		}
	}
	return lines.stream;
}

/** COPY takes no parameters, so values are written into the statement as literals by the driver's own escaping. */
function copyStatement(client: pg.PoolClient, filter: RecordFilter): string {
	const text = (value: string | null) => (value === null ? 'null' : client.escapeLiteral(value));
	const { time_zone: zone, renewal } = district();
	const schools = filter.schools === null ? 'null' : client.escapeLiteral(`{${filter.schools.join(',')}}`);
	const conditions = [
		...(filter.status ? [`r.status = ${text(filter.status)}`] : []),
		...(filter.search ? [`position(waypost_folded(${text(filter.search)}) in r.search_key) > 0`] : [])
	];
	// One column of finished cells; delimiter and quote are control characters, which the cells never hold.
	return `copy (
		select r.person_cells || ',' || coalesce(r.place_cells, ',,') || ',' || r.taken_cells || ',' || r.status || ',' || r.required
			|| ',' || coalesce(r.due_cell, '') || ',' || r.earned_cells
		from completion_records(${text(filter.asOf.toISOString())}::timestamptz, ${text(zone)}, ${renewal.grace_days},
			${schools}::uuid[], ${text(filter.course)}, ${filter.withScores}) r
		${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
	) to stdout with (format csv, delimiter e'\\x01', quote e'\\x02')`;
}

/** Turns the database's line ends into CRLF, counts rows, and puts the heading before the first. */
function crlf(heading: Buffer): { stream: Transform; rows: () => number } {
	let rows = 0;
	let begun = false;
	const stream = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			if (!begun) this.push(heading);
			begun = true;
			const before = rows;
			for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, end + 1)) rows += 1;
			// One buffer filled in order: a piece for each line would cost more than the copying.
			const whole = Buffer.allocUnsafe(chunk.length + rows - before);
			let from = 0;
			let to = 0;
			for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
				to += chunk.copy(whole, to, from, end);
				whole[to++] = CR;
				whole[to++] = LF;
				from = end + 1;
			}
			chunk.copy(whole, to, from);
			done(null, whole);
		},
		flush(done) {
			if (!begun) this.push(heading);
			done();
		}
	});
	return { stream, rows: () => rows };
}
const CR = 13;
const LF = 10;

async function log(
	pool: pg.Pool,
	actor: PersonActor,
	filter: RecordFilter,
	rows: number,
	whole: boolean
): Promise<void> {
	const detail = {
		what: 'completion-records',
		whole,
		schools: filter.schools,
		course: filter.course,
		status: filter.status,
		search: filter.search !== null,
		as_of: filter.asOf.toISOString()
	};
	await pool.query("insert into access_log (kind, actor, detail, rows) values ('export', $1, $2, $3)", [
		actor.person,
		JSON.stringify(detail),
		rows
	]);
	const kind: EventKind = 'records.exported';
	await pool.query('insert into ledger_event (kind, actor, detail) values ($1, $2, $3)', [
		kind,
		actor.person,
		JSON.stringify({ rows, whole })
	]);
}
