import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue, use } from '#lib/server/catalogue/catalogue.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import { within } from '#lib/server/db/scope.ts';
import { actorOf, certified, person, type TestPerson } from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { check, decideLocked } from '#lib/server/gate/gate.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { schoolYearAt } from './family-basis.ts';
import * as permissions from './permissions.ts';
import { clearFlag, setFlag, today } from './student-flags.ts';
import {
	adult,
	districtWithOffices,
	guardianOf,
	linked,
	student,
	type TestOffices
} from './testing/family.ts';

const { app, owner, setClock } = await testDatabase();
let here: TestOffices;
const reason = 'The court’s letter of this week says so.';
const publication = 'student-publication';
const hashOf = (purpose: string, reader: 'guardian' | 'student' = 'guardian', locale = 'en') =>
	permissionText(catalogue().permissions[purpose]!, reader, locale).hash;

beforeAll(async () => {
	here = await districtWithOffices(app);
});

type Answer = 'given' | 'refused';
function signs(guardian: PersonActor, child: TestPerson, act: Answer, purpose = 'photo', locale = 'en') {
	const text = hashOf(purpose, 'guardian', locale);
	return permissions.signAsGuardian(app, guardian, child.person, { purpose, act, text, locale });
}
async function signsAlone(child: TestPerson, act: Answer, purpose = 'photo') {
	const text = hashOf(purpose, 'student');
	return permissions.signAsStudent(app, await actorOf(app, child), { purpose, act, text, locale: 'en' });
}
const withdraws = (guardian: PersonActor, child: TestPerson, purpose = 'photo') =>
	permissions.withdrawAsGuardian(app, guardian, child.person, { purpose, locale: 'en' });
async function stateOf(child: TestPerson, purpose = 'photo') {
	const { permissions: all } = await permissions.ofStudent(
		app,
		{ person: child.person, bands: ['6-8'] },
		null
	);
	return all.find((one) => one.purpose.id === purpose)?.state.state;
}
const recorded = (child: TestPerson) =>
	app.selectFrom('permission').selectAll().where('learner', '=', child.learner).orderBy('n').execute();
async function flag(
	child: TestPerson,
	kind: 'student-signs-too' | 'student-signs-alone',
	actor = here.schoolOffice
) {
	return setFlag(app, actor, child.person, kind, { from: await today(app), through: null, basis: 'age' });
}

