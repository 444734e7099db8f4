import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.mjs';

const url = 'postgresql://waypost:secret@db.example:5432/waypost';

describe('the settings', () => {
	it('serve a demo on this machine alone when nothing is said', () => {
		expect(readSettings({})).toMatchObject({
			port: 3000,
			host: '127.0.0.1',
			origin: 'http://localhost:3000',
			databaseUrl: null,
			demo: true,
			now: null
		});
	});

	it('count an origin from the port, unless it is given', () => {
		expect(readSettings({ PORT: '4000' }).origin).toBe('http://localhost:4000');
		expect(readSettings({ PORT: '4000', ORIGIN: 'https://waypost.example/' }).origin).toBe(
			'https://waypost.example'
		);
	});

	it('lay out a demo in a given database only when asked', () => {
		expect(readSettings({ DATABASE_URL: url }).demo).toBe(false);
		expect(readSettings({ DATABASE_URL: url, DEMO: '1' }).demo).toBe(true);
		expect(readSettings({ DEMO: '0' }).demo).toBe(false);
	});

	it('let the one role of a managed database migrate, too', () => {
		expect(readSettings({ DATABASE_URL: url }).ownerUrl).toBe(url);
		expect(readSettings({ DATABASE_URL: url, WAYPOST_OWNER_URL: `${url}2` }).ownerUrl).toBe(`${url}2`);
	});

	it('move the clock of the embedded database', () => {
		expect(readSettings({ WAYPOST_NOW: '2026-12-01T12:00:00Z' }).now).toEqual(
			new Date('2026-12-01T12:00:00Z')
		);
	});

	it.each([
		[{ PORT: 'http' }, 'PORT'],
		[{ PORT: '70000' }, 'PORT'],
		[{ ORIGIN: 'waypost.example' }, 'ORIGIN'],
		[{ DATABASE_URL: 'mysql://db.example/waypost' }, 'DATABASE_URL'],
		[{ WAYPOST_OWNER_URL: url }, 'WAYPOST_OWNER_URL'],
		[{ WAYPOST_NOW: 'tomorrow' }, 'WAYPOST_NOW'],
		[{ WAYPOST_NOW: '2026-12-01T12:00:00Z', DATABASE_URL: url }, 'WAYPOST_NOW']
	])('refuse %j and name the variable', (env, variable) => {
		expect(() => readSettings(env)).toThrow(variable);
	});

	it('never show a password in what they refuse', () => {
		expect(() => readSettings({ DATABASE_URL: 'mysql://waypost:secret@db.example/waypost' })).toThrow(
			/^(?!.*secret)/
		);
	});
});
