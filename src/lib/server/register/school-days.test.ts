import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schoolDaysBetween } from './school-days.ts';

test.each([
	['2026-11-23', '2026-11-23', 0],
	['2026-11-23', '2026-11-24', 1],
	['2026-11-20', '2026-11-22', 0],
	['2026-11-20', '2026-11-23', 1],
	['2026-11-20', '2026-11-27', 5],
	['2026-11-21', '2026-11-30', 6],
	['2026-11-24', '2026-11-20', 0]
])('from %s to %s: %i school days', (from, to, days) => {
	expect(schoolDaysBetween(from, to)).toBe(days);
});

test('a week always holds five, wherever it begins', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 80 }), (start, weeks) => {
			const civil = (day: number) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
			expect(schoolDaysBetween(civil(start), civil(start + 7 * weeks))).toBe(5 * weeks);
		})
	);
});
