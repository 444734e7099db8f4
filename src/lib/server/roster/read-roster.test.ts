import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainColumns } from './read-plain.ts';
import {
	collect,
	collectText,
	collectZip,
	csv,
	manifest,
	oneRoster11,
	oneRoster12,
	told,
	users11,
	zipOf
} from './testing/files.ts';

describe('OneRoster 1.1', () => {
	test('is read with all its parts and without a complaint', async () => {
		const read = await collectZip(oneRoster11());
		expect(read.ok).toBe(true);
		expect(told(read.all)).toEqual([]);
		if (!read.ok) return;
		expect(read.reading).toMatchObject({ format: 'oneroster', version: '1.1', rolesFrom: 'people' });
		expect(read.reading.modes).toMatchObject({
			person: 'bulk',
			role: 'bulk',
			member: 'bulk',
			plain: 'absent'
		});
		expect(read.rows.organisation.map(({ id, kind, parent }) => [id, kind, parent])).toEqual([
			['d1', 'district', null],
			['s1', 'school', 'd1'],
			['s2', 'school', 'd1']
		]);
		expect(read.rows.session).toEqual([{ line: 2, id: 'y1', from: '2026-08-26', through: '2027-06-30' }]);
		expect(read.rows.class[0]).toMatchObject({
			title: 'Grade 1, Room 4',
			band: 'K-2',
			organisation: 's1',
			sessions: 'y1'
		});
		expect(read.rows.person[3]).toMatchObject({
			...{ line: 5, id: 'u4', givenName: 'Dan', familyName: 'Cole', role: 'student', band: 'K-2' },
			...{ organisations: 's1', agents: 'u7,u8', enabled: true, state: 'listed' }
		});
		expect(read.rows.person[2]?.organisations).toBe('s1,s2');
		expect(read.rows.member[1]).toMatchObject({
			class: 'c1',
			person: 'u4',
			part: 'student',
			from: '2026-08-26',
			until: '2027-07-01'
		});
	});

	test('is read from a folder inside the ZIP, beside what macOS adds', async () => {
		const files = Object.fromEntries(
			Object.entries(oneRoster11()).flatMap(([name, text]) => [
				[`Export 2026/${name}`, text],
				[`__MACOSX/Export 2026/._${name}`, 'x']
			])
		);
		const read = await collectZip(files);
		expect(read.ok).toBe(true);
		expect(read.rows.person).toHaveLength(8);
	});

	test('says nothing of what it is not asked: demographics is never opened', async () => {
		const read = await collectZip({ ...oneRoster11(), 'demographics.csv': Buffer.from([0xff, 0x00, 0x01]) });
		expect(read.ok).toBe(true);
		expect(told(read.all)).toEqual([]);
	});

	test('names changes as such when the manifest does, and what is deleted', async () => {
		const read = await collectZip({
			'manifest.csv': manifest('1.1', { users: 'delta', enrollments: 'delta' }),
			'users.csv': csv(
				users11,
				'u6,tobedeleted,2026-10-01T00:00:00.000Z,,,,,,,,,,,,,,,',
				'u9,active,2026-10-01T00:00:00.000Z,true,s1,student,,,Ida,Hill,,,,,,,03,'
			),
			'enrollments.csv': csv(
				'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
				'e5,tobedeleted,2026-10-01T00:00:00.000Z,,,,,,,'
			)
		});
		expect(told(read.all)).toEqual([]);
		expect(read.ok && read.reading.modes).toMatchObject({
			person: 'delta',
			member: 'delta',
			organisation: 'absent'
		});
		expect(read.rows.person.map(({ id, state }) => [id, state])).toEqual([
			['u6', 'gone'],
			['u9', 'listed']
		]);
		expect(read.rows.member).toMatchObject([{ id: 'e5', state: 'gone', class: null }]);
	});
});

