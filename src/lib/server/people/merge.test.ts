import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import * as passkeys from '#lib/server/auth/second-factor/passkeys.ts';
import { prove, type Proof } from '#lib/server/auth/second-factor/proof.ts';
import { relyingParty } from '#lib/server/auth/second-factor/relying-party.ts';
import * as secondFactor from '#lib/server/auth/second-factor/second-factor.ts';
import { softPasskey } from '#lib/server/auth/second-factor/testing/soft-passkey.ts';
import { addSignIn, beginSession, hasSecondFactor } from '#lib/server/auth/sign-in.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { courseView } from '#lib/server/certification/completions.ts';
import * as holdings from '#lib/server/certification/holdings.ts';
import { now } from '#lib/server/db/clock.ts';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { takeLessons } from '#lib/server/demo/take-course.ts';
import * as mail from '#lib/server/mail/mail.ts';
import * as classes from './classes.ts';
import * as merges from './merge.ts';
import { search } from './search.ts';

const { app, owner } = await testDatabase();
const place = await people.district(app);
const admin = await people.actorOf(app, place.administrator);
const why = 'The same woman: her name changed when she married.';
const system = { kind: 'system', purpose: 'seed' } as const;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

type Two = { kept: people.TestPerson; absorbed: people.TestPerson };
async function two(over: Partial<Parameters<typeof people.person>[1]> = {}): Promise<Two> {
	return {
		kept: await people.person(app, { school: place.school }),
		absorbed: await people.person(app, { school: place.otherSchool, role: 'coach', ...over })
	};
}
const pairOf = ({ kept, absorbed }: Two) => ({ kept: kept.person, absorbed: absorbed.person });
const compare = (pair: Two, actor = admin) => merges.compare(app, actor, pairOf(pair));
async function merge(pair: Two): Promise<string> {
	const { seen } = await compare(pair);
	const answer = await merges.merge(app, admin, { ...pairOf(pair), reason: why, seen });
	if (!answer.ok) throw new Error(answer.reason);
	return answer.id;
}
async function undo(id: string): Promise<void> {
	const answer = await merges.undo(app, admin, id, 'They are two people after all.');
	if (!answer.ok) throw new Error(answer.reason);
}
async function rolesOf(someone: people.TestPerson) {
	return (await people.actorOf(app, someone)).affiliations.map(({ role }) => role);
}

/** Everything that hangs on people, as it stands: what an undo has to restore. */
async function everything({ kept, absorbed }: Two): Promise<Record<string, unknown>> {
	return within(app, system, async (trx) => {
		const both = [kept.person, absorbed.person];
		const rows = async (text: ReturnType<typeof sql>) =>
			(
				await sql<{
					row: unknown;
				}>`select to_jsonb(t) as row from (${text}) t order by to_jsonb(t)::text`.execute(trx)
			).rows;
		return {
			people: await rows(sql`select id, merged_into, ended_at from person where id = any (${both})`),
			learners: await rows(sql`select * from learner_person where person = any (${both})`),
			roles: await rows(
				sql`select * from affiliation where person = any (${both}) and (superseded_at is null or superseded_at > recorded_at)`
			),
			classes: await rows(
				sql`select * from class_member where person = any (${both}) and (superseded_at is null or superseded_at > recorded_at)`
			),
			family: await rows(
				sql`select * from guardian_link where guardian = any (${both}) or child = any (${both})`
			),
			signIns: await rows(sql`select * from sign_in where person = any (${both})`),
			factors: await rows(sql`
				select id::text, person from second_factor_passkey where person = any (${both}) union all
				select id::text, person from second_factor_authenticator where person = any (${both}) union all
				select code_hash::text, person from second_factor_recovery_code where person = any (${both})`),
			active: await rows(sql`select person, active from standing where person = any (${both})`),
			searched: await rows(sql`select person from person_identity where person = any (${both})`),
			records: await rows(
				sql`select learner, course, cycle, person, shown from course_record where person = any (${both})`
			)
		};
	});
}

