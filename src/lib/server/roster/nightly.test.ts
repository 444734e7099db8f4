import { expect, test } from 'vitest';
import { nextNight } from './nightly.ts';

const zone = 'America/New_York';
const next = (now: string, time = '02:30') => nextNight(new Date(now), time, zone).toISOString();

test('the next night is today’s when it is yet to come, and tomorrow’s otherwise', () => {
	expect(next('2026-11-27T05:00:00Z')).toBe('2026-11-27T07:30:00.000Z');
	expect(next('2026-11-27T07:30:00Z')).toBe('2026-11-28T07:30:00.000Z');
	expect(next('2026-11-27T23:59:00Z')).toBe('2026-11-28T07:30:00.000Z');
	// In New York it is still the 26th.
	expect(next('2026-11-27T03:00:00Z', '22:15')).toBe('2026-11-27T03:15:00.000Z');
});

test('an hour that the clocks skip is the next one; one that comes twice counts once', () => {
	expect(next('2027-03-14T05:00:00Z')).toBe('2027-03-14T07:30:00.000Z');
	expect(next('2026-11-01T05:00:00Z', '01:30')).toBe('2026-11-01T05:30:00.000Z');
	expect(next('2026-11-01T05:30:00Z', '01:30')).toBe('2026-11-02T06:30:00.000Z');
});
