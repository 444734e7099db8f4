import { expect, test } from 'vitest';
import { checkUserName, suggestedUserName } from './user-name.ts';

test('a user name is letters and digits that any keyboard has, accents or not', () => {
	for (const name of ['rosa', 'Lucía-482', 'j.p_ortiz', 'X2345', 'a'.repeat(32)])
		expect(checkUserName(name), name).toEqual({ ok: true });
});

test.each([
	['ana', 'too-short'],
	['', 'too-short'],
	['a'.repeat(33), 'too-long'],
	['rosa marsh', 'characters'],
	['rosa@mail.example', 'characters'],
	['роза', 'characters'],
	['4rosa', 'start'],
	['-rosa', 'start'],
	['rosa.', 'start']
])('“%s” is none: %s', (name, fault) => {
	expect(checkUserName(name)).toEqual({ ok: false, fault });
});

test('a suggestion is a user name itself, whatever the given name', () => {
	expect(suggestedUserName('Lucía', 42)).toBe('lucia-042');
	for (const given of ['王小明', 'Q', '', 'Ana Paula', 'Jean-Baptiste-Maximilien-Robert'])
		expect(checkUserName(suggestedUserName(given, 7)), given).toEqual({ ok: true });
});