describe('bringing two records of one person together', () => {
	test('moves roles, classes, children, evidence and sign-in, and leaves the evidence itself alone', async () => {
		const pair = await two();
		const child = await people.person(app, { school: place.school, role: 'student', band: 'K-2' });
		const [room, sameRoom] = await within(app, system, async (trx) => {
			const of = (title: string) =>
				classes.make(trx, { organisation: place.otherSchool, title, band: 'K-2', from: daysAgo(90) });
			const made = [await of('Room 1'), await of('Room 2')];
			const join = (id: string, person: string, days: number) =>
				classes.join(trx, { class: id, person, part: 'teacher', from: daysAgo(days) });
			await join(made[0] ?? '', pair.absorbed.person, 60);
			await join(made[1] ?? '', pair.absorbed.person, 60);
			await join(made[1] ?? '', pair.kept.person, 30);
			await addSignIn(trx, { person: pair.absorbed.person, login: pair.absorbed.email, passwordHash: 'x' });
			return made;
		});
		await app
			.insertInto('guardian_link')
			.values({ guardian: pair.absorbed.person, child: child.person, during: '[,)' })
			.execute();
		await people.certified(app, pair.absorbed, 'staff');
		const session = await sessions.create(app, pair.absorbed.person, { device: '' });
		const before = await everything(pair);
		expect((await compare(pair)).notes).toEqual(['sign-in-moves']);

		const id = await merge(pair);
		expect(await rolesOf(pair.kept)).toEqual(expect.arrayContaining(['teacher', 'coach']));
		expect(await rolesOf(pair.absorbed)).toEqual([]);
		expect(await sessions.read(app, session.token)).toBeNull();
		const held = (await holdings.ofPeople(app, [pair.kept.person])).get(pair.kept.person);
		expect(held && statusOf(held, 'staff', await now(app)).state).toBe('valid');
		const signIn = await app
			.selectFrom('sign_in')
			.select('person')
			.where('login', '=', pair.absorbed.email)
			.executeTakeFirst();
		expect(signIn?.person).toBe(pair.kept.person);
		const taught = await app
			.selectFrom('class_member')
			.select(['class', sql<string>`lower(during)`.as('from')])
			.where('person', '=', pair.kept.person)
			.where('superseded_at', 'is', null)
			.execute();
		// In the class that both were in, kept's own time stands, and absorbed's adds what was before it.
		expect(taught.filter((row) => row.class === room)).toHaveLength(1);
		expect(taught.filter((row) => row.class === sameRoom)).toHaveLength(2);
		const children = await app
			.selectFrom('guardian_link')
			.select('guardian')
			.where('child', '=', child.person)
			.execute();
		expect(children).toEqual([{ guardian: pair.kept.person }]);
		const found = await search(app, admin, {
			letters: pair.absorbed.email,
			school: null,
			role: null,
			presence: 'any',
			signsIn: null
		});
		expect(found.people).toEqual([]);

		await undo(id);
		expect(await everything(pair)).toEqual(before);
		expect(await rolesOf(pair.absorbed)).toEqual(['coach']);
		const again = await search(app, admin, {
			letters: pair.absorbed.email,
			school: null,
			role: null,
			presence: 'here',
			signsIn: null
		});
		expect(again.people.map(({ person }) => person)).toEqual([pair.absorbed.person]);
	});

	test('brings along the letters that wait to be printed', async () => {
		const pair = await two();
		const letter = { to: null, template: 'recovery-printed', locale: 'en', secrets: null } as const;
		const content = { givenName: 'Rosa', school: 'North School' };
		await within(app, system, (trx) =>
			mail.postAll(
				trx,
				[pair.kept, pair.absorbed].map(({ person }) => ({ ...letter, person, content })),
				'smtp'
			)
		);
		const lettersOf = async ({ person }: people.TestPerson) => (await mail.toPeople(app, [person])).length;
		const id = await merge(pair);
		expect([await lettersOf(pair.kept), await lettersOf(pair.absorbed)]).toEqual([2, 0]);
		await undo(id);
		expect([await lettersOf(pair.kept), await lettersOf(pair.absorbed)]).toEqual([1, 1]);
	});

	test('makes one certification of what both hold, and no instant of it is counted twice or lost', async () => {
		const pair = await two();
		await people.certified(app, pair.kept, 'staff', daysAgo(400), daysAgo(35));
		await people.certified(app, pair.absorbed, 'staff', daysAgo(60), daysAgo(-305));
		const id = await merge(pair);
		const at = await now(app);
		const status = async (someone: people.TestPerson) =>
			statusOf(await holdings.ofLearner(app, someone.learner), 'staff', at);
		expect(await status(pair.kept)).toMatchObject({ state: 'valid' });
		const view = await courseView(app, pair.kept.learner, 'staff-initial');
		expect(view?.completed).not.toBeNull();
		expect(view?.progress.cycle).toBe(1);
		await undo(id);
		expect((await status(pair.kept)).state).toBe('expired');
		expect((await status(pair.absorbed)).state).toBe('valid');
	});

	test('gives a cycle to come a number that is new to both', async () => {
		const pair = await two();
		await people.certified(app, pair.kept, 'staff', daysAgo(900), daysAgo(535));
		await people.certified(app, pair.kept, 'staff', daysAgo(530), daysAgo(400));
		await people.certified(app, pair.absorbed, 'staff', daysAgo(500), daysAgo(135));
		await merge(pair);
		expect((await courseView(app, pair.kept.learner, 'staff-initial'))?.progress.cycle).toBe(3);
	});

	test('counts the lessons that either has finished', async () => {
		const pair = await two();
		const who = { learner: pair.absorbed.learner, assurance: 'password', language: 'en' } as const;
		await takeLessons(app, who, 'staff-initial', 1);
		// Something of the other one's as well, or it would step aside.
		await people.credited(app, pair.kept, 'reviewer-admin', place.administrator);
		await merge(pair);
		const states = (await courseView(app, pair.kept.learner, 'staff-initial'))?.progress.lessons;
		expect(states?.[0]?.state).toBe('done');
	});

	test('lets an untouched learner step aside, so that unfinished courses go on', async () => {
		const pair = await two();
		await app
			.insertInto('enrolment')
			.values({
				learner: pair.absorbed.learner,
				course: 'staff-initial',
				cycle: 1,
				course_version: (
					await app
						.selectFrom('course_version')
						.select('id')
						.where('course', '=', 'staff-initial')
						.executeTakeFirstOrThrow()
				).id
			})
			.execute();
		const before = await everything(pair);
		const id = await merge(pair);
		const links = await app
			.selectFrom('learner_person')
			.select('learner')
			.where('person', '=', pair.kept.person)
			.execute();
		expect(links).toEqual([{ learner: pair.absorbed.learner }]);
		await undo(id);
		expect(await everything(pair)).toEqual(before);
	});

	test('says what it will leave behind', async () => {
		const pair = await two();
		await people.granted(app, pair.absorbed, 'reviewer', place.otherSchool, place.administrator);
		await people.credited(app, pair.kept, 'reviewer-admin', pair.absorbed);
		for (const one of [pair.kept, pair.absorbed]) {
			await people.certified(app, one, 'staff');
			await within(app, system, (trx) =>
				addSignIn(trx, { person: one.person, login: one.email, passwordHash: 'x' })
			);
		}
		const child = await people.person(app, { school: place.school, role: 'student' });
		for (const guardian of [pair.kept.person, pair.absorbed.person])
			await app
				.insertInto('guardian_link')
				.values({ guardian, child: child.person, during: '[,)' })
				.execute();
		expect(await compare(pair)).toMatchObject({
			refusals: [],
			notes: ['two-sign-ins', 'rights-rest', 'both-learned', 'same-family-link', 'recorded-for-each-other']
		});
		const before = await everything(pair);
		const id = await merge(pair);
		expect((await people.actorOf(app, pair.kept)).rights).toEqual([]);
		await undo(id);
		expect(await everything(pair)).toEqual(before);
	});

	test('is on record, with who, whom and why, and ends the sessions of both', async () => {
		const pair = await two();
		const session = await sessions.create(app, pair.kept.person, { device: '' });
		const id = await merge(pair);
		expect(await sessions.read(app, session.token)).toBeNull();
		await undo(id);
		const kinds = await app
			.selectFrom('ledger_event')
			.select(['kind', 'actor'])
			.where('subject', '=', pair.kept.person)
			.execute();
		expect(kinds).toEqual([
			{ kind: 'person.merged', actor: admin.person },
			{ kind: 'person.merge-undone', actor: admin.person }
		]);
		expect(await merges.mergesInto(app, admin, pair.kept.person)).toMatchObject([
			{
				id,
				absorbed: pair.absorbed.person,
				by: 'Test Administrator',
				reason: why,
				undone: { by: 'Test Administrator' }
			}
		]);
	});

	test('names a chain of records as one person’s, and is undone from its end', async () => {
		const pair = await two();
		const third = await people.person(app, { school: place.school });
		const first = await merge(pair);
		const second = await merge({ kept: third, absorbed: pair.kept });
		expect((await within(app, system, (trx) => merges.recordsOf(trx, third.person))).sort()).toEqual(
			[third.person, pair.kept.person, pair.absorbed.person].sort()
		);
		const { rows } = await sql`select waypost_survivor(${pair.absorbed.person}) as survivor`.execute(app);
		expect(rows[0]).toEqual({ survivor: third.person });
		expect(await merges.undo(app, admin, first, why)).toEqual({ ok: false, reason: 'later-merge-first' });
		await undo(second);
		await undo(first);
		expect(await merges.undo(app, admin, first, why)).toEqual({ ok: false, reason: 'undone-already' });
	});
});

