import { expect, test } from 'vitest';
import { endOfYear } from './instants.ts';

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
