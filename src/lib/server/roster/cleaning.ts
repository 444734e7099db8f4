import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import type { GradeFault, RowState } from './clean-rows.ts';
import { limits } from './limits.ts';
import type { ProblemCode, ProblemLog } from './problem.ts';
import type { Row } from './read-table.ts';
import {
	dayAfter,
	knownRoles,
	listOf,
	readBoolean,
	readDay,
	readEmail,
	readGrades,
	readRole,
	readStatus,
	readWords
} from './read-values.ts';

/**
 * Reads the cells of one row, one after the other, and notes what is wrong with them. `failed` says that the row can't
 * be taken, although it is known whom it speaks of.
 */
export class Cleaning<Column extends string> {
	failed = false;
	/** Its role is one that nothing follows from: the row was understood, and says that nobody is needed here for it. */
	unused = false;
	readonly #row: Row<Column>;
	readonly #file: string;
	readonly #log: ProblemLog;

	constructor(row: Row<Column>, file: string, log: ProblemLog) {
		this.#row = row;
		this.#file = file;
		this.#log = log;
	}

	get line(): number {
		return this.#row.line;
	}

	cell(column: Column): string {
		return this.#row.cell(column);
	}

	say(code: ProblemCode, column: Column | null, detail: string | null = null): void {
		const value = column === null ? null : this.cell(column);
		this.#log.add(code, { file: this.#file, line: this.line, column, value, detail });
	}

	/** Notes what leaves the row out. */
	fail(code: ProblemCode, column: Column | null, detail: string | null = null): null {
		this.failed = true;
		this.say(code, column, detail);
		return null;
	}

	/** What identifies the row; null when there is nothing or too much: then nobody knows whom the row speaks of. */
	id(column: Column): string | null {
		const value = readWords(this.cell(column));
		if (value === '') return this.fail('id-missing', column);
		return value.length > limits.idLength ? this.fail('too-long', column) : value;
	}

	/** What another row is identified by. */
	reference(column: Column, { optional = false } = {}): string | null {
		const value = readWords(this.cell(column));
		if (value === '') return optional ? null : this.fail('reference-missing', column);
		return value.length > limits.idLength ? this.fail('too-long', column) : value;
	}

	/**
	 * Ids in one cell, joined by commas; null where there are none. Other separators are clear as well, since no id holds
	 * them, and are told unless `quietly`.
	 */
	list(column: Column, { quietly = false } = {}): string | null {
		const written = this.cell(column);
		const isOther = /[;|]/.test(written);
		if (isOther && !quietly) this.say('list-corrected', column);
		return listOf(written, isOther || quietly ? /[;,|]/ : /,/).join(',') || null;
	}

	words(column: Column, longest: number = limits.nameLength): string | null {
		const written = this.cell(column);
		const value = readWords(written);
		if (value.length > longest) return this.fail('too-long', column);
		if (value.length < written.normalize('NFC').replace(/\s+/gu, ' ').trim().length)
			this.say('characters-removed', column);
		return value === '' ? null : value;
	}

	/** Family and given name. One who has a single name is called by it. */
	names(
		family: string | null,
		given: string | null,
		column: Column
	): { familyName: string | null; givenName: string | null } {
		if (family === null && given === null && !this.failed) this.fail('name-missing', column);
		else if ((family === null || given === null) && !this.failed) this.say('name-single', null);
		return { familyName: family ?? given, givenName: family === null ? '' : (given ?? '') };
	}

	email(column: Column): string | null {
		const written = this.cell(column);
		if (written === '') return null;
		const address = written.length > limits.emailLength ? null : readEmail(written);
		if (address === null) this.say('email-unclear', column);
		return address;
	}

	day(column: Column): string | null {
		const written = this.cell(column);
		if (written === '') return null;
		const day = readDay(written);
		if (day === null) this.say('date-unclear', column);
		return day;
	}

	/** The first day on which it is not so any more, where the file names the last one on which it is. */
	dayAfter(column: Column): string | null {
		const day = this.day(column);
		return day && dayAfter(day);
	}

	/** Refuses a term that ends before it begins; one of no length has never been. */
	term(
		from: string | null,
		until: string | null,
		column: Column
	): { from: string | null; until: string | null } {
		if (from !== null && until !== null && until < from) this.fail('dates-reversed', column);
		return { from, until };
	}

	boolean(column: Column, without: boolean): boolean {
		const written = this.cell(column);
		if (written === '') return without;
		const value = readBoolean(written);
		if (value === null) this.say('boolean-unclear', column, String(without));
		return value ?? without;
	}

	role(column: Column): AffiliationRole | null {
		const written = this.cell(column);
		const read = readRole(written);
		if (read.role === 'unknown') return this.fail('role-unknown', column, knownRoles.join(', '));
		if (read.role === 'unused') {
			this.unused = true;
			this.say('role-unused', column);
			return null;
		}
		if ('exact' in read && !read.exact) this.say('value-corrected', column, read.role);
		return read.role;
	}

	grades(column: Column): { band: Band | null; gradeFault: GradeFault | null; grade: string | null } {
		const grades = readGrades(this.cell(column));
		if (grades.band !== null || grades.why === 'empty')
			return { band: grades.band, gradeFault: null, grade: null };
		const fault = { unknown: 'grade-unknown', mixed: 'grades-mixed', none: 'grade-without-band' } as const;
		return { band: null, gradeFault: fault[grades.why], grade: this.cell(column).slice(0, 40) };
	}

	/** Where the row stands by its status, once everything else of it was looked at. */
	state(column: Column): RowState {
		const written = this.cell(column);
		const read = readStatus(written);
		if (!read) {
			this.fail('status-unknown', column, 'active, tobedeleted');
			return 'left-out';
		}
		if (read.status === 'inactive') this.say('status-inactive', column);
		else if (!read.exact)
			this.say('value-corrected', column, read.status === 'gone' ? 'tobedeleted' : 'active');
		return read.status === 'active' ? 'listed' : 'gone';
	}
}
