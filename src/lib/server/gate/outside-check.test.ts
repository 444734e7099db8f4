import { beforeAll, describe, expect, test } from 'vitest';
import * as tokens from '#lib/server/auth/tokens.ts';
import { statementsOf } from '#lib/server/db/testing/statements.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { certified, district, person, type TestDistrict } from '#lib/server/db/testing/people.ts';
import { deleteOld, outsideCheck } from './outside-check.ts';

const { app, setClock } = await testDatabase();
let here: TestDistrict;
let token: tokens.ApiToken;
const day = 86_400_000;
const gate = 'byod-network';
const ask = (key: Parameters<typeof outsideCheck>[3], about = gate) =>
	outsideCheck(app, token, about, key, 'open');
const shape = (answer: Awaited<ReturnType<typeof ask>>) =>
	answer && { allow: answer.allow, findings: answer.findings, until: answer.allowedUntil };

beforeAll(async () => {
	here = await district(app);
	const made = await tokens.create(app, {
		name: 'Network',
		scopes: ['gate:check'],
		gates: null,
		expiresAt: new Date(Date.now() + 9 * day)
	});
	if (!made.ok) throw new Error(made.reason);
	const verified = await tokens.verify(app, `Bearer ${made.token}`);
	if (!verified.ok) throw new Error(verified.reason);
	token = verified.token;
});

describe('another system’s question', () => {
	test('is answered yes with an end for somebody who holds everything', async () => {
		const teacher = await person(app, { school: here.school });
		await certified(app, teacher, 'staff', new Date(Date.now() - day), new Date(Date.now() + 5 * day));
		await app
			.insertInto('acknowledgement')
			.values({
				learner: teacher.learner,
				policy: '6531-1',
				version: '2015-03-16',
				language: 'en',
				assurance: 'password'
			})
			.onConflict((conflict) => conflict.doNothing())
			.execute();
		const answer = await ask({ email: teacher.email.toUpperCase() });
		expect(answer).toMatchObject({ allow: true, findings: [] });
		expect(answer?.allowedUntil?.getTime()).toBeGreaterThan(Date.now());
		await setClock(new Date(Date.now() + 6 * day));
		expect(await ask({ email: teacher.email })).toMatchObject({ allow: false, allowedUntil: null });
		await setClock(null);
	});

	test('about an unknown person looks just like one about a person who is not certified', async () => {
		const uncertified = await person(app, { school: here.school });
		const student = await person(app, { school: here.school, role: 'student', band: '6-8' });
		const left = await person(app, { school: here.school, until: new Date(Date.now() - day) });
		const known = shape(await ask({ email: uncertified.email }));
		expect(known?.allow).toBe(false);
		expect(known?.findings.map((finding) => finding.code)).toEqual(['not_certified', 'not_acknowledged']);
		for (const key of [
			{ email: 'nobody@wrsd.example' },
			{ email: student.email },
			{ email: left.email },
			{ sourcedId: 'no-such' },
			{ email: '' }
		])
			expect(shape(await ask(key))).toEqual(known);
		const posting = shape(await ask({ email: student.email }, 'poster'));
		expect(posting?.findings.map((finding) => finding.code)).toEqual(['not_certified', 'not_permitted']);
		expect(shape(await ask({ email: 'nobody@wrsd.example' }, 'poster'))).toEqual(posting);
	});

	test('is kept apart with its reasons as codes, and never holds a name', async () => {
		const rows = await app.selectFrom('gate_check').selectAll().execute();
		expect(rows.length).toBeGreaterThan(3);
		expect(JSON.stringify(rows)).not.toMatch(/@|Person/);
	});

	test('about a gate that does not exist is answered with nothing', async () => {
		for (const about of ['no-such-gate', 'constructor', '__proto__'])
			expect(await ask({ email: 'x@y.example' }, about), about).toBeNull();
	});

	test.each([gate, 'poster'])(
		'takes the same statements for an unknown person as for a known one (%s)',
		async (about) => {
			const known = await person(app, { school: here.school });
			const left = await person(app, { school: here.school, until: new Date(Date.now() - day) });
			const steps = (key: Parameters<typeof ask>[0]) => statementsOf(() => ask(key, about));
			const taken = await steps({ email: known.email });
			expect(taken.length).toBeGreaterThan(5);
			expect(await steps({ email: 'nobody@wrsd.example' })).toEqual(taken);
			expect(await steps({ email: left.email })).toEqual(taken);
			expect(await steps({ sourcedId: 'no-such' })).toHaveLength(taken.length);
		}
	);
});

describe('what other systems were told', () => {
	test('is taken away after thirty days, and decisions on registrations are not', async () => {
		const told = (days: number) =>
			app
				.insertInto('gate_check')
				.values({
					token: token.id,
					gate,
					person: null,
					allow: false,
					reasons: '[]',
					checked_at: new Date(Date.now() - days * day)
				})
				.returning('id')
				.executeTakeFirstOrThrow();
		const rules = await app.selectFrom('rule_set').select('id').executeTakeFirstOrThrow();
		const decision = await app
			.insertInto('gate_decision')
			.values({
				gate,
				purpose: 'open',
				allow: false,
				reasons: '[]',
				rule_set: rules.id,
				decided_at: new Date(Date.now() - 400 * day)
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const [old, older, recent] = [await told(31), await told(400), await told(29)];
		await deleteOld(app);
		const left = (await app.selectFrom('gate_check').select('id').execute()).map(({ id }) => id);
		expect(left).toContain(recent.id);
		expect(left).not.toContain(old.id);
		expect(left).not.toContain(older.id);
		expect(left.length, 'today’s questions stay').toBeGreaterThan(1);
		expect(
			await app.selectFrom('gate_decision').select('id').where('id', '=', decision.id).execute()
		).toHaveLength(1);
	});
});
