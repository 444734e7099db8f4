import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, matchHeader } from './read-header.ts';
import {
	dayAfter,
	listOf,
	readBoolean,
	readDay,
	readEmail,
	readGrade,
	readGrades,
	readRole,
	readStatus,
	readWords
} from './read-values.ts';

describe('a role', () => {
	test('is taken whatever its case and spaces, and said to be corrected', () => {
		expect(readRole('teacher')).toEqual({ role: 'teacher', exact: true });
		expect(readRole('Teacher')).toEqual({ role: 'teacher', exact: false });
		expect(readRole('DISTRICT ADMINISTRATOR')).toEqual({ role: 'administrator', exact: false });
		expect(readRole('siteAdministrator')).toEqual({ role: 'administrator', exact: true });
		expect(readRole('ext:coach')).toEqual({ role: 'coach', exact: true });
	});
	test('that has no audience is told apart from one that is unknown', () => {
		expect(readRole('proctor')).toEqual({ role: 'unused' });
		expect(readRole('relative')).toEqual({ role: 'unused' });
		for (const word of ['', 'wizard', 'teachers', 'constructor', '__proto__'])
			expect(readRole(word)).toEqual({ role: 'unknown' });
	});
});

test('a status is active, gone or inactive, and nothing else is guessed', () => {
	expect(readStatus('')).toEqual({ status: 'active', exact: true });
	expect(readStatus('ACTIVE')).toEqual({ status: 'active', exact: false });
	expect(readStatus('toBeDeleted')).toEqual({ status: 'gone', exact: false });
	expect(readStatus('inactive')).toEqual({ status: 'inactive', exact: true });
	expect(readStatus('deleted?')).toBeNull();
});

test('booleans are read as people write them', () => {
	for (const word of ['true', 'TRUE', 'True', 'yes', '1']) expect(readBoolean(word)).toBe(true);
	for (const word of ['false', 'FALSE', 'No', '0']) expect(readBoolean(word)).toBe(false);
	for (const word of ['', 'maybe', '2', 'null']) expect(readBoolean(word)).toBeNull();
});

describe('a day', () => {
	test('is read from the forms that are clear', () => {
		for (const written of [
			'2026-08-26',
			'2026-8-26',
			'8/26/2026',
			'08/26/2026',
			'2026/08/26',
			'20260826',
			'2026-08-26T00:00:00.000Z',
			'2026-08-26 07:30',
			'8/26/2026 12:00:00 AM',
			'08-26-2026',
			'26-Aug-2026',
			'26 August 2026',
			'Aug 26, 2026',
			'August 26 2026',
			'AUG 26, 2026'
		])
			expect(readDay(written), written).toBe('2026-08-26');
	});
	test('is not guessed from anything else', () => {
		for (const written of [
			'26/08/2026',
			'8/26/26',
			'2026-02-30',
			'Aug 26',
			'26-Aug-26',
			'26-Ago-2026',
			'26-08-2026',
			'08-26/2026',
			'0000-00-00',
			'2026',
			'46260',
			''
		])
			expect(readDay(written), written).toBeNull();
	});
	test('is the same day however it is written', () => {
		fc.assert(
			fc.property(
				fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-30'), noInvalidDate: true }),
				(date) => {
					const day = date.toISOString().slice(0, 10);
					const [y, m, d] = day.split('-').map(Number);
					for (const written of [day, `${m}/${d}/${y}`, day.replaceAll('-', ''), date.toISOString()])
						expect(readDay(written)).toBe(day);
					expect(dayAfter(day) > day).toBe(true);
				}
			)
		);
	});
});

describe('grades', () => {
	test('make a band from kindergarten to grade 12', () => {
		for (const [written, band] of [
			['KG', 'K-2'],
			['K', 'K-2'],
			['01', 'K-2'],
			['2', 'K-2'],
			['3', '3-5'],
			['05', '3-5'],
			['Grade 6', '6-8'],
			['8th', '6-8'],
			['09', '9-12'],
			['12', '9-12']
		] as const)
			expect(readGrade(written), written).toBe(band);
	});
	test('outside of them make none, and what is no grade is not taken for one', () => {
		for (const written of ['PK', 'TK', 'IT', 'UG', '13', 'Other'])
			expect(readGrade(written), written).toBe('none');
		for (const written of ['99', '-1', 'red', '00', '1.5']) expect(readGrade(written), written).toBeNull();
	});
	test('in a list count when all are of one band', () => {
		expect(readGrades('06,07')).toEqual({ band: '6-8' });
		expect(readGrades('["10"]')).toEqual({ band: '9-12' });
		expect(readGrades('05,06')).toEqual({ band: null, why: 'mixed' });
		expect(readGrades('K-12')).toEqual({ band: null, why: 'mixed' });
		expect(readGrades('PK')).toEqual({ band: null, why: 'none' });
		expect(readGrades('')).toEqual({ band: null, why: 'empty' });
		expect(readGrades('01,blue')).toEqual({ band: null, why: 'unknown', value: 'blue' });
	});
});