describe('a guardian', () => {
	test('says yes, and what is kept names child, purpose, year, words and how surely it was them', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		expect(await stateOf(child)).toBe('unasked');
		expect(await signs(guardian, child, 'given', 'photo', 'es')).toEqual({ ok: true });
		expect(await signs(guardian, child, 'given', 'photo', 'es'), 'a second press').toEqual({ ok: true });
		const rows = await recorded(child);
		expect(rows).toMatchObject([
			{
				purpose: 'photo',
				n: 1,
				act: 'given',
				relation: 'guardian',
				signer: guardian.learner,
				recorded_by: null,
				period: schoolYearAt(new Date()).name,
				version: catalogue().permissions['photo']!.version,
				text: hashOf('photo', 'guardian', 'es'),
				language: 'es',
				assurance: 'password'
			}
		]);
		const text = await app
			.selectFrom('permission_text')
			.select('body')
			.where('hash', '=', rows[0]?.text ?? '')
			.executeTakeFirstOrThrow();
		expect(text.body).toMatchObject({ given: 'Sí, la escuela puede mostrar a mi hijo o hija' });
		expect(await stateOf(child)).toBe('given');
	});

	test('takes it back at once, at any time, and may give it again', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		expect(await withdraws(guardian, child), 'nothing to take back').toEqual({ ok: true });
		await signs(guardian, child, 'given');
		await withdraws(guardian, child);
		expect(await stateOf(child)).toBe('no');
		expect(await signs(guardian, child, 'refused'), 'which was said already').toEqual({ ok: true });
		await signs(guardian, child, 'given');
		expect(await stateOf(child)).toBe('given');
		expect((await recorded(child)).map(({ act }) => act)).toEqual(['given', 'withdrawn', 'given']);
	});

	test('is one of two: the other’s no wins, whichever came first', async () => {
		const child = await student(app, here.school);
		const [mother, father] = [await guardianOf(app, here, [child]), await guardianOf(app, here, [child])];
		await signs(mother, child, 'given');
		await signs(father, child, 'refused');
		expect(await stateOf(child)).toBe('no');
		await signs(mother, child, 'given');
		await withdraws(mother, child);
		await signs(mother, child, 'given');
		expect(await stateOf(child)).toBe('no');
		await signs(father, child, 'given');
		expect(await stateOf(child)).toBe('given');
	});

	test('signs with the words that they read, and not with others', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		const sign = (text: string) =>
			permissions.signAsGuardian(app, guardian, child.person, {
				purpose: 'photo',
				act: 'given',
				text,
				locale: 'en'
			});
		for (const text of [
			'',
			hashOf(publication),
			hashOf('photo', 'student'),
			hashOf('photo', 'guardian', 'es')
		])
			expect(await sign(text)).toEqual({ ok: false, reason: 'other-text' });
		expect(await recorded(child)).toEqual([]);
	});

	test('is asked only what is asked of children of that age', async () => {
		const child = await student(app, here.school, { band: 'K-2' });
		const guardian = await guardianOf(app, here, [child]);
		expect(await signs(guardian, child, 'given', publication)).toEqual({ ok: false, reason: 'not-found' });
		const swimming = { purpose: 'swimming', act: 'given', text: '', locale: 'en' } as const;
		expect(await permissions.signAsGuardian(app, guardian, child.person, swimming)).toMatchObject({
			ok: false
		});
		expect(await signs(guardian, child, 'given')).toEqual({ ok: true });
	});

	test('signs for nobody else’s child, nor before the link is confirmed, nor after it has ended', async () => {
		const [child, sibling] = [await student(app, here.school), await student(app, here.school)];
		const guardian = await guardianOf(app, here, [child]);
		const stranger = await adult(app, here);
		const unconfirmed = await adult(app, here);
		await linked(app, unconfirmed, child);
		const notFound = { ok: false, reason: 'not-found' };
		expect(await signs(stranger, child, 'given')).toEqual(notFound);
		expect(await signs(unconfirmed, child, 'refused')).toEqual(notFound);
		expect(await signs(guardian, sibling, 'given')).toEqual(notFound);
		expect(await withdraws(stranger, child)).toEqual(notFound);
		expect(await signs(guardian, { ...child, person: 'x' }, 'given')).toEqual(notFound);
		await guardians.end(app, here.office, { guardian: guardian.person, child: child.person }, reason);
		expect(await signs(guardian, child, 'given')).toEqual(notFound);
		expect(await recorded(child)).toEqual([]);
	});

	test('without the right to see the record signs all the same', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child], { maySeeRecord: false });
		expect(await signs(guardian, child, 'given')).toEqual({ ok: true });
	});

	test('who gave a yes and is a guardian no more has given nothing; a no of theirs stays', async () => {
		const child = await student(app, here.school);
		const [first, second] = [await guardianOf(app, here, [child]), await guardianOf(app, here, [child])];
		await signs(first, child, 'given');
		await signs(first, child, 'given', publication);
		await signs(second, child, 'refused', publication);
		await guardians.end(app, here.office, { guardian: first.person, child: child.person }, reason);
		await guardians.end(app, here.office, { guardian: second.person, child: child.person }, reason);
		expect(await stateOf(child)).toBe('unasked');
		expect(await stateOf(child, publication)).toBe('no');
	});
});

