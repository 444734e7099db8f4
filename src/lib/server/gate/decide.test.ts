import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gate } from '#lib/server/catalogue/read-catalogue.ts';
import type { CertificationState, CertificationStatus } from '#lib/server/certification/status.ts';
import { decide, type GateEvidence } from './decide.ts';

const day = 86_400_000;
const now = new Date('2026-11-23T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * day);
const gate: Gate = {
	id: 'register-classroom-account',
	title: 'Run a classroom account',
	audience: 'staff',
	roles: ['teacher'],
	asks: [{ certification: 'staff' }, { certification: 'account-owner' }, { acknowledgement: '6531-1' }]
};
const status = (state: CertificationState, validUntil: Date | null = null): CertificationStatus => ({
	state,
	period: null,
	validUntil,
	graceUntil: validUntil && new Date(validUntil.getTime() + 30 * day)
});
const evidence = (change: Partial<GateEvidence> = {}): GateEvidence => ({
	active: true,
	roles: [{ role: 'teacher', organisation: 'school-1', until: null }],
	certification: () => status('valid', later(100)),
	credit: () => null,
	acknowledged: () => true,
	completed: () => false,
	permission: () => ({ given: false, until: null }),
	...change
});

describe('a gate', () => {
	test('opens when everything is there, until the first of it ends', () => {
		const ends = { staff: later(40), 'account-owner': later(400) } as Record<string, Date>;
		const decision = decide(
			gate,
			evidence({ certification: (id) => status('valid', ends[id]) }),
			'open',
			now
		);
		expect(decision).toMatchObject({ allow: true, allowedUntil: later(40) });
	});

	test.each([
		['none', 'not_certified'],
		['expired', 'expired'],
		['revoked', 'revoked'],
		['in_grace', 'in_grace']
	] as const)('stays shut to open when a certification is %s, and says so', (state, code) => {
		const decision = decide(
			gate,
			evidence({
				certification: (id) => (id === 'staff' ? status(state, later(-5)) : status('valid', later(9)))
			}),
			'open',
			now
		);
		expect(decision.allow).toBe(false);
		expect(decision.allowedUntil).toBeNull();
		expect(decision.findings.filter((finding) => !finding.met)).toMatchObject([
			{ code, requirement: 'certification:staff' }
		]);
	});

	test('grace satisfies keeping, until grace ends, and never opening', () => {
		const inGrace = evidence({ certification: () => status('in_grace', later(-5)) });
		expect(decide(gate, inGrace, 'keep', now)).toMatchObject({ allow: true, allowedUntil: later(25) });
		expect(decide(gate, inGrace, 'open', now).allow).toBe(false);
	});

	test('a credit counts only where the gate says so, and never after a revocation', () => {
		const credited = evidence({ certification: () => status('none'), credit: () => ({ until: later(10) }) });
		const review: Gate = { ...gate, asks: [{ certification: 'reviewer-admin', accepts: 'credit' }] };
		expect(decide(gate, credited, 'open', now).allow).toBe(false);
		expect(decide(review, credited, 'open', now)).toMatchObject({ allow: true, allowedUntil: later(10) });
		const revoked = { ...credited, certification: () => status('revoked') };
		expect(decide(review, revoked, 'open', now).allow).toBe(false);
	});

	test('asks for an active person, the right role and the right school', () => {
		const codes = (some: GateEvidence, school: string | null = null) =>
			decide(gate, some, 'open', now, school)
				.findings.filter((finding) => !finding.met)
				.map((finding) => finding.code);
		expect(codes(evidence({ active: false }))).toEqual(['not_active']);
		expect(codes(evidence({ roles: [{ role: 'aide', organisation: 'school-1', until: null }] }))).toEqual([
			'wrong_role'
		]);
		expect(codes(evidence(), 'school-2')).toEqual(['wrong_school']);
		expect(codes(evidence({ acknowledged: () => false }))).toEqual(['not_acknowledged']);
	});

	test('asks whether those who sign for a student permit it, and holds no longer than that does', () => {
		const posting: Gate = { ...gate, asks: [{ permission: 'student-publication' }] };
		expect(decide(posting, evidence(), 'keep', now)).toMatchObject({
			allow: false,
			findings: [{ met: true }, { code: 'not_permitted', requirement: 'permission:student-publication' }]
		});
		const permitted = evidence({ permission: () => ({ given: true, until: later(12) }) });
		expect(decide(posting, permitted, 'open', now)).toMatchObject({ allow: true, allowedUntil: later(12) });
	});

	test('a role that ends ends what rests on it', () => {
		const leaving = evidence({ roles: [{ role: 'teacher', organisation: 'school-1', until: later(3) }] });
		expect(decide(gate, leaving, 'open', now).allowedUntil).toEqual(later(3));
	});

	test('never opens on nothing: with no evidence at all the answer is no', () => {
		const nothing = evidence({
			active: false,
			roles: [],
			certification: () => status('none'),
			acknowledged: () => false
		});
		expect(decide(gate, nothing, 'keep', now).allow).toBe(false);
		expect(decide({ ...gate, roles: undefined, asks: [] }, evidence(), 'open', now).allow).toBe(false);
	});

	test('whatever the evidence, to open is never easier than to keep', () => {
		const states = fc.constantFrom<CertificationState>('none', 'valid', 'in_grace', 'expired', 'revoked');
		fc.assert(
			fc.property(states, states, fc.boolean(), fc.boolean(), (a, b, acknowledged, active) => {
				const some = evidence({
					active,
					acknowledged: () => acknowledged,
					certification: (id) => {
						const state = id === 'staff' ? a : b;
						return status(state, state === 'valid' ? later(5) : state === 'none' ? null : later(-5));
					}
				});
				if (decide(gate, some, 'open', now).allow) expect(decide(gate, some, 'keep', now).allow).toBe(true);
			})
		);
	});
});