describe('OneRoster 1.2', () => {
	test('is read with its roles, their days, and the name a person goes by', async () => {
		const read = await collectZip(oneRoster12());
		expect(told(read.all)).toEqual([]);
		expect(read.ok && read.reading).toMatchObject({ version: '1.2', rolesFrom: 'roles' });
		expect(read.rows.person[1]).toMatchObject({ givenName: 'Ben', role: null, organisations: null });
		expect(read.rows.role).toHaveLength(9);
		expect(read.rows.role[0]).toMatchObject({
			person: 'u1',
			role: 'principal',
			from: '2024-07-01',
			until: null
		});
		expect(read.rows.role[4]).toMatchObject({ role: 'student', until: '2027-07-01' });
	});
	test('without its roles is refused: nobody would have one', async () => {
		const files = oneRoster12();
		delete files['roles.csv'];
		files['manifest.csv'] = manifest('1.2', { orgs: 'bulk', users: 'bulk' });
		const read = await collectZip(files);
		expect(read.ok).toBe(false);
		expect(told(read.all).at(-1)).toBe('file-missing roster.zip:-=roles.csv');
	});
});

describe('files as they really are', () => {
	test('with upper-case words, a byte-order mark, other dates and spaces are read, and corrections are counted', async () => {
		const read = await collectZip({
			...oneRoster11(),
			'users.csv':
				'\ufeff' +
				csv(
					'Sourced_ID,STATUS,dateLastModified,Enabled User,orgSourcedId,Role,username,userIds,givenName,familyName,middleName,identifier,e-mail,sms,phone,agentSourcedIds,grades,password,Bus Route',
					'u4,Active,,TRUE,s1,STUDENT,,,Dan,Cole,,,DAN@WRSD.example,,,,1,,12',
					'u5,active,,FALSE,s1,Student,,,Eve,Fox,,,,,,,Grade 1,,',
					'u6,ACTIVE,,Yes,s1,STUDENT,,,"Finn ",Gray,,,,,,,PK,,7'
				),
			'enrollments.csv': csv(
				'sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate',
				'e1,c1,u4,Student,8/26/2026,2027-07-01T00:00:00Z'
			)
		});
		expect(read.ok).toBe(true);
		expect(
			read.rows.person.map(({ id, enabled, email, role, band }) => [id, enabled, email, role, band])
		).toEqual([
			['u4', true, 'dan@wrsd.example', 'student', 'K-2'],
			['u5', false, null, 'student', 'K-2'],
			['u6', true, null, 'student', null]
		]);
		expect(read.rows.person[2]).toMatchObject({ gradeFault: 'grade-without-band', grade: 'PK' });
		expect(read.rows.member[0]).toMatchObject({ from: '2026-08-26', until: '2027-07-01', part: 'student' });
		const notes = read.all.map(({ code, column, value, times }) => [code, column, value, times]);
		expect(notes).toEqual([
			['column-corrected', 'orgSourcedIds', 'orgSourcedId', 1],
			['value-corrected', 'status', 'Active', 1],
			['value-corrected', 'role', 'STUDENT', 2],
			['value-corrected', 'role', 'Student', 1],
			['value-corrected', 'status', 'ACTIVE', 1],
			['value-corrected', 'role', 'Student', 1]
		]);
	});

	test('with values that are not clear are taken without them, and each is told with file, line, column and value', async () => {
		const read = await collectZip({
			...oneRoster11(),
			'users.csv': csv(
				users11,
				'u1,,,maybe,s1,teacher,,,Ann,Lee,,,not-an-address,,,,,',
				'u2,,,true,s1,wizard,,,Bob,Lee,,,,,,,,',
				'u3,archived,,true,s1,teacher,,,Cy,Lee,,,,,,,,',
				'u4,,,true,s1,teacher,,,,,,,,,,,,',
				',,,true,s1,teacher,,,Di,Lee,,,,,,,,',
				'u6,,,true,s1,teacher,,,Plato,,,,,,,,,'
			),
			'enrollments.csv': csv(
				'sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate',
				'e1,c1,u1,teacher,26.8.2026,',
				'e2,c1,u1,teacher,2026-09-01,2026-08-01',
				'e3,c1,u1,janitor,,',
				'e4,,u1,teacher,,',
				'e5,c1,u1,proctor,,'
			)
		});
		expect(told(read.all)).toEqual([
			'email-unclear users.csv:2 email=not-an-address',
			'boolean-unclear users.csv:2 enabledUser=maybe',
			'role-unknown users.csv:3 role=wizard',
			'status-unknown users.csv:4 status=archived',
			'name-missing users.csv:5 familyName=',
			'id-missing users.csv:6 sourcedId=',
			'date-unclear enrollments.csv:2 beginDate=26.8.2026',
			'dates-reversed enrollments.csv:3 endDate=2026-08-01',
			'part-unknown enrollments.csv:4 role=janitor',
			'reference-missing enrollments.csv:5 classSourcedId=',
			'name-single users.csv:7',
			'part-unused enrollments.csv:6 role=proctor'
		]);
		expect(read.rows.person.map(({ id, state }) => [id, state])).toEqual([
			['u1', 'listed'],
			['u2', 'left-out'],
			['u3', 'left-out'],
			['u4', 'left-out'],
			['u6', 'listed']
		]);
		expect(read.rows.person.at(-1)).toMatchObject({ familyName: 'Plato', givenName: '' });
		// One row has no id: nobody knows who is missing from the file.
		expect(read.ok && read.reading.unreadable.person).toBe(1);
		expect(read.rows.member.map(({ state }) => state)).toEqual([
			'listed',
			'left-out',
			'left-out',
			'left-out',
			'listed'
		]);
	});

	test('with ids parted by semicolons or bars are read, and that is told', async () => {
		const users = String(oneRoster11()['users.csv']).replace('"s1,s2"', 's1; s2').replace('"u7,u8"', 'u7|u8');
		const read = await collectZip(oneRoster11({ 'users.csv': users }));
		expect(read.rows.person[2]?.organisations).toBe('s1,s2');
		expect(read.rows.person[3]?.agents).toBe('u7,u8');
		expect(told(read.all)).toEqual([
			'list-corrected users.csv:4 orgSourcedIds=s1; s2',
			'list-corrected users.csv:5 agentSourcedIds=u7|u8'
		]);
	});

	test('with a row of too many cells leave the row out and show nothing of it', async () => {
		const read = await collectZip({
			...oneRoster11(),
			'users.csv': csv(
				users11,
				'u1,,,true,s1,teacher,,,Ann,Lee,,,,,,,,se,cret-word',
				'u2,,,true,s1,teacher,,,Bob,Lee,,,,,,,,,,',
				'u3,,,true,s1'
			)
		});
		expect(told(read.all)).toEqual(['row-width users.csv:2', 'row-width users.csv:4']);
		expect(read.rows.person.map(({ id }) => id)).toEqual(['u2']);
		expect(read.ok && read.reading.unreadable.person).toBe(2);
		expect(JSON.stringify(read)).not.toContain('cret-word');
	});

	test('without a manifest are taken as the whole roster, and that is told', async () => {
		const files = oneRoster11();
		delete files['manifest.csv'];
		const read = await collectZip(files);
		expect(told(read.all)).toEqual(['manifest-missing roster.zip:-']);
		expect(read.ok && read.reading.modes.person).toBe('bulk');
	});

	test('with a manifest that is mis-cased, or says less than there is, are read by what it says', async () => {
		const read = await collectZip({
			...oneRoster11(),
			'manifest.csv': csv(
				'PropertyName,Value',
				'oneroster.version,1.3',
				'File.Users,BULK',
				'file.courses,Absent'
			)
		});
		expect(told(read.all)).toEqual([
			'manifest-version manifest.csv:- oneroster.version=1.3',
			'file-not-announced courses.csv:-'
		]);
		expect(read.rows.person).toHaveLength(8);
		expect(read.rows.course).toHaveLength(0);
	});

	test('whose manifest names a file that is not there, or a way that is not known, are refused', async () => {
		const without = oneRoster11();
		delete without['enrollments.csv'];
		expect(told((await collectZip(without)).all)).toEqual(['file-missing roster.zip:-=enrollments.csv']);
		const odd = oneRoster11({ 'manifest.csv': csv('propertyName,value', 'file.users,partial') });
		expect(told((await collectZip(odd)).all)).toContain('manifest-value manifest.csv:- file.users=partial');
	});

	test('with a column missing or there twice are refused with its name', async () => {
		const read = await collectZip({
			...oneRoster11(),
			'users.csv': csv('sourcedId,role,email', 'u1,teacher,')
		});
		expect(read.ok).toBe(false);
		expect(read.all.at(-1)).toMatchObject({
			code: 'column-missing',
			file: 'users.csv',
			line: 1,
			detail: 'givenName, familyName'
		});
		const twice = await collectZip({
			...oneRoster11(),
			'orgs.csv': csv('sourcedId,name,type,Name', 'a,b,school,c')
		});
		expect(told(twice.all)).toEqual(['column-twice orgs.csv:1 name']);
	});
});

