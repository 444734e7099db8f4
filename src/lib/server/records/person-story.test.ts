import { describe, expect, test } from 'vitest';
import { within } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as invitations from '#lib/server/auth/invitations.ts';
import * as mail from '#lib/server/mail/mail.ts';
import * as classes from '#lib/server/people/classes.ts';
import * as merges from '#lib/server/people/merge.ts';
import * as rights from '#lib/server/people/rights.ts';
import * as ownRecord from './own-record.ts';
import { factsOf, read } from './person-story.ts';

const { app } = await testDatabase();
const place = await people.district(app);
const admin = await people.actorOf(app, place.administrator);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

async function holder(right: Parameters<typeof people.granted>[2], where: string, name = 'Holder') {
	const somebody = await people.person(app, { school: where, role: 'principal', familyName: name });
	await people.granted(app, somebody, right, where, place.administrator);
	return people.actorOf(app, somebody);
}
async function storyOf(person: string, actor = admin) {
	const found = await read(app, actor, person);
	if (!found || found.mergedInto !== null) throw new Error('there is no story');
	return found.story;
}
const looksAt = (person: string) =>
	app
		.selectFrom('access_log')
		.select(['kind', 'actor', 'detail'])
		.where('kind', '=', 'view')
		.execute()
		.then((rows) => rows.filter(({ detail }) => (detail as { person?: string }).person === person));

describe('one person’s story', () => {
	test('tells roles with dates, training, classes, children, rights and sign-in', async () => {
		const somebody = await people.person(app, {
			school: place.school,
			givenName: 'Maya',
			familyName: 'Lindqvist',
			from: daysAgo(40)
		});
		await app
			.insertInto('affiliation')
			.values({
				person: somebody.person,
				organisation: place.otherSchool,
				role: 'aide',
				band: null,
				during: `[${daysAgo(400).toISOString()},${daysAgo(50).toISOString()})`
			})
			.execute();
		await people.certified(app, somebody, 'staff', daysAgo(20), daysAgo(-300));
		const child = await people.person(app, { school: place.school, role: 'student', familyName: 'Child' });
		await app
			.insertInto('guardian_link')
			.values({ guardian: somebody.person, child: child.person, during: '[,)' })
			.execute();
		await within(app, { kind: 'system', purpose: 'seed' }, async (trx) => {
			const room = await classes.make(trx, {
				organisation: place.school,
				title: 'Room 4',
				band: 'K-2',
				from: daysAgo(30)
			});
			await classes.join(trx, { class: room, person: somebody.person, part: 'teacher', from: daysAgo(30) });
		});
		await rights.grant(app, admin, {
			person: somebody.person,
			right: 'reviewer',
			place: place.school,
			from: new Date().toISOString().slice(0, 10),
			through: null
		});
		const story = await storyOf(somebody.person);
		expect(story).toMatchObject({
			givenName: 'Maya',
			familyName: 'Lindqvist',
			here: true,
			own: false,
			roles: [
				{ role: 'teacher', school: 'North School', running: true, until: null },
				{ role: 'aide', school: 'South School', running: false }
			],
			certifications: [{ state: 'valid', title: 'Staff certification' }],
			courses: [{ course: 'staff-initial', cycle: 1, scorePercent: 100, attempts: 1 }],
			classes: [{ title: 'Room 4', part: 'teacher', running: true }],
			family: [{ person: child.person, name: 'Test Child', as: 'child', maySeeRecord: false }],
			signIn: { state: 'none' },
			mayManageSignIn: true,
			merges: []
		});
		expect(story.events.map(({ kind }) => kind)).toContain('right.granted');
	});

	test('shows scores and tries to the district, and not to an administrator of the school', async () => {
		const somebody = await people.person(app, { school: place.school });
		await people.certified(app, somebody, 'staff');
		const principal = await holder('school-administrator', place.school);
		const story = await storyOf(somebody.person, principal);
		expect(story.withScores).toBe(false);
		expect(story.courses).toMatchObject([{ scorePercent: null, attempts: null }]);
		expect(JSON.stringify(story.events)).not.toContain('attempt.');
	});

	test('is logged each time somebody else reads it, and the person sees who', async () => {
		const somebody = await people.person(app, { school: place.school });
		const principal = await holder('school-administrator', place.school, 'Okafor');
		await storyOf(somebody.person, principal);
		await storyOf(somebody.person, principal);
		await storyOf(somebody.person);
		expect(await looksAt(somebody.person)).toHaveLength(3);
		const story = await storyOf(somebody.person);
		expect(story.looks).toMatchObject([
			{ by: 'Test Administrator', right: 'district-administrator', times: 1 },
			{ by: 'Test Okafor', right: 'school-administrator', times: 2 }
		]);
		const own = await ownRecord.read(app, await people.actorOf(app, somebody));
		expect(own.looks).toMatchObject([
			{ by: 'Test Administrator', right: 'district-administrator', what: 'record', times: 2 },
			{ by: 'Test Okafor', right: 'school-administrator', what: 'record', times: 2 }
		]);
		await storyOf(admin.person);
		expect(await looksAt(admin.person)).toEqual([]);
	});

	test('is not told, and not logged, beyond the reader’s reach', async () => {
		const somebody = await people.person(app, { school: place.otherSchool });
		const principal = await holder('school-administrator', place.school);
		const reviewer = await holder('reviewer', place.otherSchool);
		const teacher = await people.actorOf(app, await people.person(app, { school: place.otherSchool }));
		for (const actor of [principal, reviewer, teacher])
			expect(await read(app, actor, somebody.person)).toBeNull();
		expect(await read(app, admin, 'nobody')).toBeNull();
		expect(await factsOf(app, principal, [somebody.person, 'x'])).toEqual([null, null]);
		expect(await looksAt(somebody.person)).toEqual([]);
		const auditor = await holder('auditor', place.district);
		expect((await storyOf(somebody.person, auditor)).mayManageSignIn).toBe(false);
	});

	test('names a child’s guardians to the office of that child, and relatives beyond its reach to nobody', async () => {
		const child = await people.person(app, { school: place.school, role: 'student', familyName: 'Child' });
		const elsewhere = await people.person(app, { school: place.otherSchool, role: 'student' });
		const guardian = await people.person(app, {
			school: place.district,
			role: 'guardian',
			familyName: 'Parent'
		});
		const teacher = await people.person(app, { school: place.school, familyName: 'Teaching' });
		for (const [of, to] of [
			[guardian, child],
			[teacher, elsewhere]
		] as const)
			await app
				.insertInto('guardian_link')
				.values({ guardian: of.person, child: to.person, during: '[,)' })
				.execute();
		const principal = await holder('school-administrator', place.school);
		expect((await storyOf(child.person, principal)).family).toMatchObject([
			{ as: 'guardian', name: 'Test Parent', inScope: false, state: 'waiting' }
		]);
		expect((await storyOf(teacher.person, principal)).family).toMatchObject([{ as: 'child', name: null }]);
		expect((await storyOf(child.person)).family).toMatchObject([{ name: 'Test Parent', inScope: true }]);
	});

	test('tells of invitations, of mails and letters, and of other services that somebody signs in with', async () => {
		const somebody = await people.person(app, { school: place.school, role: 'student' });
		await invitations.invite(app, admin, somebody.person, { way: 'letter', days: 30 });
		await within(app, { kind: 'system', purpose: 'seed' }, async (trx) => {
			await trx
				.insertInto('identity_link')
				.values({
					person: somebody.person,
					issuer: 'https://id.example',
					subject: 'opaque-subject',
					matched_by: 'email'
				})
				.execute();
			await mail.post(trx, {
				to: null,
				person: somebody.person,
				template: 'recovery-printed',
				locale: 'en',
				content: { givenName: 'Test', school: 'North School' },
				secrets: null
			});
		});
		const principal = await holder('school-administrator', place.school);
		for (const [actor, mayRemoveIdentityLinks] of [
			[admin, true],
			[principal, false]
		] as const) {
			const story = await storyOf(somebody.person, actor);
			expect(story).toMatchObject({
				invitations: [{ way: 'letter', purpose: 'first', state: 'waiting' }],
				identityLinks: [{ issuer: 'https://id.example' }],
				mails: [{ template: 'recovery-printed', state: 'to-print' }],
				mayRemoveIdentityLinks
			});
			expect(JSON.stringify(story)).not.toContain('opaque-subject');
		}
	});

	test('of a record that was merged is that of the other one, with what was recorded of both', async () => {
		const kept = await people.person(app, { school: place.school });
		const absorbed = await people.person(app, { school: place.school });
		await storyOf(absorbed.person);
		const { seen } = await merges.compare(app, admin, { kept: kept.person, absorbed: absorbed.person });
		await merges.merge(app, admin, {
			kept: kept.person,
			absorbed: absorbed.person,
			reason: 'Entered twice by the school office.',
			seen
		});
		expect(await read(app, admin, absorbed.person)).toEqual({ mergedInto: kept.person, told: null });
		const story = await storyOf(kept.person);
		expect(story.looks).toMatchObject([{ by: 'Test Administrator', times: 1 }]);
		expect(story.events.map(({ kind }) => kind)).toContain('person.merged');
		expect(story.merges).toMatchObject([{ absorbed: absorbed.person, undone: null }]);
	});
});

