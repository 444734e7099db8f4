import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect, collectText, collectZip, csv, oneRoster11, told, users11, zipOf } from './testing/files.ts';

/** Writes over every place where these bytes stand. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
	const copy = Buffer.from(bytes);
	for (let at = copy.indexOf(from); at !== -1; at = copy.indexOf(from, at + 1)) copy.write(to, at, 'latin1');
	return copy;
}
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
/** Changes a field of each header of an archive, counted from its signature. */
function inHeaders(bytes: Buffer, change: (view: Buffer, kind: 'local' | 'central') => void): Buffer {
	const copy = Buffer.from(bytes);
	for (let at = 0; at < copy.length - 4; at++) {
		const signature = copy.readUInt32LE(at);
		if (signature === LOCAL) change(copy.subarray(at), 'local');
		if (signature === CENTRAL) change(copy.subarray(at), 'central');
	}
	return copy;
}
const refused = async (bytes: Buffer, name = 'roster.zip') => {
	const read = await collect({ name, bytes });
	expect(read.ok).toBe(false);
	return told(read.all).at(-1);
};
async function measured<T>(
	work: () => Promise<T>
): Promise<{ result: T; megabytes: number; seconds: number }> {
	let most = 0;
	const before = process.memoryUsage().rss;
	const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 5);
	const begun = performance.now();
	const result = await work();
	clearInterval(watching);
	most = Math.max(most, process.memoryUsage().rss - before);
	return { result, megabytes: most / 1_048_576, seconds: (performance.now() - begun) / 1_000 };
}

describe('an archive that', () => {
	test('grows a thousandfold is refused before it is unpacked', async () => {
		const bomb = await zipOf({ ...oneRoster11(), 'users.csv': Buffer.alloc(48 * 1_048_576, ',') });
		expect(bomb.length).toBeLessThan(200_000);
		const { result, megabytes } = await measured(() => refused(bomb));
		expect(result).toBe('archive-bomb users.csv:-');
		expect(megabytes).toBeLessThan(40);
	});
	test('lies about how long its files are is refused while they are unpacked', async () => {
		const bomb = await zipOf({ 'users.csv': `${users11}\n${'x'.repeat(3_000_000)}` });
		const lying = inHeaders(bomb, (view, kind) => view.writeUInt32LE(9_000, kind === 'local' ? 22 : 24));
		expect(await refused(lying)).toBe('archive-bomb users.csv:-');
	});
	test('says that a file is beyond all measure is refused', async () => {
		const huge = inHeaders(
			await zipOf({ 'users.csv': randomBytes(1_000_000).toString('base64') }),
			(view, kind) => {
				view.writeUInt32LE(0x7fffffff, kind === 'local' ? 22 : 24);
				view.writeUInt32LE(0x6fffffff, kind === 'local' ? 18 : 20);
			}
		);
		expect(await refused(huge)).toBe('file-too-large users.csv:-');
	});
	test('leads out of its folder is refused', async () => {
		const zip = await zipOf({ 'aa/users.csv': users11 });
		expect(await refused(patched(zip, 'aa/users', '../users'))).toBe('archive-path roster.zip:-');
		expect(await refused(patched(zip, 'aa/users', '/etc/use'))).toBe('archive-path roster.zip:-');
	});
	test('is encrypted is refused', async () => {
		const zip = await zipOf(oneRoster11());
		const locked = inHeaders(zip, (view, kind) => view.writeUInt16LE(1, kind === 'local' ? 6 : 8));
		expect(await refused(locked)).toMatch(/^archive-encrypted /);
	});
	test('is cut short, or has a file that was altered, is refused', async () => {
		const zip = await zipOf(oneRoster11());
		expect(await refused(zip.subarray(0, zip.length - 40))).toBe('archive-damaged roster.zip:-');
		expect(await refused(Buffer.from('PK\x03\x04 and nothing else'))).toBe('archive-damaged roster.zip:-');
		const altered = inHeaders(zip, (view, kind) => {
			if (kind === 'central') view.writeUInt32LE(7, 16);
		});
		expect(await refused(altered)).toMatch(/^archive-damaged \w+\.csv/);
	});
	test('holds another archive, a file twice, thousands of files, or nothing of a roster, is refused', async () => {
		const inner = await zipOf(oneRoster11());
		expect(await refused(await zipOf({ 'roster.zip': inner }))).toBe('archive-nested roster.zip:-');
		expect(await refused(await zipOf({ 'a/users.csv': users11, 'b/Users.csv': users11 }))).toBe(
			'archive-twice roster.zip:-=Users.csv'
		);
		const many = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`${index}.txt`, '']));
		expect(await refused(await zipOf(many))).toBe('archive-crowded roster.zip:-');
		expect(await refused(await zipOf({ 'holiday.jpg': 'x' }))).toBe('not-a-roster roster.zip:-');
	});
});

