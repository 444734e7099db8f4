import { expect, test } from 'vitest';
import { endOfYear, schoolYearOf } from './instants.ts';

const zone = 'America/New_York';
const end = (from: string) => endOfYear(new Date(from), '06-30', zone);

test('what is earned in the fall holds to the last day of the school year, and ends at local midnight', () => {
	expect(end('2026-09-14T15:00:00Z')).toEqual({
		until: new Date('2027-07-01T04:00:00Z'),
		through: '2027-06-30'
	});
});

test('what is earned on the last day still belongs to the year that ends', () => {
	expect(end('2027-07-01T03:59:00Z').through).toBe('2027-06-30');
	expect(end('2027-07-01T04:00:00Z').through).toBe('2028-06-30');
});

test('one school year follows the other without a gap, and is named by its two calendar years', () => {
	const year = (at: string) => schoolYearOf(new Date(at), '06-30', zone);
	const running = year('2026-11-23T12:00:00Z');
	expect(running).toEqual({
		name: '2026-2027',
		from: new Date('2026-07-01T04:00:00Z'),
		until: new Date('2027-07-01T04:00:00Z'),
		through: '2027-06-30'
	});
	expect(year(running.from.toISOString())).toEqual(running);
	expect(year(running.until.toISOString())).toMatchObject({ name: '2027-2028', from: running.until });
});
