import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addSignIn } from '#lib/server/auth/sign-in.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as signIns from './sign-ins.ts';

const { app } = await testDatabase();
const place = await people.district(app);
const admin = await people.actorOf(app, place.administrator);
const system = { kind: 'system', purpose: 'seed' } as const;

async function signedIn(school = place.school) {
	const somebody = await people.person(app, { school });
	await within(app, system, (trx) =>
		addSignIn(trx, { person: somebody.person, login: somebody.email, passwordHash: 'x' })
	);
	const { token } = await sessions.create(app, somebody.person, { device: 'Firefox' });
	return { ...somebody, token };
}
async function principalOf(school: string) {
	const principal = await people.person(app, { school, role: 'principal' });
	await people.granted(app, principal, 'school-administrator', school, place.administrator);
	return people.actorOf(app, principal);
}
const reasonOf = (answer: { ok: true } | { ok: false; reason: string }) => (answer.ok ? 'ok' : answer.reason);
const lastEvent = async (person: string) =>
	app
		.selectFrom('ledger_event')
		.select(['kind', 'actor'])
		.where('subject', '=', person)
		.orderBy('id', 'desc')
		.executeTakeFirst();

describe('an administrator', () => {
	test('ends the sessions of a person, who can sign in again', async () => {
		const somebody = await signedIn();
		expect(await signIns.stateOf(app, somebody.person)).toMatchObject({ state: 'works', sessions: 1 });
		expect(await signIns.manage(app, admin, somebody.person, 'end-sessions')).toEqual({
			ok: true,
			sessions: 1
		});
		expect(await sessions.read(app, somebody.token)).toBeNull();
		expect(await signIns.stateOf(app, somebody.person)).toMatchObject({ state: 'works', sessions: 0 });
		expect(await lastEvent(somebody.person)).toEqual({ kind: 'sessions.ended', actor: admin.person });
	});

	test('disables a sign-in, which ends its sessions at once, and enables it again', async () => {
		const somebody = await signedIn();
		expect(reasonOf(await signIns.manage(app, admin, somebody.person, 'disable'))).toBe('ok');
		expect(await sessions.read(app, somebody.token)).toBeNull();
		expect((await signIns.stateOf(app, somebody.person)).state).toBe('disabled');
		expect(reasonOf(await signIns.manage(app, admin, somebody.person, 'disable'))).toBe('no-sign-in');
		expect(reasonOf(await signIns.manage(app, admin, somebody.person, 'enable'))).toBe('ok');
		expect((await signIns.stateOf(app, somebody.person)).state).toBe('works');
		expect(await lastEvent(somebody.person)).toEqual({ kind: 'sign-in.enabled', actor: admin.person });
		const without = await people.person(app, { school: place.school });
		expect(reasonOf(await signIns.manage(app, admin, without.person, 'disable'))).toBe('no-sign-in');
		expect((await signIns.stateOf(app, without.person)).state).toBe('none');
	});

	test('of a school does so for its people who hold no rights, and for nobody else', async () => {
		const principal = await principalOf(place.school);
		const somebody = await signedIn();
		expect(reasonOf(await signIns.manage(app, principal, somebody.person, 'end-sessions'))).toBe('ok');
		const elsewhere = await signedIn(place.otherSchool);
		expect(reasonOf(await signIns.manage(app, principal, elsewhere.person, 'disable'))).toBe(
			'unknown-person'
		);
		expect(await sessions.read(app, elsewhere.token)).not.toBeNull();
		await people.granted(app, somebody, 'reviewer', place.otherSchool, place.administrator);
		expect(reasonOf(await signIns.manage(app, principal, somebody.person, 'disable'))).toBe('holds-rights');
	});

	test('never does so for themselves, and an auditor, a reviewer and a colleague for nobody', async () => {
		expect(reasonOf(await signIns.manage(app, admin, admin.person, 'disable'))).toBe('oneself');
		const somebody = await signedIn();
		for (const right of ['auditor', 'reviewer'] as const) {
			const holder = await people.person(app, { school: place.district, role: 'administrator' });
			await people.granted(app, holder, right, place.district, place.administrator);
			const answer = await signIns.manage(app, await people.actorOf(app, holder), somebody.person, 'disable');
			expect(['no-right', 'unknown-person']).toContain(reasonOf(answer));
		}
		const colleague = await people.actorOf(app, await signedIn());
		expect(reasonOf(await signIns.manage(app, colleague, somebody.person, 'disable'))).toBe('unknown-person');
		expect(reasonOf(await signIns.manage(app, admin, 'x', 'disable'))).toBe('unknown-person');
		expect(await sessions.read(app, somebody.token)).not.toBeNull();
	});

	test('can’t shut out the last one who administers the district', async () => {
		const other = await signedIn(place.district);
		await people.granted(app, other, 'district-administrator', place.district, place.administrator);
		// Their own right ran out meanwhile, while their request was on its way.
		await within(app, { kind: 'district', actor: other.person }, async (trx) => {
			const own = await trx
				.selectFrom('scope_grant')
				.select('id')
				.where('person', '=', admin.person)
				.executeTakeFirstOrThrow();
			await sql`select end_grant(${own.id})`.execute(trx);
		});
		expect(reasonOf(await signIns.manage(app, admin, other.person, 'disable'))).toBe('last');
	});
});