describe('a second factor', () => {
	process.env.WAYPOST_SECRET_KEY = randomBytes(32).toString('base64');
	const party = relyingParty('https://waypost.example', 'Waypost') ?? expect.fail();
	let minute = 0;
	/** A code of an app is good once: each proof is asked for at another minute. */
	const later = () => new Date(Date.now() + (minute += 1) * 60_000);

	async function signsIn({ person, email }: people.TestPerson): Promise<void> {
		await within(app, system, (trx) => addSignIn(trx, { person, login: email, passwordHash: 'x' }));
	}
	/** The person on a browser, a moment after they proved who they are. */
	async function changer(someone: people.TestPerson): Promise<secondFactor.Changer> {
		const { token } = await sessions.create(app, someone.person, {
			device: '',
			assurance: 'strong',
			provedAt: new Date()
		});
		const read = await sessions.read(app, token);
		if (!read) throw new Error('not signed in');
		return { actor: read.actor, deviceLabel: '' };
	}
	async function withPasskey(someone: people.TestPerson) {
		const by = await changer(someone);
		const key = softPasskey(party);
		const names = { person: someone.person, login: 'x', name: 'X' };
		const response = key.make(await passkeys.askToRegister(app, names, party, new Date()));
		const added = await secondFactor.addPasskey(app, by, { response, name: 'Phone' }, party, new Date());
		if (!added.ok) throw new Error(added.reason);
		return { key, codes: added.recoveryCodes ?? [] };
	}
	async function withApp(someone: people.TestPerson) {
		const by = await changer(someone);
		const at = new Date();
		await secondFactor.beginAuthenticator(app, by, at);
		const { begun } = await secondFactor.standing(app, by.actor, { issuer: 'W', login: 'x' }, at);
		const totp = new TOTP({ secret: begun?.secret ?? '' });
		const codeAt = (when: Date) => totp.generate({ timestamp: when.getTime() });
		const confirmed = await secondFactor.confirmAuthenticator(app, by, codeAt(at), at);
		if (!confirmed.ok) throw new Error(confirmed.reason);
		return { codeAt };
	}
	const proves = async ({ person }: people.TestPerson, proof: Proof, at = later()) =>
		within(app, system, async (trx) => (await prove(trx, person, proof, at)).ok);
	async function provesByPasskey(someone: people.TestPerson, key: ReturnType<typeof softPasskey>) {
		const at = later();
		const response = key.use(await passkeys.askToUse(app, someone.person, party, at));
		return proves(someone, { kind: 'passkey', response, party }, at);
	}
	async function provesByApp(someone: people.TestPerson, codeAt: (when: Date) => string) {
		const at = later();
		return proves(someone, { kind: 'code', code: codeAt(at) }, at);
	}
	const locked = ({ person }: people.TestPerson) =>
		within(app, system, (trx) => hasSecondFactor(trx, person));

	test('goes with the sign-in that it locks, works there, and comes back with it', async () => {
		const pair = await two();
		await signsIn(pair.absorbed);
		const { key, codes } = await withPasskey(pair.absorbed);
		const { codeAt } = await withApp(pair.absorbed);
		const before = await everything(pair);

		const id = await merge(pair);
		// The password alone opens nothing, as before.
		expect(await beginSession(app, pair.kept.person, { device: null, label: '' }, new Date())).toMatchObject({
			reason: 'second-factor'
		});
		const byPassword = await sessions.create(app, pair.kept.person, { device: '' });
		expect(await sessions.read(app, byPassword.token)).toBeNull();
		expect(await provesByPasskey(pair.kept, key)).toBe(true);
		expect(await provesByApp(pair.kept, codeAt)).toBe(true);
		const code = { kind: 'recovery-code', code: codes[0] ?? '' } as const;
		expect(await proves(pair.kept, code)).toBe(true);
		expect(await proves(pair.kept, code)).toBe(false);

		await undo(id);
		expect(await everything(pair)).toEqual(before);
		expect(await locked(pair.kept)).toBe(false);
		expect(await provesByPasskey(pair.absorbed, key)).toBe(true);
		expect(await provesByApp(pair.absorbed, codeAt)).toBe(true);
		expect(await proves(pair.absorbed, code)).toBe(false);
		expect(await proves(pair.absorbed, { kind: 'recovery-code', code: codes[1] ?? '' })).toBe(true);
	});

	test('goes along through a chain of merges, and back from its end', async () => {
		const pair = await two();
		const third = await people.person(app, { school: place.school });
		await signsIn(pair.absorbed);
		const { key, codes } = await withPasskey(pair.absorbed);
		const { codeAt } = await withApp(pair.absorbed);
		const first = await merge(pair);
		const second = await merge({ kept: third, absorbed: pair.kept });
		expect(await provesByPasskey(third, key)).toBe(true);
		expect(await provesByApp(third, codeAt)).toBe(true);
		expect(await proves(third, { kind: 'recovery-code', code: codes[0] ?? '' })).toBe(true);
		await undo(second);
		await undo(first);
		expect([await locked(third), await locked(pair.kept), await locked(pair.absorbed)]).toEqual([
			false,
			false,
			true
		]);
		expect(await provesByApp(pair.absorbed, codeAt)).toBe(true);
	});

	test('goes with a link to single sign-on as well, where nobody has a password', async () => {
		const pair = await two();
		await withPasskey(pair.absorbed);
		const before = await everything(pair);
		const id = await merge(pair);
		expect(await locked(pair.kept)).toBe(true);
		await undo(id);
		expect(await everything(pair)).toEqual(before);
	});

	test('that was set up since goes back with the sign-in that it locks', async () => {
		const pair = await two();
		await signsIn(pair.absorbed);
		const id = await merge(pair);
		const { key, codes } = await withPasskey(pair.kept);
		await undo(id);
		expect(await locked(pair.kept)).toBe(false);
		expect(await provesByPasskey(pair.absorbed, key)).toBe(true);
		expect(await proves(pair.absorbed, { kind: 'recovery-code', code: codes[0] ?? '' })).toBe(true);
	});

	test('of each record stays where it is when both have a sign-in', async () => {
		const pair = await two();
		for (const one of [pair.kept, pair.absorbed]) {
			await signsIn(one);
			await withPasskey(one);
		}
		const factors = async () => (await everything(pair)).factors;
		const before = await factors();
		const id = await merge(pair);
		expect(await factors()).toEqual(before);
		await undo(id);
		expect(await factors()).toEqual(before);
	});

	test('of the record that is kept stands where both have an app and one has the sign-in', async () => {
		const pair = await two();
		await signsIn(pair.absorbed);
		const kept = await withApp(pair.kept);
		const absorbed = await withApp(pair.absorbed);
		const before = await everything(pair);
		const id = await merge(pair);
		expect(await provesByApp(pair.kept, kept.codeAt)).toBe(true);
		await undo(id);
		expect(await everything(pair)).toEqual(before);
		expect(await provesByApp(pair.absorbed, absorbed.codeAt)).toBe(true);
	});

	test('that this server can’t read moves as it is, so that the password alone opens nothing', async () => {
		const pair = await two();
		await signsIn(pair.absorbed);
		const { codeAt } = await withApp(pair.absorbed);
		const key = process.env.WAYPOST_SECRET_KEY;
		delete process.env.WAYPOST_SECRET_KEY;
		const id = await merge(pair);
		process.env.WAYPOST_SECRET_KEY = key;
		expect(await locked(pair.kept)).toBe(true);
		await undo(id);
		expect(await provesByApp(pair.absorbed, codeAt)).toBe(true);
	});
});

