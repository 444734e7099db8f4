import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../lib/server/db/database.ts';
import { importFolder, watchFolder, type FolderFile } from '../../lib/server/roster/folder.ts';
import type { DatabaseUrls } from './command.ts';

/**
 * `waypost roster watch [--once]`: imports what lies in the folder of ROSTER_DIR, each night until it is stopped, or
 * once, now. The server does the same by itself when it is started with ROSTER_DIR.
 */
export async function run(args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { values } = parseArgs({ args, options: { once: { type: 'boolean', default: false } } });
	const given = process.env['ROSTER_DIR'];
	if (!given) return refuse('Say which folder with ROSTER_DIR=/path/to/folder.');
	const folder = path.resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
	if (!(await stat(folder).catch(() => null))?.isDirectory()) return refuse(`There is no folder ${folder}.`);

	const { db, pool } = openDatabase(appUrl, { max: 5 });
	try {
		if (values.once) {
			const files = await importFolder(db, pool, folder, { settled: 0 });
			if (files === null) return refuse('Another process is importing this folder.');
			tell(files, folder);
			return files.every(({ done }) => done) ? 0 : 1;
		}
		const watching = watchFolder(db, pool, folder, {
			onNight: (files) => tell(files, folder),
			onFailure: (error) => console.error(error instanceof Error ? error.message : String(error))
		});
		console.log(`Watching ${folder}. The next import is at ${watching.next().toISOString()}.`);
		await stopped();
		watching.stop();
		return 0;
	} finally {
		await db.destroy();
	}
}

function tell(files: FolderFile[], folder: string): void {
	if (files.length === 0) console.log('No roster file lies there.');
	for (const { name, done } of files)
		console.log(
			`${name}: ${done ? 'applied' : 'not applied'}; the report is in ${folder}/${done ? 'done' : 'refused'}.`
		);
}

/** Until Ctrl-C or SIGTERM. The timer of the night holds no process. */
function stopped(): Promise<void> {
	return new Promise((resolve) => {
		const alive = setInterval(() => {}, 2 ** 30);
		for (const signal of ['SIGINT', 'SIGTERM'] as const)
			process.once(signal, () => {
				clearInterval(alive);
				resolve();
			});
	});
}

function refuse(message: string): number {
	console.error(message);
	return 1;
}
