import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	certificationStatus,
	renewalIsOpen,
	startOfNextPeriod,
	type CertificationPeriod,
	type Revocation
} from './status.ts';

const day = 86_400_000;
const at = (days: number) => new Date(Date.UTC(2026, 0, 1) + days * day);
const period = (from: number, until: number | null, completed = from): CertificationPeriod => ({
	id: `${from}`,
	from: at(from),
	until: until === null ? null : at(until),
	completedAt: at(completed)
});
const stateAt = (days: number, periods: CertificationPeriod[], revocations: Revocation[] = []) =>
	certificationStatus(periods, revocations, at(days), 30).state;

describe('the state of a certification', () => {
	test('without a period there is none, and before it was earned there was none', () => {
		expect(stateAt(5, [])).toBe('none');
		expect(stateAt(5, [period(10, 375)])).toBe('none');
	});

	test('is valid from the start, in grace after the end, and expired when grace has run out', () => {
		const year = [period(0, 365)];
		expect(stateAt(0, year)).toBe('valid');
		expect(stateAt(364.999, year)).toBe('valid');
		expect(stateAt(365, year)).toBe('in_grace');
		expect(stateAt(394.999, year)).toBe('in_grace');
		expect(stateAt(395, year)).toBe('expired');
	});

	test('a period without end stays valid', () => {
		expect(stateAt(9_999, [period(0, null)])).toBe('valid');
	});

	test('renewed early, the second period follows the first without a day lost', () => {
		const first = period(0, 365);
		const status = certificationStatus([first], [], at(320), 30);
		expect(startOfNextPeriod(status, at(320))).toEqual(at(365));
		const both = [first, period(365, 730, 320)];
		expect(stateAt(365, both)).toBe('valid');
		expect(certificationStatus(both, [], at(330), 30).validUntil).toEqual(at(730));
	});

	test('renewed in grace or later, the new period starts on the day of completion', () => {
		const status = certificationStatus([period(0, 365)], [], at(380), 30);
		expect(status.state).toBe('in_grace');
		expect(startOfNextPeriod(status, at(380))).toEqual(at(380));
	});

	test('a revocation covers the current period and the one that was renewed early', () => {
		const both = [period(0, 365), period(365, 730, 320)];
		const revoked: Revocation[] = [{ kind: 'revoked', at: at(330) }];
		expect(stateAt(329, both, revoked)).toBe('valid');
		expect(stateAt(331, both, revoked)).toBe('revoked');
		expect(stateAt(400, both, revoked)).toBe('revoked');
	});

	test('a course completed after the revocation makes it valid again', () => {
		const revoked: Revocation[] = [{ kind: 'revoked', at: at(100) }];
		expect(stateAt(120, [period(0, 365), period(110, 475)], revoked)).toBe('valid');
	});

	test('a revocation that was taken back revokes nothing', () => {
		const revocations: Revocation[] = [
			{ kind: 'revoked', at: at(100) },
			{ kind: 'restored', at: at(110) }
		];
		expect(stateAt(105, [period(0, 365)], revocations)).toBe('revoked');
		expect(stateAt(120, [period(0, 365)], revocations)).toBe('valid');
	});

	test('renewal opens sixty days before the end, and stays open after it', () => {
		const periods = [period(0, 365)];
		const open = (days: number) =>
			renewalIsOpen(certificationStatus(periods, [], at(days), 30), at(days), 60);
		expect(open(304)).toBe(false);
		expect(open(305)).toBe(true);
		expect(open(500)).toBe(true);
		expect(renewalIsOpen(certificationStatus([], [], at(1), 30), at(1), 60)).toBe(false);
	});

	const periods = fc
		.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 400 })), { maxLength: 5 })
		.map((entries) => entries.map(([from, length]) => period(from, from + length)));
	const revocations = fc.array(
		fc.record({
			kind: fc.constantFrom('revoked' as const, 'restored' as const),
			at: fc.integer({ min: 0, max: 1_300 }).map(at)
		}),
		{ maxLength: 3 }
	);

	test('of two learners of one person that overlap lasts to the later end', () => {
		const both = [period(0, 10), period(0, 20), period(5, 15)];
		expect(certificationStatus(both, [], at(5), 30).validUntil).toEqual(at(20));
	});

	test('is at any instant exactly one of five, and says valid only inside a period', () => {
		fc.assert(
			fc.property(periods, revocations, fc.integer({ min: 0, max: 1_400 }), (some, ends, days) => {
				const status = certificationStatus(some, ends, at(days), 30);
				expect(['none', 'valid', 'in_grace', 'expired', 'revoked']).toContain(status.state);
				if (status.state === 'valid') {
					expect(
						some.some((entry) => entry.from <= at(days) && entry.until !== null && at(days) < entry.until)
					).toBe(true);
					expect(status.validUntil && status.validUntil > at(days)).toBe(true);
				}
			})
		);
	});

	test('what is valid until an instant is valid right up to it', () => {
		fc.assert(
			fc.property(periods, fc.integer({ min: 0, max: 1_400 }), (earned, days) => {
				// All earned on the first day, so that nothing becomes known on the way.
				const some = earned.map((entry) => ({ ...entry, completedAt: at(0) }));
				const status = certificationStatus(some, [], at(days), 30);
				if (status.state !== 'valid' || !status.validUntil) return;
				const justBefore = new Date(status.validUntil.getTime() - 1);
				const later = certificationStatus(some, [], justBefore, 30);
				expect(later.state).toBe('valid');
				expect(certificationStatus(some, [], status.validUntil, 30).state).not.toBe('valid');
			})
		);
	});
});