describe('both guardians, where the district asks both', () => {
	test('have to say yes', async () => {
		const before = catalogue();
		const { district } = before;
		use({
			...before,
			district: { ...district, families: { ...district.families, permission_signers: 'both' } }
		});
		const child = await student(app, here.school);
		const [mother, father] = [await guardianOf(app, here, [child]), await guardianOf(app, here, [child])];
		await signs(mother, child, 'given');
		expect(await stateOf(child)).toBe('incomplete');
		await signs(father, child, 'given');
		expect(await stateOf(child)).toBe('given');
		use(before);
	});
});

describe('a student', () => {
	test('signs for themselves only where a flag says so, and for nobody else', async () => {
		const [child, friend] = [await student(app, here.school), await student(app, here.school)];
		expect(await signsAlone(child, 'given')).toEqual({ ok: false, reason: 'may-not-sign' });
		expect(await flag(child, 'student-signs-too')).toEqual({ ok: true });
		expect(await signsAlone(child, 'given')).toEqual({ ok: true });
		expect(await stateOf(child)).toBe('incomplete');
		expect(await signs(await actorOf(app, child), friend, 'given')).toEqual({
			ok: false,
			reason: 'not-found'
		});
		expect(await signs(await actorOf(app, child), child, 'given'), 'nor as their own guardian').toEqual({
			ok: false,
			reason: 'not-found'
		});
		await signs(await guardianOf(app, here, [child]), child, 'given');
		expect(await stateOf(child)).toBe('given');
		await permissions.withdrawAsStudent(app, await actorOf(app, child), { purpose: 'photo', locale: 'en' });
		expect(await stateOf(child)).toBe('no');
	});

	test('who signs alone needs no guardian, and a guardian signs no more', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		await signs(guardian, child, 'refused');
		await flag(child, 'student-signs-alone');
		expect(await signs(guardian, child, 'given')).toEqual({ ok: false, reason: 'may-not-sign' });
		expect(await withdraws(guardian, child)).toEqual({ ok: false, reason: 'may-not-sign' });
		await signsAlone(child, 'given');
		expect(await stateOf(child)).toBe('given');
	});

	test('has flags from their office alone, for a time, and without a flag again afterwards', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		expect(await flag(child, 'student-signs-alone', here.otherSchoolOffice)).toMatchObject({
			reason: 'not-found'
		});
		expect(await flag(child, 'student-signs-alone', guardian)).toMatchObject({ ok: false });
		expect(await flag(child, 'student-signs-alone', await actorOf(app, child))).toMatchObject({ ok: false });
		const set = (from: string, through: string | null) =>
			setFlag(app, here.office, child.person, 'student-signs-alone', { from, through, basis: 'age' });
		expect(await set('2027-02-30', null)).toMatchObject({ reason: 'not-a-date' });
		expect(await set('2027-03-02', '2027-03-01')).toMatchObject({ reason: 'ends-first' });
		await flag(child, 'student-signs-alone');
		expect(await signsAlone(child, 'given')).toEqual({ ok: true });
		await clearFlag(app, here.office, child.person, 'student-signs-alone', 'correction');
		expect(await signsAlone(child, 'refused')).toEqual({ ok: false, reason: 'may-not-sign' });
		expect(await signs(guardian, child, 'given')).toEqual({ ok: true });
		const direct = within(app, { kind: 'district', actor: guardian.person }, (trx) =>
			trx
				.insertInto('student_flag')
				.values({
					learner: child.learner,
					flag: 'student-signs-alone',
					during: '(,)',
					basis: 'age',
					set_by: guardian.person
				})
				.execute()
		);
		await expect(direct).rejects.toMatchObject({ code: 'WP031' });
	});
});

