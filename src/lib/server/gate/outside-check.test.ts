import { beforeAll, describe, expect, test } from 'vitest';
import * as tokens from '#lib/server/auth/tokens.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { certified, district, person, type TestDistrict } from '#lib/server/db/testing/people.ts';
import { outsideCheck } from './outside-check.ts';

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
		expect(await ask({ email: 'x@y.example' }, 'no-such-gate')).toBeNull();
	});
});
