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
 * cells and copies them out, so memory stays flat whatever the number of rows. Who took what away is logged before the
 * stream ends: without that line nobody gets a whole file. A stream that breaks off is logged, too; `report` is told
 * when that fails.
 */
export async function exportCsv(
	pool: pg.Pool,
	actor: PersonActor,
	filter: RecordFilter,
	report: (failure: unknown) => void = () => {}
): Promise<Readable> {
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
	const heading = Buffer.from(`${columns.join(',')}\r\n`);
	let logged = false;
	const { stream, rows } = lines(heading, async (rows) => {
		await log(pool, actor, filter, rows, true);
		logged = true;
	});
	pipeline(source, stream)
		.then(
			// It only read: the connection is given back whether or not its transaction still ends in order.
			() =>
				client.query('commit').then(
					() => client.release(),
					() => client.release(true)
				),
			async () => {
				client.release(true);
				if (!logged) await log(pool, actor, filter, rows(), false);
			}
		)
		.catch(report);
	return stream;
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
	// One column of finished cells, which hold no line ends.
	return `copy (
		select r.person_cells || ',' || coalesce(r.place_cells, ',,') || ',' || r.taken_cells || ',' || r.status || ',' || r.required
			|| ',' || coalesce(r.due_cell, '') || ',' || r.earned_cells
		from completion_records(${text(filter.asOf.toISOString())}::timestamptz, ${text(filter.rolesKnown.toISOString())}::timestamptz,
			${text(zone)}, ${renewal.grace_days}, ${schools}::uuid[], ${text(filter.course)}, ${filter.withScores}) r
		${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
	) to stdout with (format binary)`;
}

/**
 * Takes the rows out of PostgreSQL's binary format (a length before each, so that nothing has to be looked for or
 * escaped), ends each with CRLF, counts them, and puts the heading before the first. It ends when `last` is done.
 */
function lines(
	heading: Buffer,
	last: (rows: number) => Promise<void>
): { stream: Transform; rows: () => number } {
	let rows = 0;
	let headed = false;
	let rest: Buffer = Buffer.alloc(0);
	const stream = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
			let from = 0;
			if (!headed) {
				if (data.length < FILE_HEADER) {
					rest = data;
					done();
					return;
				}
				from = FILE_HEADER;
				headed = true;
				this.push(heading);
			}
			const whole = Buffer.allocUnsafe(data.length);
			let to = 0;
			while (from + ROW_HEADER <= data.length && data.readInt16BE(from) === 1) {
				const length = data.readInt32BE(from + 2);
				if (length < 0) {
					done(new Error('a completion record lacks cells'));
					return;
				}
				const end = from + ROW_HEADER + length;
				if (end > data.length) break;
				to += data.copy(whole, to, from + ROW_HEADER, end);
				whole[to++] = CR;
				whole[to++] = LF;
				from = end;
				rows += 1;
			}
			rest = data.subarray(from);
			done(null, whole.subarray(0, to));
		},
		flush(done) {
			// After the last row stands its end, and nothing else.
			const isWhole = rest.length === 2 && rest.readInt16BE(0) === -1;
			if (isWhole) last(rows).then(() => done(), done);
			else done(new Error('the export broke off within a row'));
		}
	});
	return { stream, rows: () => rows };
}
/** Signature, flags and the length of an extension, which no PostgreSQL has. */
const FILE_HEADER = 19;
/** The number of fields, which is one, and its length. */
const ROW_HEADER = 6;
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
		as_of: filter.asOf.toISOString(),
		...(filter.rolesKnown > filter.asOf ? { roles: 'now' } : {})
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
