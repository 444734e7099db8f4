import { keyOf } from './read-values.ts';

/** A column that a file may have. Those without `use` are known so that nothing else is taken for them, and not read. */
export type ColumnSpec<Name extends string = string> = {
	name: Name;
	use?: boolean;
	required?: boolean;
	/** Other names that mean the same. */
	aliases?: readonly string[];
};

export type Header<Name extends string> = {
	/** Where each column that is read stands. */
	at: Map<Name, number>;
	/** Columns whose name was misspelt, as it stands and as it was taken. */
	corrected: { written: string; name: Name }[];
	/** Columns that might mean one that is missing, but not clearly. */
	unclear: string[];
	/** Used columns that are there twice. */
	twice: Name[];
	/** Required columns that are not there. */
	missing: Name[];
};

/**
 * Finds the columns of a file by its heading. Case, spaces, dashes and underscores do not matter; a misspelling is
 * taken where exactly one column can be meant and nobody else claims it.
 */
export function matchHeader<Name extends string>(
	cells: readonly string[],
	columns: readonly ColumnSpec<Name>[]
): Header<Name> {
	const byKey = new Map<string, ColumnSpec<Name>>();
	for (const column of columns)
		for (const name of [column.name, ...(column.aliases ?? [])]) byKey.set(keyOf(name), column);

	const found = new Map<ColumnSpec<Name>, number[]>();
	const claim = (column: ColumnSpec<Name>, index: number) =>
		found.set(column, [...(found.get(column) ?? []), index]);
	const rest: number[] = [];
	for (const [index, cell] of cells.entries()) {
		const column = byKey.get(keyOf(cell));
		if (column) claim(column, index);
		else rest.push(index);
	}

	const header: Header<Name> = { at: new Map(), corrected: [], unclear: [], twice: [], missing: [] };
	const claims = rest.map((index) => ({ index, nearest: nearest(keyOf(cells[index] ?? ''), byKey) }));
	for (const { index, nearest: candidates } of claims) {
		const written = cells[index] ?? '';
		const open = candidates.filter((column) => !found.has(column));
		const [column] = open;
		if (!column) continue;
		const rivals = claims.filter((other) => other.index !== index && other.nearest.includes(column));
		if (candidates.length > 1 || rivals.length > 0) {
			if (open.some(({ use }) => use)) header.unclear.push(written);
			continue;
		}
		claim(column, index);
		if (column.use) header.corrected.push({ written, name: column.name });
	}
	for (const column of columns) {
		if (!column.use) continue;
		const [index, second] = found.get(column) ?? [];
		if (second !== undefined) header.twice.push(column.name);
		else if (index !== undefined) header.at.set(column.name, index);
		else if (column.required) header.missing.push(column.name);
	}
	return header;
}

/** The columns that a misspelt name comes closest to. */
function nearest<Name extends string>(
	key: string,
	byKey: ReadonlyMap<string, ColumnSpec<Name>>
): ColumnSpec<Name>[] {
	// Columns of a vendor's own are named so, and mean what they say.
	if (key.startsWith('metadata')) return [];
	const near = [...byKey]
		.map(([known, column]) => ({ column, distance: distance(key, known), allowed: slips(key, known) }))
		.filter(({ distance, allowed }) => distance <= allowed);
	const least = Math.min(...near.map(({ distance }) => distance));
	return [...new Set(near.filter(({ distance }) => distance === least).map(({ column }) => column))];
}

function slips(one: string, other: string): number {
	const length = Math.min(one.length, other.length);
	if (length < 5) return 0;
	return length < 8 ? 1 : 2;
}

/** How many slips of the hand lie between two words: a letter too many, missing, wrong, or two that changed places. */
export function distance(one: string, other: string): number {
	if (Math.abs(one.length - other.length) > 2) return Infinity;
	let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
	for (let row = 1; row <= one.length; row++) {
		const now = [row];
		for (let column = 1; column <= other.length; column++) {
			const same = one[row - 1] === other[column - 1];
			let least = Math.min(
				(last[column] ?? 0) + 1,
				(now[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (same ? 0 : 1)
			);
			if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
				least = Math.min(least, (before[column - 2] ?? 0) + 1);
			now.push(least);
		}
		[before, last] = [last, now];
	}
	return last[other.length] ?? Infinity;
}
