import { expect, test } from 'vitest';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { ofPeople } from '#lib/server/certification/holdings.ts';
import { now } from '#lib/server/db/clock.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { within } from '#lib/server/db/scope.ts';
import { seedDemo } from './seed.ts';

const { app, owner } = await testDatabase();

test('the demo district holds every state that a certification can be in', async () => {
	await seedDemo(app, owner);
	const people = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx.selectFrom('person_identity').select(['person', 'email']).execute()
	);
	expect(people.length).toBeGreaterThanOrEqual(55);
	const held = await ofPeople(
		app,
		people.map((entry) => entry.person)
	);
	const at = await now(app);
	const states = [...held.values()].map((holdings) => statusOf(holdings, 'staff', at));
	for (const state of ['none', 'valid', 'in_grace', 'expired', 'revoked'])
		expect(states.filter((status) => status.state === state).length, state).toBeGreaterThan(0);
	const soon = states.filter(
		(status) =>
			status.state === 'valid' && (status.validUntil?.getTime() ?? 0) - at.getTime() < 60 * 86_400_000
	);
	expect(soon.length).toBeGreaterThan(0);
	const of = (email: string) => held.get(people.find((entry) => entry.email === email)?.person ?? '');
	expect(statusOf(of('certified.teacher@wrsd.example')!, 'account-owner', at).state).toBe('valid');
	expect(statusOf(of('lapsed.teacher@wrsd.example')!, 'staff', at).state).toBe('expired');
	expect(of('new.teacher@wrsd.example')?.completions).toEqual([]);
	expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(5_000);
}, 60_000);