describe('the plain file', () => {
	const heading = 'person_id,given_name,family_name,role,email,school,grade,class,guardian_of';
	test('is read with a person in several rows, and guardians of several children', async () => {
		const read = await collectText(
			csv(
				heading,
				'1,Ann,Lee,teacher,ann@wrsd.example,North School,,Room 4,',
				'1,Ann,Lee,teacher,ann@wrsd.example,South School,,Room 9,',
				'2,Bo,Lee,student,,North School,1,Room 4,',
				'3,Cy,Lee,guardian,cy@mail.example,,,,2; 4',
				'5,Di,Orr,administrator,,,,,'
			)
		);
		expect(told(read.all)).toEqual([]);
		expect(read.ok && read.reading).toMatchObject({
			format: 'plain',
			modes: { person: 'bulk', member: 'bulk', organisation: 'delta' }
		});
		expect(
			read.rows.plain.map(({ line, person, role, school, band, children }) => [
				line,
				person,
				role,
				school,
				band,
				children
			])
		).toEqual([
			[2, '1', 'teacher', 'North School', null, null],
			[3, '1', 'teacher', 'South School', null, null],
			[4, '2', 'student', 'North School', 'K-2', null],
			[5, '3', 'guardian', null, null, '2,4'],
			[6, '5', 'administrator', null, null, null]
		]);
	});
	test('is read as spreadsheets save it: semicolons, short rows, UTF-16, other names of columns', async () => {
		const text =
			'Person ID;First Name;Last Name;Kind;School;Grade;Last day\r\n7;Ida;Hill;Student;North School;3;6/30/2027\r\n8;Jo;Hill;Coach;North School\r\n';
		const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
		for (const bytes of [Buffer.from(text), utf16, Buffer.from(`\ufeff${text}`)]) {
			const read = await collectText(bytes);
			expect(read.rows.plain).toMatchObject([
				{ person: '7', role: 'student', band: '3-5', until: '2027-07-01' },
				{ person: '8', role: 'coach', school: 'North School' }
			]);
			expect(told(read.all)).toContain('delimiter-corrected roster.csv:1=;');
		}
	});
	test('is not taken for one when it is a table of OneRoster without the others', async () => {
		for (const [name, text] of Object.entries(oneRoster11()).filter(([name]) =>
			/^(?:users|enrollments)/.test(name)
		))
			expect(await collectText(String(text), name), name).toMatchObject({
				ok: false,
				problem: { code: 'oneroster-part', line: 1 }
			});
	});

	test('begins below the line with which a spreadsheet names the separator', async () => {
		const read = await collectText('sep=;\nperson_id;given_name;family_name;role\n1;Ann;Lee;coach\n');
		expect(read.rows.plain).toMatchObject([{ line: 3, person: '1', role: 'coach' }]);
	});

	test('tells that an aide is not in the class that stands beside them', async () => {
		const read = await collectText(
			csv('person_id,given_name,family_name,role,school,class', '1,Ann,Lee,aide,North,Room 3')
		);
		expect(told(read.all)).toEqual(['part-unused roster.csv:2 role=aide']);
	});

	test('says which rows it can’t take', async () => {
		const read = await collectText(
			csv(heading, '1,Ann,Lee,student,,,1,,', '2,Bo,Lee,boss,,North,,,', ',Cy,Lee,teacher,,North,,,')
		);
		expect(told(read.all)).toEqual([
			'school-missing roster.csv:2 school=',
			'role-unknown roster.csv:3 role=boss',
			'id-missing roster.csv:4 person_id='
		]);
	});
});