describe('what comes to the office on paper or by phone', () => {
	const handIn = (
		child: TestPerson,
		from: permissions.HandedIn['from'],
		act: permissions.HandedIn['act'],
		actor = here.schoolOffice,
		purpose = 'photo'
	) =>
		permissions.recordHandedIn(app, actor, {
			child: child.person,
			purpose,
			from,
			act,
			language: 'pt-BR',
			...(act === 'lifted' ? { reason } : {})
		});

	test('counts like what was signed here, and names the office that recorded it', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		const from = { relation: 'guardian', person: guardian.person } as const;
		expect(await handIn(child, from, 'given')).toEqual({ ok: true });
		expect(await stateOf(child)).toBe('given');
		expect(await handIn(child, from, 'refused')).toEqual({ ok: true });
		expect(await stateOf(child)).toBe('no');
		expect(await recorded(child)).toMatchObject([
			{ act: 'given', assurance: 'paper', recorded_by: here.schoolOffice.person, language: 'pt-BR' },
			{ act: 'withdrawn', assurance: 'paper', text: null, signer: guardian.learner }
		]);
		expect(await handIn(child, from, 'lifted'), 'a no that its speaker can take back').toMatchObject({
			reason: 'nothing-to-lift'
		});
	});

	test('a yes needs somebody who may sign; a no counts from anybody of the family', async () => {
		const child = await student(app, here.school);
		const unconfirmed = await adult(app, here);
		await linked(app, unconfirmed, child);
		await signs(await guardianOf(app, here, [child]), child, 'given');
		const unsigned = { ok: false, reason: 'may-not-sign' };
		const from = { relation: 'guardian', person: unconfirmed.person } as const;
		expect(await handIn(child, from, 'given')).toEqual(unsigned);
		expect(await handIn(child, { relation: 'student' }, 'given')).toEqual(unsigned);
		expect(await handIn(child, { relation: 'office' }, 'given')).toEqual(unsigned);
		for (const who of [from, { relation: 'student' }, { relation: 'office' }] as const) {
			expect(await handIn(child, who, 'refused')).toEqual({ ok: true });
			expect(await stateOf(child)).toBe('no');
			expect(await handIn(child, who, 'lifted')).toEqual({ ok: true });
			expect(await stateOf(child)).toBe('given');
			expect(await handIn(child, who, 'lifted')).toMatchObject({ reason: 'nothing-to-lift' });
		}
	});

	test('is recorded by the child’s office alone, and by nobody for their own child', async () => {
		const child = await student(app, here.school);
		const parent = await actorOf(app, await person(app, { role: 'principal', school: here.school }));
		await app
			.insertInto('scope_grant')
			.values({
				person: parent.person,
				right: 'school-administrator',
				organisation: here.school,
				during: '[2020-01-01,)',
				granted_by: here.administrator.person
			})
			.execute();
		await linked(app, parent, child);
		const asOffice = await actorOf(app, {
			person: parent.person,
			learner: parent.learner,
			email: parent.email ?? ''
		});
		const from = { relation: 'office' } as const;
		expect(await handIn(child, from, 'refused', asOffice)).toMatchObject({ why: 'own-child' });
		expect(await handIn(child, from, 'refused', here.otherSchoolOffice)).toMatchObject({
			reason: 'not-found'
		});
		expect(await flag(child, 'student-signs-too', asOffice)).toMatchObject({ why: 'own-child' });
		const stranger = await adult(app, here);
		expect(await handIn(child, { relation: 'guardian', person: stranger.person }, 'refused')).toMatchObject({
			reason: 'not-found'
		});
	});

	test('makes a learner for a guardian whom only the roster knows', async () => {
		const child = await student(app, here.school);
		const guardian = await adult(app, here);
		await app.deleteFrom('learner_person').where('person', '=', guardian.person).execute();
		await linked(app, guardian, child);
		await handIn(child, { relation: 'guardian', person: guardian.person }, 'refused');
		expect(await stateOf(child)).toBe('no');
	});
});

