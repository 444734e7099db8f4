import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { look } from '#lib/server/auth/invitation-use.ts';
import * as invitations from '#lib/server/auth/invitations.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { signIn } from '#lib/server/auth/sign-in.ts';
import { catalogue, use } from '#lib/server/catalogue/catalogue.ts';
import { ofPeople } from '#lib/server/certification/holdings.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { actorOf, district, person as somePerson } from '#lib/server/db/testing/people.ts';
import { finishCourse, takeLessons, takeQuiz } from '#lib/server/demo/take-course.ts';
import { begunBy } from '#lib/server/learning/visitor-lessons.ts';
import { claim, joinByInvitation, lessonsGate, signUp, type NewSignIn } from './sign-up.ts';

const { app, setClock } = await testDatabase();
let people: Awaited<ReturnType<typeof district>>;
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
	people = await district(app);
});
afterEach(async () => {
	use(original);
	await setClock(null);
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

	test('makes none with an address of the district, which nobody has shown to be theirs', async () => {
		const { learner } = await visitor('all');
		for (const email of ['not.yet.here@wrsd.example', 'Someone@MAIL.wrsd.example'])
			expect(await signUp(app, 'family', learner, parent({ email }))).toEqual({
				ok: false,
				reason: 'district-address'
			});
		expect((await signUp(app, 'family', learner, parent({ email: 'me@notwrsd.example' }))).ok).toBe(true);
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

describe('what was learned without a sign-in', () => {
	const guardian = () => somePerson(app, { role: 'guardian', school: people.school });

	test('waits for thirty days, and then for nobody', async () => {
		const { learner } = await visitor('all');
		const { person } = await guardian();
		await setClock(new Date(Date.now() + 30 * 86_400_000 + 60_000));
		expect(await signUp(app, 'family', learner, parent())).toEqual({ ok: false, reason: 'too-late' });
		expect(await claim(app, person, learner)).toEqual({ ok: false, reason: 'too-late' });
	});

	test('becomes the record of somebody with a sign-in, with its certificate, and opens nothing on the device any more', async () => {
		const { learner, token } = await visitor('all');
		const { person, learner: own } = await guardian();
		expect(await claim(app, person, learner)).toEqual({ ok: true });
		const held = (await ofPeople(app, [person])).get(person);
		expect(held?.completions).toMatchObject([{ course: 'family-core' }]);
		expect(held?.periods[0]?.certificate).toMatch(/^[0-9A-Z]{16}$/);
		expect(await visitors.read(app, token)).toBeNull();
		// New evidence of theirs goes on where it went before.
		const { token: session } = await sessions.create(app, person, { device: '' });
		expect((await sessions.read(app, session))?.actor.learner).toBe(own);
		const events = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor', 'learner'])
			.where('subject', '=', person)
			.execute();
		expect(events).toEqual([{ kind: 'visitor.claimed', actor: person, learner }]);
	});

	test('is claimed once: a second person on the same device gets nothing of it, however both ask', async () => {
		const { learner } = await visitor('all');
		const [rosa, theo] = [await guardian(), await guardian()];
		const answers = await Promise.all([
			claim(app, rosa.person, learner),
			claim(app, theo.person, learner),
			signUp(app, 'family', learner, parent())
		]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(answers.filter(({ ok }) => !ok)).toMatchObject([
			{ reason: 'already-somebody' },
			{ reason: 'already-somebody' }
		]);
		expect(await claim(app, theo.person, learner)).toMatchObject({ ok: false });
	});

	test('can be let go, and is nobody’s then', async () => {
		const { learner, token } = await visitor('lessons');
		expect(await begunBy(app, learner)).toMatchObject({ lessonsDone: 4 });
		await visitors.drop(app, learner);
		expect(await visitors.read(app, token)).toBeNull();
		expect(await claim(app, (await guardian()).person, learner)).toEqual({ ok: false, reason: 'too-late' });
	});

	test('is nothing to ask about before anything was begun', async () => {
		const { learner } = await visitor('nothing');
		expect(await begunBy(app, learner)).toBeNull();
	});
});

describe('an invited guardian', () => {
	const invited = async () => {
		const someone = await somePerson(app, { role: 'guardian', school: people.school });
		const admin = await actorOf(app, people.administrator);
		const made = await invitations.invite(app, admin, someone.person, { way: 'letter', days: 30 });
		if (!made.ok) throw new Error(made.reason);
		return made.invitation.code;
	};
	const join = (code: string, name: string, learner: string | null) =>
		joinByInvitation(
			app,
			code,
			{ login: { by: 'user-name', name }, password: 'seven quiet otters sleep', locale: 'es' },
			{ learner, address: null, device: null, now: new Date() }
		);
	const askForLessons = () =>
		use({
			...original,
			district: { ...original.district, invitations: { days: 30, lessons_first: true } }
		});

	test('is not asked for lessons before the sign-in', async () => {
		expect(lessonsGate()).toBeNull();
		expect(await join(await invited(), 'guardian-1', null)).toMatchObject({ ok: true, purpose: 'first' });
	});

	test('is asked for them only where the district says so, and keeps the letter', async () => {
		askForLessons();
		expect(lessonsGate()).toBe('sign-in-family');
		const code = await invited();
		expect(await join(code, 'guardian-2', null)).toEqual({ ok: false, reason: 'gate', answer: null });
		const { learner } = await visitor('lessons');
		expect(await join(code, 'guardian-2', learner)).toMatchObject({ ok: false, reason: 'gate' });
		expect((await look(app, code, { address: null }, new Date())).ok).toBe(true);
		expect(await join(code, 'guardian-2', (await visitor('all')).learner)).toMatchObject({ ok: true });
	});

	test('is confirmed as guardian by using it, where the office that invited said so, and of no other child', async () => {
		const admin = await actorOf(app, people.administrator);
		const child = () => somePerson(app, { role: 'student', band: '6-8', school: people.school });
		const [mine, other, own] = [await child(), await child(), await child()];
		const someone = await somePerson(app, { role: 'guardian', school: people.school });
		const stranger = await somePerson(app, { role: 'guardian', school: people.school });
		const link = (guardian: string, of: { person: string }) => ({
			guardian,
			child: of.person,
			during: '[,)'
		});
		await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx
				.insertInto('guardian_link')
				.values([
					link(someone.person, mine),
					link(stranger.person, other),
					// The administrator’s own child, of whose family they decide nothing.
					link(someone.person, own),
					link(admin.person, own)
				])
				.execute()
		);
		const confirmed = async () =>
			(
				await app
					.selectFrom('guardian_link')
					.select('child')
					.where('confirmed_at', 'is not', null)
					.where('guardian', 'in', [someone.person, stranger.person])
					.execute()
			).map((row) => row.child);
		const inviteBoth = (confirmsGuardians: boolean) =>
			invitations.inviteAll(app, admin, [someone.person, stranger.person], {
				way: 'letter',
				days: 30,
				confirmsGuardians
			});
		const silent = await inviteBoth(false);
		const speaking = await inviteBoth(true);
		expect(silent.made).toHaveLength(2);
		const codeOf = (person: string) => speaking.made.find((made) => made.person === person)?.code ?? '';
		expect(await confirmed()).toEqual([]);
		expect(await join(codeOf(someone.person), 'guardian-4', null)).toMatchObject({ ok: true });
		expect(await confirmed()).toEqual([mine.person]);
		const records = await app
			.selectFrom('guardian_link')
			.select('may_see_record')
			.where('guardian', '=', someone.person)
			.execute();
		expect(records).toEqual([{ may_see_record: false }, { may_see_record: false }]);
	});

	test('comes back in without any lesson, whatever the district says', async () => {
		const code = await invited();
		expect(await join(code, 'guardian-3', null)).toMatchObject({ ok: true });
		askForLessons();
		const admin = await actorOf(app, people.administrator);
		const { person } = await app
			.selectFrom('sign_in')
			.select('person')
			.where('login', '=', 'guardian-3')
			.executeTakeFirstOrThrow();
		const back = await invitations.recover(app, admin, person, { identityChecked: true });
		if (!back.ok) throw new Error(back.reason);
		expect(await join(back.invitation.code, '', null)).toMatchObject({ ok: true, purpose: 'recovery' });
	});
});
