import { expect, test } from 'vitest';
import { locks } from '#lib/server/db/locks.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { apply } from './apply.ts';
import { begin, discard, read } from './imports.ts';
import { plan } from './plan.ts';
import { counts } from './problems.ts';
import { rosterSettings } from './settings.ts';
import { oneRoster11, zipOf } from './testing/files.ts';
import { everybody } from './testing/rosters.ts';

const database = await testDatabase();
const { app, appPool, setClock } = database;
await setClock(new Date('2026-10-01T12:00:00Z'));
const settings = rosterSettings();

/** An import that was read and planned, and waits. */
async function planned(): Promise<string> {
	const id = await begin(app, { person: null, way: 'command-line' }, 'roster.zip');
	await read(appPool, id, { name: 'roster.zip', bytes: await zipOf(oneRoster11()) }, settings.district);
	await plan(app, appPool, id, null, settings);
	return id;
}
async function stateOf(id: string): Promise<string> {
	const { state } = await app
		.selectFrom('roster_import')
		.select('state')
		.where('id', '=', id)
		.executeTakeFirstOrThrow();
	return state;
}
async function become(id: string, state: 'applying' | 'failed' | 'discarded'): Promise<void> {
	await app.updateTable('roster_import').set({ state }).where('id', '=', id).execute();
}

test('an import that waits is put away, and is not applied afterwards', async () => {
	const id = await planned();
	expect(await discard(app, id, null, 'by-hand')).toBe(true);
	expect(await discard(app, id, null, 'by-hand')).toBe(false);
	expect(await apply(app, appPool, id, null, settings)).toMatchObject({ ok: false, reason: 'not-waiting' });
	expect(await everybody(app)).toEqual({});
});

for (const [what, bytes] of [
	['a roster', await zipOf(oneRoster11())],
	['no roster', Buffer.from('no roster')]
] as const)
	test(`an import that is put away before its file is read to the end stays so, when the file is ${what}`, async () => {
		const id = await begin(app, { person: null, way: 'command-line' }, 'roster.zip');
		expect(await discard(app, id, null, 'by-hand')).toBe(true);
		expect(await read(appPool, id, { name: 'roster.zip', bytes }, settings.district)).toEqual({
			ok: false,
			reason: 'put-away',
			problem: null
		});
		expect(await stateOf(id)).toBe('discarded');
		expect(await counts(app, null, id)).toEqual([]);
		expect(await plan(app, appPool, id, null, settings)).toBeNull();
	});

test('an import that is put away before it turns out that another file is being read stays so', async () => {
	const lock = await appPool.connect();
	await lock.query('select pg_advisory_lock($1)', [locks.rosterReading]);
	const id = await begin(app, { person: null, way: 'command-line' }, 'roster.zip');
	await discard(app, id, null, 'by-hand');
	const source = { name: 'roster.zip', bytes: await zipOf(oneRoster11()) };
	expect(await read(appPool, id, source, settings.district)).toMatchObject({ ok: false, reason: 'busy' });
	expect(await stateOf(id)).toBe('discarded');
	await lock.query('select pg_advisory_unlock($1)', [locks.rosterReading]);
	lock.release();
});

test('an import that is being applied is not put away any more', async () => {
	const id = await planned();
	await become(id, 'applying');
	expect(await discard(app, id, null, 'by-hand')).toBe(false);
	expect(await stateOf(id)).toBe('applying');
});

for (const state of ['failed', 'discarded'] as const)
	test(`an import that is said to be ${state} while it is applied changes nothing`, async () => {
		const id = await planned();
		await become(id, 'applying');
		let said: Promise<void> | undefined;
		const onStep = (step: number) => {
			if (step === 1) said = become(id, state);
		};
		await expect(apply(app, appPool, id, null, settings, { onStep })).rejects.toThrow('while it was applied');
		await said;
		expect(await stateOf(id)).toBe(state);
		expect(await everybody(app)).toEqual({});
	});

test('an import that is applied is not put away afterwards', async () => {
	const id = await planned();
	expect(await apply(app, appPool, id, null, settings)).toMatchObject({ ok: true });
	expect(await discard(app, id, null, 'by-hand')).toBe(false);
	expect(await stateOf(id)).toBe('applied');
	expect(Object.keys(await everybody(app))).toHaveLength(8);
});
