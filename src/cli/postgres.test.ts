import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { removeCluster } from './postgres-cluster.mjs';
import { startPostgres } from './postgres.mjs';
import { createTemplate, createTestDatabase, startTestCluster } from './test-database.mjs';

let cluster: Awaited<ReturnType<typeof startTestCluster>>;
let migrations: string;

beforeAll(async () => {
	migrations = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
	await writeFile(
		path.join(migrations, '001-note.ts'),
		`import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))};
		export async function up(db) { await sql\`create table note (text text); grant select on note to waypost_app\`.execute(db); }`
	);
	cluster = await startTestCluster();
	await createTemplate(cluster.connection, (ownerUrl) => migrate(ownerUrl, migrations));
});
afterAll(async () => {
	await cluster?.stop();
	await rm(migrations, { recursive: true });
});

async function query(url: string, text: string) {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query(text)).rows;
	} finally {
		await client.end();
	}
}

describe('the embedded database', () => {
	it('speaks UTF-8, keeps the time of UTC and sorts the same on every machine', async () => {
		const { superuserUrl, drop } = await createTestDatabase(cluster.connection);
		const rows = await query(
			superuserUrl,
			`select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
				current_setting('timezone') as timezone from pg_database where datname = current_database()`
		);
		expect(rows).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', timezone: 'UTC' }]);
		await drop();
	});

	it.runIf(process.platform !== 'win32')('is spoken to through a socket that is nobody else’s', async () => {
		const { superuserUrl, drop } = await createTestDatabase(cluster.connection);
		expect(await query(superuserUrl, 'select inet_server_addr() as address')).toEqual([{ address: null }]);
		const { mode } = await stat(cluster.connection.socket ?? '');
		expect(mode & 0o077).toBe(0);
		await drop();
	});

	it('comes back by itself after it was killed, though its socket and another process’s lock are left', async () => {
		const dataDir = await mkdtemp(path.join(os.tmpdir(), 'kill-'));
		await chmod(dataDir, 0o711);
		const events: string[] = [];
		const postgres = await startPostgres({ dataDir, fast: true, onEvent: ({ kind }) => events.push(kind) });
		const { socket = '', port } = postgres.connection;
		try {
			const [row] = await query(postgres.superuserUrl, `select pg_read_file('postmaster.pid') as note`);
			process.kill(Number(row.note.split('\n')[0]), 'SIGKILL');
			if (socket) await writeFile(path.join(socket, `.s.PGSQL.${port}.lock`), `${process.pid}\n`);
			await expect.poll(() => events, { timeout: 15_000 }).toContain('back');
			expect(await query(postgres.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
			expect(postgres.connection).toMatchObject({ socket, port });
		} finally {
			await postgres.stop();
			await removeCluster(dataDir);
		}
	});

	it('runs without a socket where its folder can hold none', async () => {
		const dataDir = await mkdtemp(path.join(os.tmpdir(), 'no-socket-'));
		await chmod(dataDir, 0o711);
		try {
			const first = await startPostgres({ dataDir, fast: true });
			const { port } = first.connection;
			await first.stop();
			await mkdir(path.join(first.home, 'socket', `.s.PGSQL.${port}`), { recursive: true });
			const second = await startPostgres({ dataDir, fast: true });
			expect(second.connection.socket).toBe('');
			expect(await query(second.appUrl, 'select host(inet_server_addr()) as address')).toEqual([
				{ address: '127.0.0.1' }
			]);
			await second.stop();
		} finally {
			await removeCluster(dataDir);
		}
	});

	it('has roles of which none is superuser or passes row-level security', async () => {
		const { superuserUrl, drop } = await createTestDatabase(cluster.connection);
		const rows = await query(
			superuserUrl,
			`select rolname, rolcanlogin as login, rolsuper or rolbypassrls or rolcreatedb or rolcreaterole as mighty
				from pg_roles where rolname like 'waypost%' order by rolname`
		);
		expect(rows).toEqual([
			{ rolname: 'waypost_app', login: true, mighty: false },
			{ rolname: 'waypost_owner', login: true, mighty: false },
			{ rolname: 'waypost_retention', login: false, mighty: false }
		]);
		await drop();
	});

	it('gives each test file a migrated copy of its own', async () => {
		const [one, other] = [
			await createTestDatabase(cluster.connection),
			await createTestDatabase(cluster.connection)
		];
		await query(one.ownerUrl, `insert into note values ('mine')`);
		expect(await query(one.appUrl, 'select text from note')).toEqual([{ text: 'mine' }]);
		expect(await query(other.appUrl, 'select text from note')).toEqual([]);
		await Promise.all([one.drop(), other.drop()]);
	});

	it('lets the app create temporary tables alone, and change none', async () => {
		const { appUrl, drop } = await createTestDatabase(cluster.connection);
		await expect(query(appUrl, 'create table mine (id int)')).rejects.toThrow('permission denied');
		expect(await query(appUrl, 'create temporary table mine (id int)')).toEqual([]);
		await expect(query(appUrl, 'alter table note add id int')).rejects.toThrow('must be owner');
		await drop();
	});
});

describe('migrating', () => {
	it('applies each migration once', async () => {
		const { ownerUrl, drop } = await createTestDatabase(cluster.connection);
		expect(await migrate(ownerUrl, migrations)).toEqual([]);
		await drop();
	});

	it('names the migration that fails and changes nothing', async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
		const sql = `import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))};`;
		await writeFile(path.join(folder, '001-note.ts'), `${sql} export const up = () => {};`);
		await writeFile(
			path.join(folder, '002-good.ts'),
			`${sql} export const up = (db) => sql\`create table good (id int)\`.execute(db);`
		);
		await writeFile(
			path.join(folder, '003-bad.ts'),
			`${sql} export const up = (db) => sql\`create tabel\`.execute(db);`
		);
		const { ownerUrl, drop } = await createTestDatabase(cluster.connection);
		await expect(migrate(ownerUrl, folder)).rejects.toThrow(
			'The migration 003-bad failed; nothing was changed.'
		);
		expect(await query(ownerUrl, `select to_regclass('good') as good`)).toEqual([{ good: null }]);
		await drop();
		await rm(folder, { recursive: true });
	});
});
