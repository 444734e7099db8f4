/**
 * What is wrong with a roster file, found while reading or comparing it. How far a fault reaches:
 * `stop` the whole file is refused; `row` the row is left out, and whom it speaks of stays as they are; `value` the
 * row is taken without that value; `note` it was clear what is meant, and it was put right.
 */
export type Severity = 'stop' | 'row' | 'value' | 'note';
export const severities: readonly Severity[] = ['stop', 'row', 'value', 'note'];

const codes = {
	// The file as a whole.
	'not-a-roster': 'stop',
	'oneroster-part': 'stop',
	'file-empty': 'stop',
	'file-too-large': 'stop',
	'archive-damaged': 'stop',
	'archive-encrypted': 'stop',
	'archive-path': 'stop',
	'archive-bomb': 'stop',
	'archive-crowded': 'stop',
	'archive-nested': 'stop',
	'archive-twice': 'stop',
	'file-missing': 'stop',
	'manifest-value': 'stop',
	encoding: 'stop',
	'nul-byte': 'stop',
	'line-too-long': 'stop',
	'too-many-columns': 'stop',
	'too-many-rows': 'stop',
	'quote-open': 'stop',
	'quote-stray': 'stop',
	'column-missing': 'stop',
	'column-twice': 'stop',
	'several-districts': 'stop',
	// A row.
	'row-width': 'row',
	'row-broken': 'row',
	'id-missing': 'row',
	'name-missing': 'row',
	'kind-unknown': 'row',
	'role-unknown': 'row',
	'part-unknown': 'row',
	'status-unknown': 'row',
	'school-missing': 'row',
	'reference-missing': 'row',
	'too-long': 'row',
	'id-twice': 'row',
	'person-differs': 'row',
	'organisation-unknown': 'row',
	'person-unknown': 'row',
	'class-unknown': 'row',
	'person-without-role': 'row',
	'member-differs': 'row',
	'member-elsewhere': 'row',
	'class-without-band': 'row',
	'dates-reversed': 'row',
	// A value.
	'email-unclear': 'value',
	'agent-unknown': 'value',
	'agent-no-guardian': 'value',
	'date-unclear': 'value',
	'boolean-unclear': 'value',
	'grade-unknown': 'value',
	'grades-mixed': 'value',
	'session-unknown': 'value',
	// Put right, or worth knowing.
	'manifest-missing': 'note',
	'manifest-version': 'note',
	'file-not-announced': 'note',
	'column-corrected': 'note',
	'column-unclear': 'note',
	'delimiter-corrected': 'note',
	'value-corrected': 'note',
	'characters-removed': 'note',
	'status-inactive': 'note',
	'name-single': 'note',
	'grade-without-band': 'note',
	'list-corrected': 'note',
	'organisation-unused': 'note',
	'role-unused': 'note',
	'part-unused': 'note',
	'endings-suspended': 'note',
	'grade-missing': 'note',
	'same-person-twice': 'note',
	'district-email-shared': 'note',
	'sign-in-curtailed': 'note'
} as const satisfies Record<string, Severity>;

export type ProblemCode = keyof typeof codes;
export const problemCodes = Object.keys(codes) as ProblemCode[];

export type Problem = {
	file: string;
	/** Counted from 1, the heading included; null when the fault is of the whole file. */
	line: number | null;
	column: string | null;
	/** What stands there, cut to a length that fits a table. Never one of a column that is not read. */
	value: string | null;
	code: ProblemCode;
	severity: Severity;
	/** What the words for the code need besides: what it was taken for, which values are known, how many cells. */
	detail: string | null;
	/** How often it was met: notes of the same kind are counted, with the place of the first. */
	times: number;
};

export type Place = {
	file: string;
	line?: number | null;
	column?: string | null;
	value?: string | null;
	detail?: string | null;
};

const LONGEST_VALUE = 80;
/** Each further fault of a file is counted and no longer kept: a table of millions would help nobody. */
const MOST_KEPT = 50_000;
const MOST_NOTES = 2_000;

export function problem(code: ProblemCode, place: Place): Problem {
	return {
		file: place.file,
		line: place.line ?? null,
		column: place.column ?? null,
		value: place.value === undefined || place.value === null ? null : shown(place.value),
		code,
		severity: codes[code],
		detail: place.detail ?? null,
		times: 1
	};
}

export function severityOf(code: ProblemCode): Severity {
	return codes[code];
}

function shown(value: string): string {
	const visible = value.replace(/\p{Cc}+/gu, ' ');
	return visible.length > LONGEST_VALUE ? `${visible.slice(0, LONGEST_VALUE - 1)}…` : visible;
}

/** A file is refused. Thrown while reading, and turned into an answer by `readRoster`. */
export class Refusal extends Error {
	readonly problem: Problem;
	constructor(code: ProblemCode, place: Place) {
		super(`the roster file is refused: ${code}`);
		this.problem = problem(code, place);
	}
}

/** Gathers faults while a file is read; memory stays bounded however many there are. */
export class ProblemLog {
	readonly counts: Record<Severity, number> = { stop: 0, row: 0, value: 0, note: 0 };
	#waiting: Problem[] = [];
	#kept = 0;
	#notes = new Map<string, Problem>();

	add(code: ProblemCode, place: Place): void {
		const found = problem(code, place);
		this.counts[found.severity] += 1;
		if (found.severity === 'note') this.#note(found);
		else if (this.#kept < MOST_KEPT) {
			this.#kept += 1;
			this.#waiting.push(found);
		}
	}

	#note(found: Problem): void {
		const key = [found.code, found.file, found.column, found.value, found.detail].join('\u001f');
		const known = this.#notes.get(key);
		if (known) known.times += 1;
		else if (this.#notes.size < MOST_NOTES) this.#notes.set(key, found);
	}

	/** What was found since it was last asked; notes only once everything was read, with how often each was met. */
	take({ notes = false }: { notes?: boolean } = {}): Problem[] {
		const taken = this.#waiting;
		this.#waiting = [];
		if (notes) {
			taken.push(...this.#notes.values());
			this.#notes = new Map();
		}
		return taken;
	}
}
