import { describe, expect, test } from 'vitest';
import { certificateState } from './certificate-state.ts';

const day = (text: string) => new Date(`${text}T12:00:00Z`);
const period = (id: string, from: string, until: string | null, completed = from) => ({
	id,
	certification: 'staff',
	certificate: null,
	from: day(from),
	until: until === null ? null : day(until),
	completedAt: day(completed)
});
const first = period('first', '2025-09-01', '2026-09-01');
const renewed = period('renewed', '2026-09-01', '2027-09-01', '2026-08-01');
const revoked = (at: string) => ({ kind: 'revoked' as const, certification: 'staff', at: day(at) });
const restored = (at: string) => ({ kind: 'restored' as const, certification: 'staff', at: day(at) });

function stateOf(
	id: string,
	at: string,
	periods = [first],
	revocations: (ReturnType<typeof revoked> | ReturnType<typeof restored>)[] = []
) {
	return certificateState({ periods, revocations }, { period: id, certification: 'staff' }, day(at), 30)
		.state;
}

describe('a certificate', () => {
	test('is valid from its first instant until its end', () => {
		expect(stateOf('first', '2025-09-01')).toBe('valid');
		expect(stateOf('first', '2026-08-31')).toBe('valid');
		expect(stateOf('first', '2026-09-01')).toBe('in_grace');
		expect(stateOf('first', '2026-10-01')).toBe('expired');
	});

	test('without an end stays valid', () => {
		expect(stateOf('ever', '2056-01-01', [period('ever', '2025-09-01', null)])).toBe('valid');
	});

	test('earned early has not started until the old one ends', () => {
		expect(stateOf('renewed', '2026-08-15', [first, renewed])).toBe('not_started');
		expect(stateOf('first', '2026-08-15', [first, renewed])).toBe('valid');
		expect(stateOf('renewed', '2026-09-01', [first, renewed])).toBe('valid');
	});

	test('that was renewed is expired at its end, not in grace', () => {
		expect(stateOf('first', '2026-09-05', [first, renewed])).toBe('expired');
	});

	test('is revoked from that instant, and so is one that was to start later', () => {
		expect(stateOf('first', '2026-08-09', [first, renewed], [revoked('2026-08-10')])).toBe('valid');
		expect(stateOf('first', '2026-08-10', [first, renewed], [revoked('2026-08-10')])).toBe('revoked');
		expect(stateOf('renewed', '2026-10-01', [first, renewed], [revoked('2026-08-10')])).toBe('revoked');
	});

	test('stays revoked when a later course brings a new one', () => {
		const anew = period('anew', '2026-08-20', '2027-08-20');
		expect(stateOf('first', '2026-08-25', [first, anew], [revoked('2026-08-10')])).toBe('revoked');
		expect(stateOf('anew', '2026-08-25', [first, anew], [revoked('2026-08-10')])).toBe('valid');
	});

	test('is valid again when the revocation is taken back', () => {
		expect(stateOf('first', '2026-08-25', [first], [revoked('2026-08-10'), restored('2026-08-20')])).toBe(
			'valid'
		);
	});

	test('is not touched by the revocation of another certification', () => {
		const other = { ...revoked('2026-01-01'), certification: 'account-owner' };
		expect(stateOf('first', '2026-02-01', [first], [other])).toBe('valid');
	});

	test('whose completion was annulled counts as revoked', () => {
		expect(stateOf('first', '2026-02-01', [renewed])).toBe('revoked');
	});
});
