import type pg from 'pg';
import { severityOf, type ProblemCode, type Severity } from './problem.ts';
import type { Reading } from './reading.ts';

/** What staging has to know of the district. */
export type StagingDistrict = { name: string; emailDomains: readonly string[] };

/** What every step of staging works with: the transaction whose temporary tables hold what was read. */
export type Staging = {
	id: string;
	reading: Reading;
	district: StagingDistrict;
	/** How many problems were found here. */
	found: Record<Severity, number>;
	run(text: string, values?: unknown[]): Promise<pg.QueryResult>;
	/** Keeps what a query finds (line, column, value, detail, and how often) as problems of one kind. */
	tell(code: ProblemCode, file: string, query: string, values?: unknown[]): Promise<void>;
};

/** Roles of those who work at a school. */
export const staffRoles = `('teacher', 'principal', 'administrator', 'counselor', 'librarian', 'aide', 'coach', 'communications', 'technology')`;

/** Faults of one kind are kept up to this number, and counted beyond. */
const MOST_OF_A_KIND = 10_000;

export function stagingOf(
	client: pg.ClientBase,
	id: string,
	reading: Reading,
	district: StagingDistrict
): Staging {
	const found: Staging['found'] = { stop: 0, row: 0, value: 0, note: 0 };
	return {
		...{ id, reading, district, found },
		run: (text, values = []) => client.query(text, values),
		async tell(code, file, query, values = []) {
			const severity = severityOf(code);
			const n = values.length;
			const { rows } = await client.query<{ count: string }>(
				`with found as (
					select line, "column", value, detail, times from (${query}) f(line, "column", value, detail, times)
				),
				kept as (
					insert into roster_problem (import, severity, code, file, line, "column", value, detail, times)
					select $${n + 1}, $${n + 2}, $${n + 3}, $${n + 4}, line, "column", left(value, 80), detail, times
					from found order by line limit ${MOST_OF_A_KIND}
				)
				select coalesce(sum(times), 0) as count from found`,
				[...values, id, severity, code, file]
			);
			found[severity] += Number(rows[0]?.count ?? 0);
		}
	};
}