describe('the database', () => {
	test('lets nobody sign for another, whatever is sent, and nobody change what was signed', async () => {
		const child = await student(app, here.school);
		const guardian = await guardianOf(app, here, [child]);
		const stranger = await adult(app, here);
		const year = schoolYearAt(new Date());
		const during = `[${year.from.toISOString()},${year.until.toISOString()})`;
		const word = {
			learner: child.learner,
			purpose: 'photo',
			period: year.name,
			during,
			act: 'given' as const,
			relation: 'guardian' as const,
			signer: guardian.learner,
			recorded_by: null,
			version: catalogue().permissions['photo']!.version,
			text: hashOf('photo'),
			language: 'en',
			assurance: 'password' as const,
			reason: null
		};
		const insert = (actor: string, change: Partial<typeof word> | object = {}, db = app) =>
			within(db, { kind: 'district', actor }, (trx) =>
				trx
					.insertInto('permission')
					.values({ ...word, ...change })
					.execute()
			);
		const refused = { code: 'WP032' };
		for (const db of [app, owner]) {
			await expect(insert(stranger.person, {}, db)).rejects.toMatchObject(refused);
			await expect(insert(here.office.person, {}, db)).rejects.toMatchObject(refused);
			await expect(insert(stranger.person, { signer: stranger.learner }, db)).rejects.toMatchObject(refused);
		}
		const paper = { recorded_by: here.otherSchoolOffice.person, assurance: 'paper' };
		await expect(insert(here.otherSchoolOffice.person, paper)).rejects.toMatchObject(refused);
		await expect(
			insert(here.office.person, { ...paper, recorded_by: guardian.person })
		).rejects.toMatchObject(refused);
		await expect(
			insert(guardian.person, { relation: 'student', text: hashOf('photo', 'student') })
		).rejects.toMatchObject(refused);
		await expect(insert(guardian.person, { during: '[2020-01-01,2021-01-01)' })).rejects.toMatchObject(
			refused
		);
		await expect(insert(guardian.person, { text: hashOf(publication) })).rejects.toMatchObject({
			code: '23503'
		});
		await expect(insert(guardian.person, { act: 'lifted', reason })).rejects.toMatchObject(refused);
		await insert(guardian.person, {});
		expect(await stateOf(child)).toBe('given');
		for (const change of [sql`update permission set act = 'given'`, sql`delete from permission`])
			await expect(change.execute(owner)).rejects.toMatchObject({ code: 'WP001' });
		await expect(sql`update permission set act = 'given'`.execute(app)).rejects.toMatchObject({
			code: '42501'
		});
	});

	test('numbers what is said about a child one after the other, also when two speak at once', async () => {
		const child = await student(app, here.school);
		const [mother, father] = [await guardianOf(app, here, [child]), await guardianOf(app, here, [child])];
		await Promise.all([
			signs(mother, child, 'given'),
			signs(father, child, 'refused'),
			signs(mother, child, 'given')
		]);
		const rows = await recorded(child);
		expect(rows.map(({ n }) => n)).toEqual(rows.map((_, index) => index + 1));
		expect(await stateOf(child)).toBe('no');
	});
});

