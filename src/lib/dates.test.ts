import { describe, expect, test } from 'vitest';
import { formatDate } from './dates.ts';

const zone = 'America/New_York';

describe('a date in words', () => {
	test('reads naturally in each language', () => {
		expect(formatDate('2026-09-14', 'en', zone)).toBe('14 September 2026');
		expect(formatDate('2026-09-14', 'es', zone)).toBe('14 de septiembre de 2026');
		expect(formatDate('2026-09-14', 'pt-BR', zone)).toBe('14 de setembro de 2026');
	});

	test('of an instant is the day it is in the district, not in Greenwich', () => {
		expect(formatDate(new Date('2026-07-01T03:59:59.999Z'), 'en', zone)).toBe('30 June 2026');
		expect(formatDate(new Date('2026-07-01T04:00:00Z'), 'en', zone)).toBe('1 July 2026');
		expect(formatDate(new Date('2026-12-31T23:30:00Z'), 'en', 'Pacific/Auckland')).toBe('1 January 2027');
	});

	test('of the calendar is that day in every zone', () => {
		for (const anywhere of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/New_York'])
			expect(formatDate('2026-06-30', 'en', anywhere)).toBe('30 June 2026');
	});
});
