import { beforeAll, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue, course, district, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { showCode } from './certificate-code.ts';
import { forHolder, holderCommitment, shortName, verify } from './certificates.ts';
import { certify, makePerson, makeSchool } from './testing/certified-people.ts';

const { app } = await testDatabase();
const unknownCode = 'WP-0000-0000-0000-0000';
const day = (text: string) => new Date(`${text}T04:00:00Z`);
const staffCourse = { slug: 'staff-initial', audience: 'staff' as const, title: 'Staff certification' };

let holder: PersonActor,
	colleague: PersonActor,
	principal: PersonActor,
	otherPrincipal: PersonActor,
	administrator: PersonActor;
let code: string;

beforeAll(async () => {
	await publish(app, catalogue());
	const school = await makeSchool(app, 'Mountain View Middle');
	const otherSchool = await makeSchool(app, 'Central Tree Middle');
	holder = await makePerson(app, { givenName: 'Rosalind', familyName: 'Okafor', role: 'teacher', school });
	colleague = await makePerson(app, { givenName: 'Ana', familyName: 'Costa', role: 'teacher', school });
	principal = await makePerson(app, {
		givenName: 'Wei',
		familyName: 'Deng',
		role: 'principal',
		school,
		rights: ['school-administrator']
	});
	otherPrincipal = await makePerson(app, {
		givenName: 'Luc',
		familyName: 'Fontaine',
		role: 'principal',
		school: otherSchool,
		rights: ['school-administrator']
	});
	administrator = await makePerson(app, {
		givenName: 'Inés',
		familyName: 'García',
		role: 'administrator',
		school: otherSchool,
		rights: ['district-administrator']
	});
	({ code } = await certify(app, holder, {
		...staffCourse,
		completedAt: day('2025-09-14'),
		until: day('2026-09-14')
	}));
});

describe('the holder', () => {
	test('sees the certificate with the full name, however the code is written', async () => {
		for (const written of [code, showCode(code), showCode(code).toLowerCase()]) {
			const seen = await forHolder(app, holder, written);
			expect(seen).toMatchObject({
				name: 'Rosalind Okafor',
				title: 'Staff certification',
				own: true,
				validThrough: '2026-09-13'
			});
		}
	});

	test('leaves no trace by looking at the own one', async () => {
		await forHolder(app, holder, code);
		const traces = await app
			.selectFrom('access_log')
			.selectAll()
			.where('actor', '=', holder.person)
			.execute();
		expect(traces).toEqual([]);
	});
});

describe('another person', () => {
	test('gets the same answer for a certificate of someone else as for one that does not exist', async () => {
		for (const other of [colleague, otherPrincipal]) {
			expect(await forHolder(app, other, code)).toBeNull();
			expect(await forHolder(app, other, unknownCode)).toBeNull();
		}
	});

	test('who only reviews registrations knows owners by name, and no more', async () => {
		for (const districtWide of [false, true]) {
			const rights = principal.rights.map((held) => ({ ...held, right: 'reviewer' as const, districtWide }));
			expect(await forHolder(app, { ...principal, rights }, code)).toBeNull();
		}
	});

	test('who is signed out or a visitor sees none', async () => {
		expect(await forHolder(app, { kind: 'nobody' }, code)).toBeNull();
		expect(await forHolder(app, { kind: 'visitor', learner: holder.learner }, code)).toBeNull();
	});

	test('sees it when the holder is in scope, and that look is logged', async () => {
		for (const entitled of [principal, administrator]) {
			expect(await forHolder(app, entitled, code)).toMatchObject({ name: 'Rosalind Okafor', own: false });
			const traces = await app
				.selectFrom('access_log')
				.selectAll()
				.where('actor', '=', entitled.person)
				.execute();
			expect(traces).toMatchObject([
				{ kind: 'disclosure', detail: { what: 'certificate', person: holder.person } }
			]);
		}
	});

	test('cannot read the name behind the functions either: the table gives it to nobody without a scope', async () => {
		expect(await app.selectFrom('certificate_holder').selectAll().execute()).toEqual([]);
		const seen = await within(app, { kind: 'self', actor: colleague.person }, (trx) =>
			trx.selectFrom('certificate_holder').selectAll().execute()
		);
		expect(seen).toEqual([]);
	});
});

describe('whoever has the code', () => {
	test('learns what the paper shows, and nothing more about the person', async () => {
		const taken = course('staff-initial');
		const seen = await verify(app, showCode(code), day('2026-01-01'));
		expect(seen).toEqual({
			code,
			title: 'Staff certification',
			audience: 'staff',
			course: taken?.title,
			edition: taken?.version,
			shortHash: `${taken?.hash.slice(0, 4)} ${taken?.hash.slice(4, 8)}`,
			earnedAt: day('2025-09-14'),
			validFrom: day('2025-09-14'),
			validUntil: day('2026-09-14'),
			validThrough: '2026-09-13',
			district: { name: district().name, zone: district().time_zone },
			policy: { number: mainPolicy().number, title: mainPolicy().title },
			shortName: 'R. Okafor',
			state: { state: 'valid', graceUntil: null }
		});
		expect(JSON.stringify(seen)).not.toContain('Rosalind');
	});

	test('sees it in grace, then expired, as time goes by', async () => {
		const stateOn = async (at: string) => (await verify(app, code, day(at)))?.state.state;
		expect(await stateOn('2026-09-13')).toBe('valid');
		expect(await stateOn('2026-09-14')).toBe('in_grace');
		expect(await stateOn('2026-10-13')).toBe('in_grace');
		expect(await stateOn('2026-10-14')).toBe('expired');
	});

	test('gets nothing for a code that does not exist or cannot be one', async () => {
		for (const wrong of [unknownCode, '', 'hello', code.slice(1), `${code}0`])
			expect(await verify(app, wrong, day('2026-01-01'))).toBeNull();
	});

	test('sees no name of a student, though the student’s own paper has it', async () => {
		const school = await makeSchool(app, 'Thomas Hill K-8');
		const student = await makePerson(app, {
			givenName: 'Maya',
			familyName: 'Reyes',
			role: 'student',
			school
		});
		const { code: studentCode } = await certify(app, student, {
			slug: 'family-core',
			audience: 'student',
			title: 'Digital citizenship',
			completedAt: day('2025-10-01'),
			until: null
		});
		const seen = await verify(app, studentCode, day('2026-01-01'));
		expect(seen).toMatchObject({
			audience: 'student',
			shortName: null,
			validThrough: null,
			state: { state: 'valid' }
		});
		expect(JSON.stringify(seen)).not.toMatch(/Maya|Reyes/);
		expect(await forHolder(app, student, studentCode)).toMatchObject({ name: 'Maya Reyes' });
		const stored = await within(app, { kind: 'self', actor: student.person }, (trx) =>
			trx.selectFrom('certificate_holder').select('short_name').executeTakeFirst()
		);
		expect(stored?.short_name).toBeNull();
	});

	test('sees one earned early as not started, and a renewed one as expired at its end', async () => {
		const person = await makePerson(app, {
			givenName: 'Chidi',
			familyName: 'Abara',
			role: 'teacher',
			school: await makeSchool(app, 'North')
		});
		const first = await certify(app, person, {
			...staffCourse,
			completedAt: day('2024-09-14'),
			until: day('2025-09-14')
		});
		const second = await certify(app, person, {
			...staffCourse,
			cycle: 2,
			completedAt: day('2025-08-01'),
			from: day('2025-09-14'),
			until: day('2026-09-14')
		});
		expect((await verify(app, second.code, day('2025-08-15')))?.state.state).toBe('not_started');
		expect((await verify(app, first.code, day('2025-08-15')))?.state.state).toBe('valid');
		expect((await verify(app, first.code, day('2025-09-15')))?.state.state).toBe('expired');
		expect((await verify(app, second.code, day('2025-09-15')))?.state.state).toBe('valid');
	});

	test('sees at once that a certification was revoked, and that a false completion was annulled', async () => {
		const school = await makeSchool(app, 'South');
		const revoked = await makePerson(app, { givenName: 'Ben', familyName: 'Ito', role: 'coach', school });
		const { code: revokedCode } = await certify(app, revoked, {
			...staffCourse,
			completedAt: day('2025-09-14'),
			until: null
		});
		const annulled = await makePerson(app, { givenName: 'Eli', familyName: 'Noor', role: 'coach', school });
		const annulledOne = await certify(app, annulled, {
			...staffCourse,
			completedAt: day('2025-09-14'),
			until: null
		});
		const later = new Date(Date.now() + 60_000);
		expect((await verify(app, revokedCode, later))?.state.state).toBe('valid');
		await app
			.insertInto('period_change')
			.values({
				learner: revoked.learner,
				certification: 'staff',
				kind: 'revoked',
				changed_by: administrator.person,
				reason: 'a test of revocation'
			})
			.execute();
		await app
			.insertInto('completion_annulment')
			.values({
				completion: annulledOne.completion,
				annulled_by: administrator.person,
				reason: 'taken by somebody else'
			})
			.execute();
		expect((await verify(app, revokedCode, later))?.state.state).toBe('revoked');
		expect((await verify(app, annulledOne.code, later))?.state.state).toBe('revoked');
	});
});

describe('the record of a certificate', () => {
	test('holds a commitment that the name and its salt fulfil, and no name', async () => {
		const kept = await within(app, { kind: 'self', actor: holder.person }, (trx) =>
			trx
				.selectFrom('certificate as c')
				.innerJoin('certificate_holder as h', 'h.certificate', 'c.id')
				.selectAll('c')
				.select(['h.name', 'h.salt'])
				.where('c.code', '=', code)
				.executeTakeFirstOrThrow()
		);
		const { name, salt, ...certificate } = kept;
		expect(certificate.holder_commitment).toBe(holderCommitment(name, salt));
		expect(holderCommitment('Rosalind Okafor', salt)).toBe(certificate.holder_commitment);
		expect(holderCommitment('Somebody Else', salt)).not.toBe(certificate.holder_commitment);
		expect(JSON.stringify(certificate)).not.toMatch(/Rosalind|Okafor/);
	});

	test('stays when the name is deleted, and then names nobody', async () => {
		const person = await makePerson(app, {
			givenName: 'Zoë',
			familyName: 'Quist',
			role: 'aide',
			school: await makeSchool(app, 'West')
		});
		const { code: kept } = await certify(app, person, {
			...staffCourse,
			completedAt: day('2025-09-14'),
			until: null
		});
		await within(app, { kind: 'system', purpose: 'certificate' }, (trx) =>
			trx.deleteFrom('certificate_holder').where('name', '=', 'Zoë Quist').execute()
		);
		expect(await verify(app, kept, day('2026-01-01'))).toMatchObject({
			shortName: null,
			state: { state: 'valid' }
		});
		expect(await forHolder(app, person, kept)).toMatchObject({ name: null });
	});
});

test('a short name is the whole first letter and the family name', () => {
	expect(shortName({ givenName: 'Rosalind', familyName: 'Okafor' })).toBe('R. Okafor');
	expect(shortName({ givenName: 'éva', familyName: 'Nagy' })).toBe('É. Nagy');
	expect(shortName({ givenName: 'E\u0301va', familyName: 'Nagy' })).toBe('E\u0301. Nagy');
	expect(shortName({ givenName: '', familyName: 'Suharto' })).toBe('Suharto');
});