const word = fc
	.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
	.map((text) => text.normalize('NFC').replace(/[\p{C}\s]+/gu, ''))
	.filter((text) => text !== '' && text.length < 60);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('whatever the names hold, they come out as they went in: any order of columns, line ends and encoding', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.record({ given: word, family: word }), { minLength: 1, maxLength: 12 }),
			fc.shuffledSubarray(['person_id', 'given_name', 'family_name', 'role', 'note'], { minLength: 5 }),
			fc.constantFrom('\r\n', '\n'),
			fc.constantFrom('utf8', 'bom', 'utf16'),
			async (people, order, end, encoding) => {
				const cells = (person: (typeof people)[number], index: number): Record<string, string> => ({
					person_id: String(index),
					given_name: quoted(person.given),
					family_name: quoted(person.family),
					role: 'coach',
					note: '"a, ""b"""'
				});
				const text = [
					order.join(','),
					...people.map((person, index) => order.map((name) => cells(person, index)[name]).join(','))
				].join(end);
				const bytes = {
					utf8: () => Buffer.from(text),
					bom: () => Buffer.from(`\ufeff${text}`),
					utf16: () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
				}[encoding]();
				const read = await collectText(bytes);
				expect(
					read.rows.plain.map(({ givenName, familyName }) => ({ given: givenName, family: familyName }))
				).toEqual(people);
			}
		),
		{ numRuns: 60 }
	);
});