test('lists are parted at commas, and brackets and quotes of other notations fall away', () => {
	expect(listOf('a, b ,,c')).toEqual(['a', 'b', 'c']);
	expect(listOf('["a","b"]')).toEqual(['a', 'b']);
	expect(listOf('')).toEqual([]);
	expect(listOf('a;b|c', /[;,|]/)).toEqual(['a', 'b', 'c']);
});

test('an address has one @ and a domain, and is compared in lower case', () => {
	expect(readEmail(' Ann.Lee@WRSD.example ')).toBe('ann.lee@wrsd.example');
	for (const written of ['ann', 'ann@', 'a@b', 'a@b@c.d', 'a b@c.de', '<a@b.cd>', 'a@b.c,d@e.f'])
		expect(readEmail(written), written).toBeNull();
});

test('words lose what nobody sees, and keep every letter', () => {
	expect(readWords('  Zoë\u00a0\t O’Brien ')).toBe('Zoë O’Brien');
	expect(readWords('evil\u202egnp')).toBe('evilgnp');
	expect(readWords('a\u0007b\u200bc')).toBe('abc');
	expect(readWords('Zoe\u0308')).toBe('Zoë');
	expect(readWords('李 明')).toBe('李 明');
});

describe('a heading', () => {
	const columns = [
		{ name: 'sourcedId', use: true, required: true },
		{ name: 'givenName', use: true, required: true },
		{ name: 'familyName', use: true },
		{ name: 'orgSourcedIds', use: true },
		{ name: 'email', use: true, aliases: ['e-mail address'] },
		{ name: 'password' },
		{ name: 'phone' }
	] as const;
	const match = (...cells: string[]) => matchHeader(cells, columns);

	test('is found whatever its case, spaces, dashes and underscores', () => {
		const { at, corrected, missing } = match('SOURCED_ID', 'given name', 'Family-Name', 'E-Mail Address');
		expect([...at]).toEqual([
			['sourcedId', 0],
			['givenName', 1],
			['familyName', 2],
			['email', 3]
		]);
		expect(corrected).toEqual([]);
		expect(missing).toEqual([]);
	});
	test('is found with one slip, and the slip is told', () => {
		const { at, corrected } = match('sourcedId', 'givnName', 'fmailyName', 'orgSourcedId');
		expect([...at.keys()]).toEqual(['sourcedId', 'givenName', 'familyName', 'orgSourcedIds']);
		expect(corrected).toEqual([
			{ written: 'givnName', name: 'givenName' },
			{ written: 'fmailyName', name: 'familyName' },
			{ written: 'orgSourcedId', name: 'orgSourcedIds' }
		]);
	});
	test('is not guessed when two columns could be meant, or two claim the same', () => {
		const { at, unclear, missing } = match('sourcedId', 'givenNam', 'giveName');
		expect(at.has('givenName')).toBe(false);
		expect(unclear).toEqual(['givenNam', 'giveName']);
		expect(missing).toEqual(['givenName']);
	});
	test('is refused when a column that is read is there twice', () => {
		expect(match('sourcedId', 'givenName', 'Given Name').twice).toEqual(['givenName']);
	});
	test('leaves extra columns alone, and never reads a misspelt password as something else', () => {
		const { at, corrected, unclear } = match(
			'sourcedId',
			'givenName',
			'shoe size',
			'pasword',
			'metadata.emails'
		);
		expect([...at.keys()]).toEqual(['sourcedId', 'givenName']);
		expect(corrected).toEqual([]);
		expect(unclear).toEqual([]);
	});
	test('is found in any order', () => {
		fc.assert(
			fc.property(
				fc.shuffledSubarray(
					columns.map(({ name }) => name),
					{ minLength: 7 }
				),
				(order) => {
					const { at } = matchHeader(order, columns);
					for (const [name, index] of at) expect(order[index]).toBe(name);
					expect(at.size).toBe(5);
				}
			)
		);
	});
});

test('slips are counted as a typist makes them', () => {
	expect(distance('name', 'name')).toBe(0);
	expect(distance('name', 'nmae')).toBe(1);
	expect(distance('name', 'names')).toBe(1);
	expect(distance('name', 'lame')).toBe(1);
	expect(distance('name', 'surname')).toBe(Infinity);
});
