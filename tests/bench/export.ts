import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { openDatabase } from '#lib/server/db/database.ts';
import { columns, exportCsv } from '#lib/server/records/export.ts';
import { migrate } from '../../src/cli/migrate.ts';
import { databaseUrls, ensureDatabase } from '../../src/cli/postgres-roles.mjs';
import { fillDistrict } from './export-data.ts';
import { inTurn, summed, type Measured } from './rounds.ts';

/** Staff in the database; each gives about 1.43 rows. */
const PEOPLE = 70_000;
const ROUNDS = 5;
/** Growth of this process's memory while rows stream through it, in MB, that still counts as flat. */
const FLAT_MEGABYTES = 60;

type Connection = Parameters<typeof ensureDatabase>[0];

/**
 * The export of 100,000 rows with scope, filter and log, against a bare `COPY … TO STDOUT` of the same cells from a
 * plain table. Memory must stay flat: it is watched while the export runs.
 */
export async function benchExport(connection: Connection): Promise<Measured> {
	await ensureDatabase(connection, 'bench_export');
	const { appUrl, ownerUrl } = databaseUrls(connection, 'bench_export');
	await migrate(ownerUrl);
	const app = openDatabase(appUrl, { max: 4 });
	const owner = new pg.Client(ownerUrl);
	await owner.connect();
	try {
		await fillDistrict(owner, PEOPLE);
		const actor = await administrator(owner);
		const today = new Date();
		const filter = {
			schools: null,
			course: null,
			status: null,
			search: null,
			asOf: today,
			rolesKnown: today,
			withScores: true
		};
		let most = 0;
		const ours = async () => {
			const begun = performance.now();
			const before = process.memoryUsage().rss;
			const stream = await exportCsv(app.pool, actor, filter);
			let rows = -1;
			for await (const chunk of stream) {
				for (const byte of chunk as Buffer) if (byte === 10) rows++;
				most = Math.max(most, process.memoryUsage().rss - before);
			}
			return rows / ((performance.now() - begun) / 1_000);
		};
		const csv = await exportCsv(app.pool, actor, filter);
		await materialise(owner, csv);
		const bare = async () => {
			const begun = performance.now();
			let rows = 0;
			const stream = owner.query(copyTo('copy exported to stdout with (format csv)'));
			for await (const chunk of stream) for (const byte of chunk as Buffer) if (byte === 10) rows++;
			return rows / ((performance.now() - begun) / 1_000);
		};
		const rates = await inTurn(ROUNDS, ours, bare);
		const megabytes = Math.round(most / 1_048_576);
		const faults = megabytes > FLAT_MEGABYTES ? [`memory grew by ${megabytes} MB`] : [];
		return summed('exporting 100,000 records', 'rows/s', rates, 1 / 2, faults);
	} finally {
		await owner.end();
		await app.db.destroy();
	}
}

/** The same rows as a plain table of text, each cell a column. */
async function materialise(owner: pg.Client, csv: AsyncIterable<unknown>): Promise<void> {
	await owner.query(`create table exported (${columns.map((column) => `${column} text`).join(', ')})`);
	await pipeline(csv, owner.query(copyFrom('copy exported from stdin with (format csv, header)')));
	await owner.query('vacuum analyze exported');
}

/** A district administrator among the filled people. */
async function administrator(owner: pg.Client): Promise<PersonActor> {
	const { rows } = await owner.query<{ person: string; learner: string }>(
		'select person, learner from learner_person order by person limit 1'
	);
	const row = rows[0];
	if (!row) throw new Error('nobody was filled in');
	return {
		kind: 'person',
		...row,
		givenName: 'Bench',
		familyName: 'Administrator',
		email: null,
		affiliations: [],
		rights: [{ right: 'district-administrator', organisation: row.person, districtWide: true }],
		assurance: 'password',
		session: 'bench'
	};
}
