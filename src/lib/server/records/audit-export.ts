import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { page, type AuditEntry, type AuditFilter, type AuditPage, type Place } from './audit.ts';

/** The columns of the export, in order. */
export const auditColumns = [
	'recorded_at',
	'source',
	'kind',
	'what',
	'by_id',
	'by_name',
	'by_right',
	'person_id',
	'person_name',
	'subject_id',
	'rows',
	'detail'
] as const;

const rowsAtOnce = 1_000;

/**
 * Streams what was recorded as CSV after RFC 4180, the newest first: UTF-8, CRLF, times in UTC, and nothing that a
 * spreadsheet would take for a formula. It is read in stretches, so memory stays flat whatever the number of rows. Who
 * took what away is recorded when the stream ends, also when it broke off. `say` puts an entry into plain words.
 */
export function exportAudit(
	db: Db,
	actor: PersonActor,
	filter: AuditFilter,
	say: (entry: AuditEntry, told: AuditPage) => string
): Readable {
	let rows = 0;
	async function* lines() {
		let whole = false;
		try {
			yield csv([auditColumns]);
			let before: Place | null = null;
			do {
				const told: AuditPage = await page(db, actor, filter, { before, size: rowsAtOnce });
				if (told.entries.length > 0)
					yield csv(told.entries.map((entry) => cellsOf(entry, told, say(entry, told))));
				rows += told.entries.length;
				before = told.next;
			} while (before);
			whole = true;
		} finally {
			await log(db, actor, filter, rows, whole);
		}
	}
	return Readable.from(lines(), { objectMode: false });
}

function cellsOf(entry: AuditEntry, { names }: AuditPage, what: string): (string | number | null)[] {
	const nameOf = (person: string | null) => (person === null ? null : (names.get(person) ?? null));
	return [
		entry.at.toISOString(),
		entry.source,
		entry.kind,
		what,
		entry.actor,
		entry.actorIsSystem ? 'Waypost' : nameOf(entry.actor),
		entry.actorRight,
		entry.person,
		nameOf(entry.person),
		entry.subject,
		entry.rows,
		JSON.stringify(entry.detail)
	];
}

function csv(rows: readonly (readonly (string | number | null)[])[]): string {
	return stringify(
		rows.map((cells) =>
			// Control characters have no place in a cell, and some of them begin formulas.
			cells.map((cell) => (typeof cell === 'string' ? cell.replaceAll(/\p{Cc}/gu, ' ') : cell))
		),
		{ record_delimiter: '\r\n', escape_formulas: true }
	);
}

async function log(
	db: Db,
	actor: PersonActor,
	filter: AuditFilter,
	rows: number,
	whole: boolean
): Promise<void> {
	await db.transaction().execute(async (trx) => {
		const detail = {
			what: 'audit',
			whole,
			group: filter.group,
			of_person: filter.person,
			of_actor: filter.actor,
			from: filter.from?.toISOString() ?? null,
			until: filter.until?.toISOString() ?? null
		};
		await trx
			.insertInto('access_log')
			.values({ kind: 'export', actor: actor.person, detail: JSON.stringify(detail), rows: String(rows) })
			.execute();
		await append(trx, { kind: 'audit.exported', actor: actor.person, detail: { rows, whole } });
	});
}
