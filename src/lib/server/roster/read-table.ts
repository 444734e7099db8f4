import { once } from 'node:events';
import { parse, type CsvError, type InfoRecord } from 'csv-parse';
import { limits } from './limits.ts';
import { Refusal, type ProblemLog } from './problem.ts';
import { matchHeader, type ColumnSpec } from './read-header.ts';
import { decodeText } from './read-text.ts';

/** One row while it is looked at: what stands in a column that is read, trimmed; empty where there is none. */
export type Row<Name extends string> = {
	line: number;
	cell(column: Name): string;
};

export type TableSpec<Name extends string> = {
	columns: readonly ColumnSpec<Name>[];
	/** Spreadsheets leave out empty cells at the end of some rows; machines don't. */
	shortRows: 'filled' | 'refused';
	/** Whose heading shows that the file is something else: throws a Refusal. */
	checkHeading?: (cells: readonly string[]) => void;
};

export type TableReading<Name extends string> = {
	rows: number;
	/** Rows that could not be taken apart: nobody can say whom they speak of. */
	unreadable: number;
	columns: ReadonlySet<Name>;
};

const delimiters = [',', ';', '\t'];

/**
 * Reads a CSV file as it streams by. `take` gets each row, and `rest` is awaited after every piece, so that whoever
 * stores the rows sets the pace. Cells of columns that are not read are dropped here, before anything else sees them.
 * Throws a Refusal when the file can't be read as a table.
 */
export async function readTable<Name extends string>(
	bytes: AsyncIterable<Uint8Array>,
	{ columns, shortRows, checkHeading = () => {} }: TableSpec<Name>,
	file: string,
	log: ProblemLog,
	take: (row: Row<Name>) => void,
	rest: () => Promise<void> = async () => {}
): Promise<TableReading<Name>> {
	const reading = { rows: 0, unreadable: 0, columns: new Set<Name>() };
	let at: ReadonlyMap<Name, number> | null = null;
	let width = 0;
	let current: string[] = [];
	let endOfLast = 0;
	const row: Row<Name> = {
		line: 0,
		cell(column) {
			const index = at?.get(column);
			return index === undefined ? '' : (current[index] ?? '');
		}
	};

	const onRecord = (record: string[], { lines }: InfoRecord): null => {
		const first = endOfLast + 1;
		endOfLast = lines;
		if (record.every((cell) => cell === '')) return null;
		if (at === null) {
			if (isSeparatorLine(record)) return null;
			checkHeading(record);
			at = readHeading(record, columns, file, log);
			width = record.length;
			for (const name of at.keys()) reading.columns.add(name);
			return null;
		}
		reading.rows += 1;
		if (reading.rows > limits.rows) throw new Refusal('too-many-rows', { file, line: lines });
		const isBroken = lines > first;
		// A quote in the middle of a word is a nickname; one that opened and was not closed has swallowed rows.
		if (isBroken && record.some((cell) => cell.startsWith('"')))
			throw new Refusal('quote-stray', { file, line: first });
		row.line = first;
		if (!fits(record, width, shortRows)) {
			reading.unreadable += 1;
			log.add('row-width', { file, line: first, detail: `${record.length}/${width}` });
			return null;
		}
		// No name or id goes over two lines: a quote is missing somewhere, and this is two rows in one.
		const broken = isBroken && [...at].find(([, index]) => record[index]?.includes('\n'));
		if (broken) {
			reading.unreadable += 1;
			log.add('row-broken', { file, line: first, column: broken[0] });
			return null;
		}
		current = record;
		take(row);
		return null;
	};

	let parser: ReturnType<typeof parse> | null = null;
	try {
		for await (const text of decodeText(bytes, file)) {
			parser ??= begin(delimiterOf(text, file, log), onRecord);
			// The parser's callback comes once all rows of this piece have been through `onRecord`.
			await written(parser, text);
			await rest();
		}
		if (parser) await ended(parser);
	} catch (error) {
		if (error instanceof Refusal) throw error;
		throw refusalOf(error, file, endOfLast + 1, parser?.info.lines ?? 1);
	} finally {
		parser?.destroy();
	}
	if (at === null) throw new Refusal('file-empty', { file });
	await rest();
	return reading;
}

function begin(
	delimiter: string,
	onRecord: (record: string[], info: InfoRecord) => null
): ReturnType<typeof parse> {
	const parser = parse({
		delimiter,
		record_delimiter: '\n',
		relax_column_count: true,
		relax_quotes: true,
		trim: true,
		max_record_size: limits.lineLength,
		on_record: onRecord
	});
	parser.on('error', () => {});
	// Rows never come out at this end.
	parser.resume();
	return parser;
}

function written(parser: ReturnType<typeof parse>, text: string): Promise<void> {
	return new Promise((resolve, reject) => {
		parser.write(text, (error) => (error ? reject(error) : resolve()));
	});
}

async function ended(parser: ReturnType<typeof parse>): Promise<void> {
	parser.end();
	await once(parser, 'end');
}

function readHeading<Name extends string>(
	cells: string[],
	columns: readonly ColumnSpec<Name>[],
	file: string,
	log: ProblemLog
): Map<Name, number> {
	if (cells.length > limits.columns) throw new Refusal('too-many-columns', { file, line: 1 });
	const header = matchHeader(cells, columns);
	if (header.twice[0]) throw new Refusal('column-twice', { file, line: 1, column: header.twice[0] });
	if (header.missing.length > 0)
		throw new Refusal('column-missing', { file, line: 1, detail: header.missing.join(', ') });
	for (const { written, name } of header.corrected)
		log.add('column-corrected', { file, line: 1, column: name, value: written });
	for (const column of header.unclear) log.add('column-unclear', { file, line: 1, value: column });
	return header.at;
}

/** `sep=;`, with which spreadsheets say among themselves what parts the cells. */
function isSeparatorLine(record: string[]): boolean {
	return /^sep=[;\t]?$/i.test(record[0] ?? '') && record.slice(1).every((cell) => cell === '');
}

function fits(record: string[], width: number, shortRows: 'filled' | 'refused'): boolean {
	if (record.length === width) return true;
	if (record.length < width) return shortRows === 'filled';
	// A comma too many at the end of a line says nothing.
	return record.slice(width).every((cell) => cell === '');
}

/** Some spreadsheets part cells by semicolons or tabs; the heading shows it. */
function delimiterOf(text: string, file: string, log: ProblemLog): string {
	const heading = /^[^\n]*/.exec(text)?.[0] ?? '';
	if (heading.includes(',')) return ',';
	const other = delimiters.find((delimiter) => heading.includes(delimiter));
	if (!other) return ',';
	log.add('delimiter-corrected', { file, line: 1, value: other === '\t' ? 'TAB' : other });
	return other;
}

/** The parser's own words may quote a cell: only its code and the line are passed on. */
function refusalOf(error: unknown, file: string, line: number, reached: number): unknown {
	const code = error instanceof Error && 'code' in error ? (error as CsvError).code : '';
	// A row that runs on over many lines is one whose quote was never closed.
	if (code === 'CSV_MAX_RECORD_SIZE' && reached === line) return new Refusal('line-too-long', { file, line });
	if (code === 'CSV_MAX_RECORD_SIZE' || code === 'CSV_QUOTE_NOT_CLOSED')
		return new Refusal('quote-open', { file, line });
	if (/^CSV_|^INVALID_OPENING_QUOTE/.test(code)) return new Refusal('quote-stray', { file, line });
	return error;
}
