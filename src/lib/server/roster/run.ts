import type pg from 'pg';
import type { Db } from '#lib/server/db/database.ts';
import { apply, type Applied } from './apply.ts';
import { begin, discard, fail, read, type FileRead, type Importer } from './imports.ts';
import { plan, type Plan } from './plan.ts';
import type { RosterSource } from './read-archive.ts';
import type { ReadingProgress } from './reading.ts';
import { rosterSettings } from './settings.ts';

export type ImportOptions = {
	/** Only show what would change. */
	dryRun?: boolean;
	/** The number of people that end, where somebody has given it. */
	ending?: number | null;
	onReading?: (progress: ReadingProgress) => void;
	onStep?: (step: number, of: number) => void;
};
export type Imported = { import: string; read: FileRead; plan: Plan | null; applied: Applied | null };

/** Reads a file and brings the district up to date with it, or shows what would change: as the command line does it. */
export async function importFile(
	db: Db,
	pool: pg.Pool,
	importer: Importer,
	source: RosterSource,
	{ dryRun = false, ending = null, onReading, onStep }: ImportOptions = {}
): Promise<Imported> {
	const settings = rosterSettings();
	const id = await begin(db, importer, source.name);
	const file = await read(pool, id, source, settings.district, onReading);
	if (!file.ok) return { import: id, read: file, plan: null, applied: null };
	if (dryRun) {
		const shown = await plan(db, pool, id, importer.person, settings).catch(async (error: unknown) => {
			await fail(db, id);
			throw error;
		});
		await discard(db, id, importer.person, 'dry-run');
		return { import: id, read: file, plan: shown, applied: null };
	}
	const applied = await apply(db, pool, id, importer.person, settings, {
		ending,
		...(onStep ? { onStep } : {})
	});
	if (!applied.ok) await discard(db, id, importer.person, applied.reason);
	return { import: id, read: file, plan: applied.plan, applied };
}
