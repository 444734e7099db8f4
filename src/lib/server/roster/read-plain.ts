import type { CleanRows } from './clean-rows.ts';
import { Cleaning } from './cleaning.ts';
import { limits } from './limits.ts';
import { Refusal, type ProblemLog } from './problem.ts';
import type { ColumnSpec } from './read-header.ts';
import { readTable } from './read-table.ts';
import { keyOf } from './read-values.ts';
import { emptyReading, type Reading, type RosterSink } from './reading.ts';

/**
 * The plain file, for districts whose system does not write OneRoster: one CSV, in which a row says that one person has
 * one role at one school and, where there is one, is in one class. Whoever has several roles, schools or classes has
 * several rows, with the same `person_id` and name. The file is always the whole roster: who is not in it has left.
 *
 * | column | | |
 * |---|---|---|
 * | `person_id` | needed | the number of the person in the district's own system; never given to anybody else |
 * | `given_name`, `family_name` | needed | |
 * | `role` | needed | teacher, principal, administrator, counselor, librarian, aide, coach, communications, technology, student, guardian, volunteer |
 * | `email` | | a family may share one |
 * | `employee_id` | staff | |
 * | `school`, `school_id` | students, staff | its name, and its number where there is one; empty means the district's office |
 * | `grade` | students | PK, KG, 01 to 12 |
 * | `class`, `class_id` | | title, and number where there is one; a teacher teaches it, a student attends it |
 * | `first_day`, `last_day` | | of the role at that school, where they are known: 2026-08-26 or 8/26/2026 |
 * | `guardian_of` | guardians | the `person_id` of each child, parted by semicolons |
 *
 * `static/roster-template.csv` is such a file, to be written over.
 */
export const plainColumns = [
	{ name: 'person_id', use: true, required: true, aliases: ['id', 'sourced_id', 'user_id', 'sis_id'] },
	{ name: 'given_name', use: true, required: true, aliases: ['first_name'] },
	{ name: 'family_name', use: true, required: true, aliases: ['last_name', 'surname'] },
	{ name: 'role', use: true, required: true, aliases: ['kind'] },
	{ name: 'email', use: true, aliases: ['e-mail', 'email_address', 'mail'] },
	{ name: 'employee_id', use: true, aliases: ['staff_id'] },
	{ name: 'school_id', use: true, aliases: ['building_id'] },
	{ name: 'school', use: true, aliases: ['school_name', 'building'] },
	{ name: 'grade', use: true, aliases: ['grade_level', 'grades'] },
	{ name: 'class_id', use: true, aliases: ['section_id'] },
	{ name: 'class', use: true, aliases: ['class_name', 'section'] },
	{ name: 'first_day', use: true, aliases: ['begins', 'start_date', 'begin_date'] },
	{ name: 'last_day', use: true, aliases: ['ends', 'end_date'] },
	{ name: 'guardian_of', use: true, aliases: ['children', 'child_ids'] },
	{ name: 'password' }
] as const satisfies readonly ColumnSpec[];
type Column = (typeof plainColumns)[number]['name'];

/** Reads a plain roster file. Throws a Refusal when it can't be taken as one. */
export async function readPlain(
	bytes: AsyncIterable<Uint8Array>,
	file: string,
	total: number,
	sink: RosterSink,
	log: ProblemLog
): Promise<Reading> {
	const reading = emptyReading('plain', null);
	let rows: CleanRows['plain'][] = [];
	let read = 0;
	let count = 0;
	let nameless = 0;
	async function* counted(): AsyncGenerator<Uint8Array> {
		for await (const piece of bytes) {
			read += piece.length;
			yield piece;
		}
	}
	const table = await readTable<Column>(
		counted(),
		{ columns: plainColumns, shortRows: 'filled', checkHeading: (cells) => refuseOneRoster(cells, file) },
		file,
		log,
		(row) => {
			const cleaned = cleanRow(new Cleaning(row, file, log));
			if (cleaned) rows.push(cleaned);
			else nameless += 1;
		},
		async () => {
			count += rows.length;
			await sink.rows('plain', file, rows);
			rows = [];
			await sink.problems(log.take());
			sink.progress({ file, rows: count, bytes: read, total });
		}
	);
	reading.rows.plain = table.rows;
	const unreadable = table.unreadable + nameless;
	for (const kind of ['plain', 'person', 'role', 'class', 'member'] as const) {
		reading.modes[kind] = 'bulk';
		reading.unreadable[kind] = unreadable;
	}
	for (const kind of Object.keys(reading.files) as (keyof typeof reading.files)[]) reading.files[kind] = file;
	reading.namesGuardians = table.columns.has('guardian_of');
	// A school that nobody is in any more is not said to be shut.
	reading.modes.organisation = 'delta';
	return reading;
}

/** One table of OneRoster without the others: what stands in it would be taken for something else. */
const oneRosterColumns = new Set(
	'orgsourcedids enableduser agentsourcedids datelastmodified classsourcedid usersourcedid schoolsourcedid parentsourcedid'.split(
		' '
	)
);
function refuseOneRoster(cells: readonly string[], file: string): void {
	const keys = cells.map(keyOf);
	if (keys.includes('sourcedid') && keys.some((key) => oneRosterColumns.has(key)))
		throw new Refusal('oneroster-part', { file, line: 1 });
}

function cleanRow(row: Cleaning<Column>): CleanRows['plain'] | null {
	const person = row.id('person_id');
	if (person === null) return null;
	const names = row.names(row.words('family_name'), row.words('given_name'), 'family_name');
	const role = row.role('role');
	const school = row.words('school', limits.titleLength);
	const schoolId = row.reference('school_id', { optional: true });
	if (role === 'student' && school === null && schoolId === null) row.fail('school-missing', 'school');
	const title = row.words('class', limits.titleLength);
	const classId = row.reference('class_id', { optional: true });
	const isInClass = role === 'teacher' || role === 'student';
	if ((title ?? classId) !== null && role !== null && !isInClass) row.say('part-unused', 'role');
	return {
		line: row.line,
		person,
		...names,
		email: row.email('email'),
		employeeId: row.words('employee_id', limits.idLength),
		role,
		school,
		schoolId,
		...row.grades('grade'),
		class: title ?? classId,
		classId,
		...row.term(row.day('first_day'), row.dayAfter('last_day'), 'last_day'),
		children: row.list('guardian_of', { quietly: true }),
		state: row.failed ? 'left-out' : row.unused ? 'gone' : 'listed'
	};
}
