import { stringify } from 'csv-stringify/sync';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { ListedStudent } from './office-view.ts';

const columns = ['family_name', 'given_name', 'grade_band', 'class', 'permission', 'state', 'as_of'] as const;

/**
 * The list as CSV after RFC 4180 in UTF-8, with the instant that it speaks of in each row: it may be read long after.
 * A cell that a spreadsheet would take for a formula gets an apostrophe first.
 */
export function csvOf(students: readonly ListedStudent[], purpose: string, at: Date): string {
	return stringify(
		students.map(({ familyName, givenName, band, classes, state }) => ({
			family_name: familyName,
			given_name: givenName,
			grade_band: band ?? '',
			class: classes.join('; '),
			permission: purpose,
			state,
			as_of: at.toISOString()
		})),
		{ header: true, columns: [...columns], record_delimiter: 'windows', escape_formulas: true }
	);
}

/** Logs who took the list of a school away, and how many names were on it. */
export async function noteExport(
	db: Db,
	actor: PersonActor,
	list: { school: string; purpose: string; rows: number }
): Promise<void> {
	await db
		.insertInto('access_log')
		.values({
			kind: 'export',
			actor: actor.person,
			detail: JSON.stringify({ what: 'permission-list', school: list.school, purpose: list.purpose }),
			rows: String(list.rows)
		})
		.execute();
}
