import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import type { CleanRows, RowKind } from './clean-rows.ts';
import type { Problem } from './problem.ts';
import type { RosterSink } from './reading.ts';

/**
 * Clean rows on their way into the database: by COPY into temporary tables of one transaction, which are gone with it.
 * A table under row-level security takes no COPY, and these never hold anything for anybody else.
 */
const tables: { [Kind in RowKind]: Record<keyof CleanRows[Kind], string> } = {
	organisation: { line: 'integer', id: 'text', kind: 'text', name: 'text', parent: 'text', state: 'text' },
	session: { line: 'integer', id: 'text', from: 'date', through: 'date' },
	course: { line: 'integer', id: 'text', band: 'text' },
	class: {
		...{ line: 'integer', id: 'text', title: 'text', band: 'text', organisation: 'text' },
		...{ course: 'text', sessions: 'text', state: 'text' }
	},
	person: {
		...{
			line: 'integer',
			id: 'text',
			familyName: 'text',
			givenName: 'text',
			email: 'text',
			employeeId: 'text'
		},
		...{ enabled: 'boolean', band: 'text', gradeFault: 'text', grade: 'text', role: 'text' },
		...{ unused: 'boolean', organisations: 'text', agents: 'text', state: 'text' }
	},
	role: {
		...{ line: 'integer', id: 'text', person: 'text', organisation: 'text', role: 'text' },
		...{ from: 'date', until: 'date', state: 'text' }
	},
	member: {
		...{ line: 'integer', id: 'text', class: 'text', person: 'text', part: 'text' },
		...{ from: 'date', until: 'date', state: 'text' }
	},
	plain: {
		...{ line: 'integer', person: 'text', familyName: 'text', givenName: 'text', email: 'text' },
		...{ employeeId: 'text', role: 'text', schoolId: 'text', school: 'text', band: 'text' },
		...{ gradeFault: 'text', grade: 'text', classId: 'text', class: 'text', from: 'date', until: 'date' },
		...{ children: 'text', state: 'text' }
	}
};
const kinds = Object.keys(tables) as RowKind[];

/** The column of a temporary table in which a value of a clean row stands. */
function columnOf(key: string): string {
	const names: Record<string, string> = { from: 'from_day', until: 'until_day', through: 'through_day' };
	return names[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Makes the temporary tables `read_person`, `read_role` …, which are dropped at the end of the transaction. */
export async function createReadTables(client: pg.ClientBase): Promise<void> {
	for (const kind of kinds) {
		const columns = Object.entries(tables[kind]).map(([key, type]) => `${columnOf(key)} ${type}`);
		await client.query(`create temporary table read_${kind} (${columns.join(', ')}) on commit drop`);
	}
}

/** Lets the planner know how many rows were read. */
export async function analyzeReadTables(client: pg.ClientBase): Promise<void> {
	await client.query(`analyze ${kinds.map((kind) => `read_${kind}`).join(', ')}`);
}

/** Takes what `readRoster` gives: rows by COPY, problems kept until the connection is free for them. */
export class CopySink implements RosterSink {
	/** What was found, for when the connection is free. */
	readonly found: Problem[] = [];
	readonly progress: RosterSink['progress'];
	readonly #client: pg.ClientBase;
	#copying: { kind: RowKind; stream: CopyStreamQuery } | null = null;

	constructor(client: pg.ClientBase, progress: RosterSink['progress']) {
		this.#client = client;
		this.progress = progress;
	}

	async rows<Kind extends RowKind>(kind: Kind, _file: string, rows: CleanRows[Kind][]): Promise<void> {
		if (rows.length === 0) return;
		if (this.#copying?.kind !== kind) await this.#begin(kind);
		const keys = Object.keys(tables[kind]) as (keyof CleanRows[Kind])[];
		let text = '';
		for (const row of rows) {
			for (let index = 0; index < keys.length; index++) {
				const key = keys[index] as keyof CleanRows[Kind];
				text += (index === 0 ? '' : '\t') + cell(row[key]);
			}
			text += '\n';
		}
		const stream = this.#copying?.stream;
		if (stream && !stream.write(text)) await once(stream, 'drain');
	}

	async problems(problems: Problem[]): Promise<void> {
		this.found.push(...problems);
	}

	async #begin(kind: RowKind): Promise<void> {
		await this.finish();
		const columns = Object.keys(tables[kind]).map(columnOf);
		const stream = this.#client.query(copyFrom(`copy read_${kind} (${columns.join(', ')}) from stdin`));
		this.#copying = { kind, stream };
	}

	/** Ends the COPY that is under way, so that the connection takes other statements again. */
	async finish(): Promise<void> {
		const stream = this.#copying?.stream;
		this.#copying = null;
		if (!stream) return;
		stream.end();
		await once(stream, 'finish');
	}

	/** Breaks it off. */
	abandon(): void {
		this.#copying?.stream.destroy();
		this.#copying = null;
	}
}

/** One cell as COPY reads it. */
function cell(value: unknown): string {
	if (value === null) return '\\N';
	if (typeof value === 'boolean') return value ? 't' : 'f';
	if (typeof value === 'number') return String(value);
	const text = String(value);
	return /[\\\t\n\r]/.test(text)
		? text.replace(/[\\\t\n\r]/g, (special) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[special] ?? '\\r')
		: text;
}

const PROBLEMS_AT_ONCE = 2_000;

/** Keeps problems with their import. */
export async function keepProblems(
	client: Pick<pg.ClientBase, 'query'>,
	id: string,
	problems: readonly Problem[]
): Promise<void> {
	for (let from = 0; from < problems.length; from += PROBLEMS_AT_ONCE) {
		const some = problems.slice(from, from + PROBLEMS_AT_ONCE);
		await client.query(
			`insert into roster_problem (import, severity, code, file, line, "column", value, detail, times)
			select $1, p.severity, p.code, p.file, p.line, p."column", p.value, p.detail, p.times
			from json_to_recordset($2) as p(severity text, code text, file text, line integer, "column" text, value text,
				detail text, times integer)`,
			[id, JSON.stringify(some)]
		);
	}
}
