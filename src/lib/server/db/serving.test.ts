import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { Kysely, PostgresDialect } from 'kysely';
import { inject, describe, expect, test } from 'vitest';
import { asSuperuser, databaseUrls } from '../../../cli/postgres-roles.mjs';
import { openDatabase } from './database.ts';
import { closeServing, fitness, isUnreachable, missingMigrations, serving } from './serving.ts';
import type { Database } from './schema.ts';
import { testDatabase } from './testing/test-database.ts';

const t = await testDatabase();
const connection = JSON.parse(inject('cluster'));
const name = new URL(t.appUrl).pathname.slice(1);

describe('who serves', () => {
	test('is the application’s role, and the tables belong to another', async () => {
		expect(await fitness(t.app)).toEqual({ ok: true, roles: 'separate' });
	});

	test('may be the owner where there is one role only, and that is said', async () => {
		expect(await fitness(t.owner)).toEqual({ ok: true, roles: 'one-role' });
	});

	test('is never a superuser', async () => {
		const { db } = openDatabase(databaseUrls(connection, name).superuserUrl, { max: 1 });
		const answer = await fitness(db);
		await db.destroy();
		expect(answer).toMatchObject({
			ok: false,
			reason: 'superuser',
			words: expect.stringContaining('waypost_app')
		});
	});

	test('is never a role that bypasses row-level security', async () => {
		const url = new URL(databaseUrls(connection, name).superuserUrl);
		const role = `bypass_${name}`;
		await asSuperuser(connection, name, async (client: pg.Client) => {
			await client.query(`create role ${role} login bypassrls password 'for-this-test'`);
			await client.query(`grant connect on database ${name} to ${role}`);
		});
		url.username = role;
		url.password = 'for-this-test';
		const { db } = openDatabase(url.href, { max: 1 });
		const answer = await fitness(db);
		await db.destroy();
		await asSuperuser(connection, name, async (client: pg.Client) => {
			await client.query(`revoke connect on database ${name} from ${role}`);
			await client.query(`drop role ${role}`);
		});
		expect(answer).toMatchObject({ ok: false, reason: 'bypasses-row-level-security' });
	});
});

describe('the process’s database', () => {
	test('is opened from DATABASE_URL, and opened again after it was closed', async () => {
		process.env.DATABASE_URL = t.appUrl;
		const first = serving();
		expect(serving()).toBe(first);
		expect(await fitness(first)).toMatchObject({ ok: true });
		await closeServing();
		expect(serving()).not.toBe(first);
		await closeServing();
		delete process.env.DATABASE_URL;
		expect(() => serving()).toThrow('DATABASE_URL');
	});

	test('says which migrations it lacks', async () => {
		expect(await missingMigrations(t.app, ['001-ground', '005-sign-in'])).toEqual([]);
		expect(await missingMigrations(t.app, ['001-ground', '999-later'])).toEqual(['999-later']);
	});

	test.each([
		['at a port', '127.0.0.1'],
		['through a socket', '/no/such/folder']
	])('that can’t be reached %s is told from a fault of ours', async (_, host) => {
		const pool = new pg.Pool({ host, port: 1, connectionTimeoutMillis: 2000 });
		const nowhere = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
		const failure = await nowhere
			.selectFrom('person')
			.select('id')
			.execute()
			.catch((error: unknown) => error);
		expect(isUnreachable(failure)).toBe(true);
		await nowhere.destroy();
		expect(isUnreachable(new Error('x is undefined'))).toBe(false);
		expect(isUnreachable(await readFile('/no/such/file').catch((error: unknown) => error))).toBe(false);
		expect(isUnreachable(null)).toBe(false);
	});
});