describe('two records stay two', () => {
	const refusals = async (pair: Two, actor = admin) => (await compare(pair, actor)).refusals;

	test('for everybody but a district administrator, and for oneself', async () => {
		const pair = await two();
		const principal = await people.person(app, { school: place.school, role: 'principal' });
		await people.granted(app, principal, 'school-administrator', place.school, place.administrator);
		const auditor = await people.person(app, { school: place.district, role: 'administrator' });
		await people.granted(app, auditor, 'auditor', place.district, place.administrator);
		for (const someone of [principal, auditor, pair.kept])
			expect(await refusals(pair, await people.actorOf(app, someone))).toEqual([
				'not-district-administrator'
			]);
		for (const own of [
			{ ...pair, kept: place.administrator },
			{ ...pair, absorbed: place.administrator }
		])
			expect(await refusals(own)).toEqual(['oneself']);
	});

	test('when they are one record, unknown, or merged already', async () => {
		const pair = await two();
		expect(await refusals({ ...pair, absorbed: pair.kept })).toEqual(['same-record']);
		const nobody = { ...pair.kept, person: '00000000-0000-7000-8000-000000000000' };
		expect(await refusals({ ...pair, absorbed: nobody })).toEqual(['unknown-person']);
		expect(await refusals({ ...pair, absorbed: { ...nobody, person: 'x' } })).toEqual(['unknown-person']);
		await merge(pair);
		expect(await refusals(pair)).toEqual(['merged-already']);
	});

	test('when they are two people: one is the other’s guardian', async () => {
		const pair = await two();
		await app
			.insertInto('guardian_link')
			.values({ guardian: pair.kept.person, child: pair.absorbed.person, during: '[,)' })
			.execute();
		expect(await refusals(pair)).toEqual(['guardian-of-each-other']);
	});

	test('when one holds a right that the other granted: it would be a right given to oneself', async () => {
		const pair = await two();
		await people.granted(app, pair.kept, 'reviewer', place.school, pair.absorbed);
		expect(await refusals(pair)).toEqual(['granted-each-other']);
	});

	test('when the sign-in that would rest asks for a second factor, and the one that would work does not', async () => {
		const pair = await two();
		await within(app, system, async (trx) => {
			for (const { person, email } of [pair.kept, pair.absorbed])
				await addSignIn(trx, { person, login: email, passwordHash: 'x' });
			await trx
				.insertInto('second_factor_passkey')
				.values({
					person: pair.absorbed.person,
					credential_id: 'a-passkey',
					public_key: Buffer.from('x'),
					counter: 0,
					transports: [],
					name: 'Phone'
				})
				.execute();
		});
		expect(await refusals(pair)).toEqual(['second-factor-rests']);
		expect(await refusals({ kept: pair.absorbed, absorbed: pair.kept })).toEqual([]);
	});

	test('when the record to keep has left and the other is here', async () => {
		const pair = await two();
		const left = await people.person(app, { school: place.school, until: daysAgo(30) });
		expect(await refusals({ kept: left, absorbed: pair.absorbed })).toEqual(['kept-has-left']);
		expect(await refusals({ kept: pair.kept, absorbed: left })).toEqual([]);
	});

	test('while the other one runs official accounts', async () => {
		const pair = await two();
		const registration = await app
			.insertInto('registration')
			.values({ type: 'classroom', organisation: place.school, created_by: pair.absorbed.person })
			.returning('id')
			.executeTakeFirstOrThrow();
		await app
			.insertInto('registration_move')
			.values({
				registration: registration.id,
				n: 1,
				from_state: 'none',
				to_state: 'draft',
				actor: pair.absorbed.person
			})
			.execute();
		expect(await refusals(pair)).toEqual(['runs-accounts']);
		expect(await refusals({ kept: pair.absorbed, absorbed: pair.kept })).toEqual([]);
	});

	test('without a reason, and when something has changed since they were compared', async () => {
		const pair = await two();
		const { seen } = await compare(pair);
		const attempt = (over: object) =>
			merges.merge(app, admin, { ...pairOf(pair), reason: why, seen, ...over });
		expect(await attempt({ reason: 'same ' })).toEqual({ ok: false, reason: 'no-reason' });
		await people.certified(app, pair.absorbed, 'staff');
		expect(await attempt({})).toEqual({ ok: false, reason: 'changed-meanwhile' });
	});

	test('when two administrators merge them into each other at once: one of them does', async () => {
		const pair = await two();
		const { seen } = await compare(pair);
		const turned = { kept: pair.absorbed, absorbed: pair.kept };
		const answers = await Promise.all([
			merges.merge(app, admin, { ...pairOf(pair), reason: why, seen }),
			merges.merge(app, admin, { ...pairOf(turned), reason: why, seen: (await compare(turned)).seen })
		]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
	});

	test('for whoever writes around the record of it', async () => {
		const pair = await two();
		const mark = (into: string) =>
			within(app, system, (trx) =>
				trx.updateTable('person').set({ merged_into: into }).where('id', '=', pair.absorbed.person).execute()
			);
		await expect(mark(pair.kept.person)).rejects.toMatchObject({ code: 'WP015' });
		const row = (by: string) =>
			app
				.insertInto('person_merge')
				.values({
					kind: 'merge',
					kept: pair.kept.person,
					absorbed: pair.absorbed.person,
					undoes: null,
					merged_by: by,
					reason: why,
					moved: '{}'
				})
				.execute();
		await merge(await two());
		await expect(row(pair.kept.person)).rejects.toMatchObject({ code: 'WP015' });
		await expect(sql`update person_merge set reason = reason`.execute(owner)).rejects.toMatchObject({
			code: 'WP001'
		});
	});
});
