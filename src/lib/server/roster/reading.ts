import type { CleanRows, RowKind } from './clean-rows.ts';
import type { Problem } from './problem.ts';

/** How a part of a file is meant: as everything there is, as what has changed, or not there. */
export type Mode = 'bulk' | 'delta' | 'absent';

/** What was read of a file. */
export type Reading = {
	format: 'oneroster' | 'plain';
	version: string | null;
	modes: Record<RowKind, Mode>;
	rows: Record<RowKind, number>;
	/** Rows of which nobody can say whom they speak of: while there are any, nobody is taken for absent. */
	unreadable: Record<RowKind, number>;
	/** Whether roles stand with the people (OneRoster 1.1) or in a file of their own (1.2). */
	rolesFrom: 'people' | 'roles';
	/** Whether the file says who is whose guardian at all. */
	namesGuardians: boolean;
	/** What the file of each part is called. */
	files: Record<RowKind, string>;
};

export type ReadingProgress = { file: string; rows: number; bytes: number; total: number };

/** Who takes what is read: the database, or a test. */
export type RosterSink = {
	rows<Kind extends RowKind>(kind: Kind, file: string, rows: CleanRows[Kind][]): Promise<void>;
	problems(problems: Problem[]): Promise<void>;
	progress(progress: ReadingProgress): void;
};

const kinds: readonly RowKind[] = [
	'organisation',
	'session',
	'course',
	'class',
	'person',
	'role',
	'member',
	'plain'
];

function forEach<Value>(value: Value): Record<RowKind, Value> {
	return Object.fromEntries(kinds.map((kind) => [kind, value])) as Record<RowKind, Value>;
}

export function emptyReading(format: Reading['format'], version: string | null): Reading {
	return {
		format,
		version,
		modes: forEach<Mode>('absent'),
		rows: forEach(0),
		unreadable: forEach(0),
		rolesFrom: 'roles',
		namesGuardians: false,
		files: forEach('')
	};
}