describe('a gate that asks for a permission', () => {
	const gate = 'poster';
	const ask = (child: TestPerson) => check(app, gate, [{ part: 'person', person: child.person }], 'open');
	async function poster() {
		const child = await student(app, here.school);
		await certified(app, child, 'student-publication');
		return { child, guardian: await guardianOf(app, here, [child]) };
	}

	test('opens by the family’s yes, until the school year ends, and shuts the moment that it is taken back', async () => {
		const { child, guardian } = await poster();
		expect(await ask(child)).toMatchObject({
			allow: false,
			subjects: [{ findings: [{ met: true }, { met: true }, { code: 'not_permitted' }] }]
		});
		await signs(guardian, child, 'given', publication);
		const open = await ask(child);
		expect(open.allow).toBe(true);
		expect(open.allowedUntil!.getTime()).toBeLessThanOrEqual(schoolYearAt(open.at).until.getTime());
		await withdraws(guardian, child, publication);
		expect((await ask(child)).allow).toBe(false);
	});

	test('is told of every change: a permission, a link and a flag each raise the student’s standing', async () => {
		const { child, guardian } = await poster();
		const rev = async () =>
			BigInt(
				(
					await app
						.selectFrom('standing')
						.select('rev')
						.where('person', '=', child.person)
						.executeTakeFirstOrThrow()
				).rev
			);
		const raises = async (what: () => Promise<unknown>) => {
			const before = await rev();
			await what();
			expect(await rev()).toBeGreaterThan(before);
		};
		await raises(() => signs(guardian, child, 'given', publication));
		await raises(() => withdraws(guardian, child, publication));
		await raises(() => flag(child, 'student-signs-too'));
		await raises(async () => linked(app, await adult(app, here), child));
		await raises(() =>
			guardians.end(app, here.office, { guardian: guardian.person, child: child.person }, reason)
		);
	});

	test('is not overtaken: a yes taken back while an answer is given waits for it, or is seen by it', async () => {
		const { child, guardian } = await poster();
		await signs(guardian, child, 'given', publication);
		let taken: Promise<unknown> = Promise.resolve();
		await app.transaction().execute(async (trx) => {
			const subject = [{ part: 'person', person: child.person }];
			expect((await decideLocked(trx, gate, subject, 'open', null)).allow).toBe(true);
			taken = withdraws(guardian, child, publication);
			const first = await Promise.race([
				taken.then(() => 'taken'),
				new Promise((done) => setTimeout(done, 150, 'held'))
			]);
			expect(first).toBe('held');
		});
		await taken;
		expect((await ask(child)).allow).toBe(false);
	});

	test('asks anew in the next school year', async () => {
		const { child, guardian } = await poster();
		await signs(guardian, child, 'given', publication);
		await setClock(new Date(schoolYearAt(new Date()).until.getTime() + 1000));
		expect(await stateOf(child, publication)).toBe('unasked');
		expect((await ask(child)).allow).toBe(false);
		expect(await signs(guardian, child, 'given', publication)).toEqual({ ok: true });
		expect(await stateOf(child, publication)).toBe('given');
		await setClock(null);
	});
});

describe('the words of a permission', () => {
	test('do not change under an unchanged version; a better translation is kept beside the one before', async () => {
		const content = catalogue();
		const photo = content.permissions['photo']!;
		const changed = (language: 'en' | 'es') => ({
			...content,
			permissions: {
				...content.permissions,
				photo: {
					...photo,
					words: { ...photo.words, [language]: { ...photo.words[language], title: 'Pictures' } }
				}
			}
		});
		await expect(publish(app, changed('en'))).rejects.toThrow('unchanged version 1.0.0');
		expect((await publish(app, changed('es'))).permissions).toEqual(['photo 1.0.0']);
		expect((await publish(app, changed('es'))).permissions).toEqual([]);
		const kept = await app
			.selectFrom('permission_text')
			.select('hash')
			.where('purpose', '=', 'photo')
			.where('language', '=', 'es')
			.where('reader', '=', 'guardian')
			.execute();
		expect(kept).toHaveLength(2);
	});
});

describe('what was signed', () => {
	test('is in the ledger in opaque ids', async () => {
		const child = await student(app, here.school, { givenName: 'Ottilie' });
		const guardian = await guardianOf(app, here, [child]);
		await signs(guardian, child, 'given');
		await withdraws(guardian, child);
		const events = await app
			.selectFrom('ledger_event')
			.selectAll()
			.where('subject', '=', child.person)
			.where('kind', 'like', 'permission.%')
			.orderBy('id')
			.execute();
		expect(events).toMatchObject([
			{
				kind: 'permission.given',
				actor: guardian.person,
				detail: { purpose: 'photo', relation: 'guardian' }
			},
			{ kind: 'permission.withdrawn', actor: guardian.person }
		]);
		expect(JSON.stringify(events)).not.toContain('Ottilie');
	});

	test('counts for both records of a child that are brought together', async () => {
		const [child, again] = [await student(app, here.school), await student(app, here.school)];
		const guardian = await guardianOf(app, here, [child]);
		await signs(guardian, child, 'refused');
		await app.deleteFrom('learner_person').where('person', '=', child.person).execute();
		await app.insertInto('learner_person').values({ learner: child.learner, person: again.person }).execute();
		expect(await stateOf(again)).toBe('no');
	});
});
