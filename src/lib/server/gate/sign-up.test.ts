import { beforeAll, describe, expect, test } from 'vitest';
import * as visitors from '#lib/server/auth/visitors.ts';
import { signIn } from '#lib/server/auth/sign-in.ts';
import { catalogue, use } from '#lib/server/catalogue/catalogue.ts';
import { ofPeople } from '#lib/server/certification/holdings.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { district } from '#lib/server/db/testing/people.ts';
import { finishCourse, takeLessons, takeQuiz } from '#lib/server/demo/take-course.ts';
import { signUp, type NewSignIn } from './sign-up.ts';

const { app } = await testDatabase();
const original = catalogue();
let made = 0;
const parent = (change: Partial<NewSignIn> = {}): NewSignIn => ({
	givenName: 'Rosa',
	familyName: 'Marsh',
	email: `parent${++made}@mail.example`,
	password: 'seven quiet otters sleep',
	locale: 'es',
	...change
});
async function visitor(done: 'nothing' | 'lessons' | 'all') {
	const { learner, token } = await visitors.begin(app);
	const who = { learner, assurance: 'visitor' as const, language: 'en' };
	if (done !== 'nothing') await takeLessons(app, who, 'family-core');
	if (done === 'all') {
		// A knowledge check can't be failed: every answer wrong still opens the gate.
		await takeQuiz(app, who, 'family-core', 8);
		await finishCourse(app, who, 'family-core');
	}
	return { learner, token };
}

beforeAll(async () => {
	await district(app);
});

describe('a family’s sign-in', () => {
	test('is refused without lessons, with lessons alone, and to somebody who never visited', async () => {
		expect(await signUp(app, 'family', null, parent())).toEqual({ ok: false, reason: 'nothing-learned' });
		for (const done of ['nothing', 'lessons'] as const) {
			const { learner } = await visitor(done);
			expect(await signUp(app, 'family', learner, parent())).toMatchObject({ ok: false, reason: 'gate' });
		}
	});

	test('is made after the knowledge check, and carries the evidence and the certificate over', async () => {
		const { learner, token } = await visitor('all');
		const wanted = parent();
		const outcome = await signUp(app, 'family', learner, wanted);
		if (!outcome.ok) throw new Error(outcome.reason);
		const held = (await ofPeople(app, [outcome.person])).get(outcome.person);
		expect(held?.completions).toMatchObject([{ course: 'family-core', path: 'knowledge-check' }]);
		expect(held?.periods[0]?.certificate).toMatch(/^[0-9A-Z]{16}$/);
		expect(await visitors.read(app, token)).toBeNull();
		const entered = await signIn(
			app,
			{ login: wanted.email, password: wanted.password, address: null, device: null },
			new Date()
		);
		expect(entered.ok).toBe(true);
	});

	test('made twice at once from the same lessons is one sign-in', async () => {
		const { learner } = await visitor('all');
		const outcomes = await Promise.all([1, 2, 3].map(() => signUp(app, 'family', learner, parent())));
		expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
		expect(outcomes.filter((outcome) => !outcome.ok)).toMatchObject([
			{ reason: 'already-somebody' },
			{ reason: 'already-somebody' }
		]);
	});

	test('needs a password that is long and not their own name, and an address that is free', async () => {
		const { learner } = await visitor('all');
		expect(await signUp(app, 'family', learner, parent({ password: 'short' }))).toMatchObject({
			reason: 'weak-password',
			weakness: 'too-short'
		});
		const first = parent();
		expect((await signUp(app, 'family', (await visitor('all')).learner, first)).ok).toBe(true);
		expect(await signUp(app, 'family', learner, parent({ email: first.email.toUpperCase() }))).toEqual({
			ok: false,
			reason: 'login-taken'
		});
	});

	test('follows district.yaml: closed and by invitation refuse whatever was learned; staff never sign up', async () => {
		const { learner } = await visitor('all');
		for (const by of ['closed', 'invitation'] as const) {
			use({
				...original,
				district: { ...original.district, sign_up: { ...original.district.sign_up, family: { by } } }
			});
			expect(await signUp(app, 'family', learner, parent())).toEqual({ ok: false, reason: by });
		}
		use(original);
		for (const audience of ['staff', 'student'] as const)
			expect(await signUp(app, audience, learner, parent())).toEqual({ ok: false, reason: 'closed' });
	});
});