describe('one’s own record', () => {
	test('names the files that one’s record may be in, and no others', async () => {
		const somebody = await people.person(app, { school: place.school });
		const auditor = await holder('auditor', place.district, 'Quist');
		const log = (what: string, schools: string[] | null) =>
			app
				.insertInto('access_log')
				.values({
					kind: 'export',
					actor: auditor.person,
					detail: JSON.stringify({ what, schools }),
					rows: '5'
				})
				.execute();
		await log('completion-records', [place.otherSchool]);
		await log('completion-records', [place.school, place.otherSchool]);
		await log('completion-records', null);
		await log('audit', null);
		const { files } = await ownRecord.read(app, await people.actorOf(app, somebody));
		expect(files).toMatchObject([
			{ by: 'Test Quist', right: 'auditor', what: 'audit' },
			{ what: 'completion-records' },
			{ what: 'completion-records' }
		]);
		expect(files).toHaveLength(3);
	});

	test('tells what happened to oneself only, page by page', async () => {
		const somebody = await people.person(app, { school: place.school });
		const other = await people.person(app, { school: place.school });
		for (const { person } of [somebody, other, somebody])
			await app
				.insertInto('ledger_event')
				.values({ kind: 'sessions.ended', actor: admin.person, subject: person, detail: '{"sessions":1}' })
				.execute();
		const actor = await people.actorOf(app, somebody);
		const first = await ownRecord.read(app, actor, { size: 1 });
		expect(first.events).toMatchObject([{ kind: 'sessions.ended', person: somebody.person }]);
		expect(first.names.get(admin.person)).toBe('Test Administrator');
		expect([...first.names.keys()].sort()).toEqual([admin.person, somebody.person].sort());
		const second = await ownRecord.read(app, actor, { size: 1, before: first.next });
		expect(second.events).toHaveLength(1);
		expect(second.events[0]?.id).not.toBe(first.events[0]?.id);
		expect(second.next).toBeNull();
	});
});