describe('a file that', () => {
	test('is something else is refused by what it is, whatever its name', async () => {
		expect(await refused(Buffer.from('%PDF-1.7 …'), 'roster.csv')).toBe('not-a-roster roster.csv:-');
		expect(await refused(Buffer.from('hello'), 'roster.zip')).toBe('not-a-roster roster.zip:-');
		expect(await refused(Buffer.alloc(0), 'roster.csv')).toBe('file-empty roster.csv:-');
		expect(await refused(Buffer.from('\r\n\r\n'), 'roster.csv')).toBe('file-empty roster.csv:-');
		expect(await refused(Buffer.from('Dear Sir or Madam, …\n'), 'letter.txt')).toBe(
			'column-missing letter.txt:1'
		);
	});
	test('is in another encoding is refused with the line where it shows', async () => {
		const latin = Buffer.from(
			csv('person_id,given_name,family_name,role', '1,Ann,Lee,coach', '2,Zoë,Roy,coach'),
			'latin1'
		);
		expect(await refused(latin, 'roster.csv')).toBe('encoding roster.csv:3');
		const utf16 = Buffer.from('person_id,given_name\r\n', 'utf16le');
		expect(await refused(utf16, 'roster.csv')).toBe('nul-byte roster.csv:1');
		expect(
			await refused(Buffer.from('person_id,given_name,family_name,role\n1,A\0B,C,coach\n'), 'roster.csv')
		).toBe('nul-byte roster.csv:2');
	});
	test('has a million columns is refused at once', async () => {
		for (const line of [
			','.repeat(1_000_000),
			Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join(','),
			'a,'.repeat(600)
		]) {
			const { result, megabytes, seconds } = await measured(() =>
				refused(Buffer.from(`${line}\n${line}\n`), 'roster.csv')
			);
			expect(result).toBe('too-many-columns roster.csv:1');
			expect(seconds).toBeLessThan(10);
			expect(megabytes).toBeLessThan(150);
		}
	});
	test('has a row of a million cells, or a cell of a million letters, is refused', async () => {
		const heading = 'person_id,given_name,family_name,role\n';
		expect(await refused(Buffer.from(`${heading}1${','.repeat(1_000_000)}\n`), 'roster.csv')).toBe(
			'line-too-long roster.csv:2'
		);
		expect(await refused(Buffer.from(`${heading}1,${'A'.repeat(1_000_000)},Lee,coach\n`), 'roster.csv')).toBe(
			'line-too-long roster.csv:2'
		);
	});
	test('opens a quote and never closes it is refused with the line where it opens', async () => {
		const rows = Array.from({ length: 20_000 }, (_, index) => `${index},Ann,Lee,coach`).join('\n');
		const text = `person_id,given_name,family_name,role\n1,Ann,Lee,coach\n2,"Ann,Lee,coach\n${rows}\n`;
		expect(await refused(Buffer.from(text), 'roster.csv')).toBe('quote-open roster.csv:3');
		expect(
			await refused(Buffer.from('person_id,given_name,family_name,role\n1,"Ann,Lee,coach'), 'roster.csv')
		).toBe('quote-open roster.csv:2');
	});
	test('lets a stray quote swallow rows is refused; a nickname in quotes is not', async () => {
		const heading = 'person_id,given_name,family_name,role';
		const swallowing = csv(heading, '1,"Ann,Lee,coach', '2,"Bob",Roy,coach');
		expect(await refused(Buffer.from(swallowing), 'roster.csv')).toBe('quote-stray roster.csv:2');
		const read = await collectText(csv(heading, '1,Robert "Bob",Lee,coach', '2,"Ann ""Annie""",Roy,coach'));
		expect(read.rows.plain.map(({ givenName }) => givenName)).toEqual(['Robert "Bob"', 'Ann "Annie"']);
		expect(told(read.all)).toEqual([]);
	});
	test('has a name over two lines leaves that row out, and nobody is taken for absent', async () => {
		const read = await collectText(
			csv('person_id,given_name,family_name,role', '1,"Ann\r\n2,Bob",Lee,coach', '3,Cy,Lee,coach')
		);
		expect(told(read.all)).toEqual(['row-broken roster.csv:2 given_name']);
		expect(read.rows.plain.map(({ person, line }) => [person, line])).toEqual([['3', 4]]);
		expect(read.ok && read.reading.unreadable.person).toBe(1);
	});
	test('has an id, a name or an address beyond all measure leaves that out', async () => {
		const read = await collectText(
			csv(
				'person_id,given_name,family_name,role,email',
				`${'9'.repeat(300)},Ann,Lee,coach,`,
				`2,${'A'.repeat(300)},Lee,coach,`,
				`3,Ann,Lee,coach,${'a'.repeat(300)}@b.example`
			)
		);
		expect(read.all.map(({ code, line }) => `${code} ${line}`)).toEqual([
			'too-long 2',
			'too-long 3',
			'email-unclear 4'
		]);
		for (const { value } of read.all) expect((value ?? '').length).toBeLessThanOrEqual(80);
	});
	test('is wrong in every row is told of up to a bound, and counted beyond', async () => {
		const rows = Array.from({ length: 60_000 }, (_, index) => `${index},Ann,Lee,wizard`);
		const read = await collectText(csv('person_id,given_name,family_name,role', ...rows));
		expect(read.all).toHaveLength(50_000);
		expect(read.problems.row).toBe(60_000);
	});
	test('is long streams by: memory stays where it is', async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'waypost-roster-'));
		try {
			const file = path.join(folder, 'long.csv');
			const rows = Array.from(
				{ length: 400_000 },
				(_, index) => `${index},Given${index},Family${index},coach,North School`
			);
			await writeFile(file, ['person_id,given_name,family_name,role,school', ...rows].join('\n'));
			let count = 0;
			const { readRoster } = await import('./read-roster.ts');
			const { megabytes } = await measured(() =>
				readRoster(
					{ name: 'long.csv', path: file },
					{
						rows: async (_kind, _file, more) => void (count += more.length),
						problems: async () => {},
						progress() {}
					}
				)
			);
			expect(count).toBe(400_000);
			expect(megabytes).toBeLessThan(150);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});

test('only files of a roster are opened: an archive’s other files may be anything', async () => {
	const read = await collectZip({
		...oneRoster11(),
		'demographics.csv': Buffer.alloc(6_000_000),
		'photos.zip': 'x'
	});
	expect(read.ok).toBe(true);
});
