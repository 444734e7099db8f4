/**
 * `npm run bench:learning`: what Waypost adds to the bare work, as ratios measured in one run on this machine, on a
 * throw-away PostgreSQL with the demo district. Ends with 1 when a target is missed.
 */
import { openDatabase } from '#lib/server/db/database.ts';
import { seedDemo } from '#lib/server/demo/seed.ts';
import { migrate } from '../../src/cli/migrate.ts';
import { databaseUrls } from '../../src/cli/postgres-roles.mjs';
import { startTestCluster } from '../../src/cli/test-database.mjs';
import { benchAnswers } from './answers.ts';
import { benchExport } from './export.ts';
import { benchLessonPage } from './lesson-page.ts';
import type { Measured } from './rounds.ts';

const cluster = await startTestCluster();
try {
	const { appUrl, ownerUrl } = databaseUrls(cluster.connection);
	await migrate(ownerUrl);
	await seed(appUrl, ownerUrl);
	const measured = [
		await benchLessonPage(appUrl),
		await benchAnswers(appUrl),
		await benchExport(cluster.connection)
	];
	console.log(table(measured));
	process.exitCode = measured.every(reached) ? 0 : 1;
} finally {
	await cluster.stop();
}

async function seed(appUrl: string, ownerUrl: string): Promise<void> {
	const [app, owner] = [openDatabase(appUrl, { max: 4 }), openDatabase(ownerUrl, { max: 2 })];
	try {
		await seedDemo(app.db, owner.db);
		await owner.pool.query('vacuum analyze');
	} finally {
		await Promise.all([app.db.destroy(), owner.db.destroy()]);
	}
}

function reached({ ratio, atLeast, faults }: Measured): boolean {
	return ratio >= atLeast && faults.length === 0;
}

function table(measured: Measured[]): string {
	const round = (rate: number) => Math.round(rate).toLocaleString('en');
	const rows = measured.map((line) => [
		line.what,
		`${round(line.ours)} ${line.unit}`,
		`${round(line.bare)} ${line.unit}`,
		line.ratio.toFixed(2),
		`≥ ${line.atLeast.toFixed(2)}`,
		[reached(line) ? 'reached' : 'MISSED', ...line.faults].join('; ')
	]);
	const head = ['', 'Waypost', 'bare', 'ratio', 'target', ''];
	const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
	const line = (cells: string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
	return [head, ...rows].map(line).join('\n');
}