test('a password in clear comes out nowhere, whatever it is and whatever else is wrong with its row', async () => {
	const secret = fc
		.string({ minLength: 6, maxLength: 20 })
		.map((text) => `pw-${text.replace(/[\r\n]/g, '')}-pw`);
	await fc.assert(
		fc.asyncProperty(
			secret,
			fc.constantFrom('password', 'Pass Word', 'PASSWORD', 'pasword', 'passwords'),
			fc.boolean(),
			async (password, heading, badly) => {
				// Badly: not in quotes, so that its commas and quotes part cells.
				const cell = badly ? password : quoted(password);
				const users = csv(
					users11.replace('password', heading),
					`u1,nonsense,,maybe,s1,wizard,,,Ann,Lee,,,nobody,,,x,blue,${cell}`,
					`u2,,,true,s1,teacher,,,Bob,Lee,,,,,,,,${cell}`
				);
				const read = await collect({
					name: 'roster.zip',
					bytes: await zipOf({ ...oneRoster11(), 'users.csv': users })
				});
				const out = JSON.stringify(read);
				for (const part of [password, JSON.stringify(password).slice(1, -1), '-pw'])
					expect(out).not.toContain(part);
			}
		),
		{ numRuns: 60 }
	);
});

test('what a fuzzed file does is read or refused, and never anything else', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, inArchive) => {
			const read = inArchive
				? await collectZip({ 'users.csv': Buffer.from(bytes), 'orgs.csv': Buffer.from(bytes) })
				: await collect({ name: 'x', bytes: Buffer.from(bytes) });
			expect(typeof read.ok).toBe('boolean');
			if (!read.ok) expect(read.all.at(-1)?.severity).toBe('stop');
		}),
		{ numRuns: 150 }
	);
});

test('the template that can be downloaded is a file without a fault', async () => {
	const bytes = await readFile(resolve('static/roster-template.csv'));
	const read = await collectText(bytes, 'roster-template.csv');
	expect(told(read.all)).toEqual([]);
	expect(read.rows.plain).toHaveLength(8);
	// Every column that is read is in it, so that nobody has to look one up.
	const heading = bytes.toString().split('\r\n')[0]?.split(',') ?? [];
	const known = plainColumns.filter((column) => 'use' in column).map(({ name }) => name);
	expect(heading.sort()).toEqual(known.sort());
});
