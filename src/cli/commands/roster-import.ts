import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../lib/server/db/database.ts';
import * as problems from '../../lib/server/roster/problems.ts';
import { reportOf } from '../../lib/server/roster/report.ts';
import { importFile, type Imported } from '../../lib/server/roster/run.ts';
import { progressBar } from '../progress-bar.ts';
import type { DatabaseUrls } from './command.ts';

/** Codes beside 0 (done) and 1 (refused or failed): called wrongly; waits for the number of people that it would end. */
const CALLED_WRONGLY = 2;
const ASKS_FOR_NUMBER = 3;

/**
 * `waypost roster import FILE [--dry-run] [--confirm-ending N] [--problems FILE]`: brings the district up to date with
 * a roster file, or shows what would change.
 */
export async function run(args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			'dry-run': { type: 'boolean', default: false },
			'confirm-ending': { type: 'string' },
			problems: { type: 'string' }
		}
	});
	const [file] = positionals;
	if (!file || positionals.length > 1)
		return refuse('Name one file: waypost roster import roster.zip [--dry-run]', CALLED_WRONGLY);
	const ending = values['confirm-ending'] === undefined ? null : Number(values['confirm-ending']);
	if (ending !== null && (!Number.isInteger(ending) || ending < 0))
		return refuse('Give --confirm-ending the number of people that end, such as 42.', CALLED_WRONGLY);
	// Where the command was called, which npm tells; the scripts themselves run in the project’s folder.
	const from = process.env['INIT_CWD'] ?? process.cwd();
	const source = path.resolve(from, file);
	if (!(await stat(source).catch(() => null))?.isFile()) return refuse(`There is no file ${source}.`, 1);

	const { db, pool } = openDatabase(appUrl, { max: 4 });
	const bar = progressBar(process.stderr);
	try {
		const name = path.basename(source);
		const done = await importFile(
			db,
			pool,
			{ person: null, way: 'command-line' },
			{ name, path: source },
			{
				dryRun: values['dry-run'],
				ending,
				onReading: ({ file, rows, bytes, total }) =>
					bar.show(`Reading ${file}`, bytes, total, `${rows.toLocaleString('en')} rows`),
				onStep: (step, of) => bar.show('Comparing and applying', step, of)
			}
		);
		bar.done();
		console.log(await reportOf(db, name, done));
		if (values.problems) {
			const target = path.resolve(from, values.problems);
			await pipeline(problems.asCsv(db, null, done.import, 'en'), createWriteStream(target, { mode: 0o600 }));
			console.log(`All problems are in ${target}.`);
		}
		return codeOf(done);
	} finally {
		bar.done();
		await db.destroy();
	}
}

function codeOf({ read, applied }: Imported): number {
	if (!read.ok) return 1;
	if (!applied || applied.ok) return 0;
	return applied.reason === 'ending-guard' ? ASKS_FOR_NUMBER : 1;
}

function refuse(message: string, code: number): number {
	console.error(message);
	return code;
}
