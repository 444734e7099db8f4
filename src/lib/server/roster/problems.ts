import { stringify } from 'csv-stringify/sync';
import { sql } from 'kysely';
import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import { rosterScope } from './imports.ts';
import { inWords } from './problem-words.ts';
import type { Problem, ProblemCode, Severity } from './problem.ts';

/** The problems that were found in the file of an import. They may show a name: roster work alone reads them. */
export type ProblemFilter = { severity?: Severity | null; code?: ProblemCode | null };
export type FoundProblem = Problem & { n: string };
/** `rows`: how many stand in the table; `count`: how often they were met. */
export type ProblemCount = { severity: Severity; code: ProblemCode; rows: number; count: number };

const AT_ONCE = 1_000;
/** Numbers of problems begin at 1. */
const BEFORE_ALL = '0';
const order = ['stop', 'row', 'value', 'note'] as const;

/** How many there are of each kind, the worst first. */
export async function counts(db: Db, actor: string | null, id: string): Promise<ProblemCount[]> {
	return within(db, rosterScope(actor), async (trx) => {
		const rows = await trx
			.selectFrom('roster_problem')
			.select(['severity', 'code'])
			.select((eb) => [eb.fn.countAll<string>().as('rows'), eb.fn.sum<string>('times').as('count')])
			.where('import', '=', id)
			.groupBy(['severity', 'code'])
			.execute();
		return rows
			.map((row) => ({
				severity: row.severity,
				code: row.code as ProblemCode,
				rows: Number(row.rows),
				count: Number(row.count)
			}))
			.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.count - a.count);
	});
}

/**
 * One page of them: the worst first, or, after the one whose `n` is `after`, in the order in which they were found.
 */
export async function page(
	db: Db,
	actor: string | null,
	id: string,
	{ severity = null, code = null }: ProblemFilter = {},
	{ offset = 0, after = null, limit = 50 }: { offset?: number; after?: string | null; limit?: number } = {}
): Promise<FoundProblem[]> {
	return within(db, rosterScope(actor), async (trx) => {
		let query = trx.selectFrom('roster_problem').selectAll().where('import', '=', id);
		if (severity) query = query.where('severity', '=', severity);
		if (code) query = query.where('code', '=', code);
		if (after) query = query.where('n', '>', after);
		if (!after) query = query.orderBy(sql`array_position(${[...order]}::text[], severity)`);
		const rows = await query.orderBy('n').limit(limit).offset(offset).execute();
		return rows.map(({ import: _, code, ...row }) => ({ ...row, code: code as ProblemCode }));
	});
}

/** All of them as CSV, piece by piece; what a spreadsheet would take for a formula is made harmless. */
export async function* asCsv(
	db: Db,
	actor: string | null,
	id: string,
	locale: Locale,
	filter: ProblemFilter = {}
): AsyncGenerator<string> {
	const options = { locale };
	const write = (rows: (string | number | null)[][]) =>
		stringify(rows, { escape_formulas: true, record_delimiter: 'windows' });
	yield write([
		[
			m.roster_column_severity({}, options),
			m.roster_column_file({}, options),
			m.roster_column_line({}, options),
			m.roster_column_column({}, options),
			m.roster_column_value({}, options),
			m.roster_column_times({}, options),
			m.roster_column_what({}, options),
			m.roster_column_remedy({}, options),
			'code'
		]
	]);
	let after: string = BEFORE_ALL;
	for (;;) {
		const some: FoundProblem[] = await page(db, actor, id, filter, { after, limit: AT_ONCE });
		if (some.length > 0)
			yield write(
				some.map((problem) => {
					const { what, remedy } = inWords(problem, locale);
					return [
						severityWord(problem.severity, locale),
						problem.file,
						problem.line,
						problem.column,
						problem.value,
						problem.times,
						what,
						remedy,
						problem.code
					];
				})
			);
		if (some.length < AT_ONCE) return;
		after = some.at(-1)?.n ?? BEFORE_ALL;
	}
}

const severityWords = {
	stop: m.roster_severity_stop,
	row: m.roster_severity_row,
	value: m.roster_severity_value,
	note: m.roster_severity_note
};
export function severityWord(severity: Severity, locale: Locale): string {
	return severityWords[severity]({}, { locale });
}
