import { describe, expect, test } from 'vitest';
import { gate } from '#lib/server/catalogue/catalogue.ts';
import type { Finding, FindingCode } from './decide.ts';
import { explain } from './explain.ts';

const finding = (code: FindingCode, requirement: string, more: Partial<Finding> = {}): Finding => ({
	code,
	requirement,
	met: code.startsWith('met'),
	until: null,
	...more
});
const owner = { part: 'owner', gate: 'register-classroom-account', locale: 'en' } as const;

describe('what a gate says', () => {
	test('a missing certification comes with its minutes and the way to its course', () => {
		expect(explain(finding('not_certified', 'certification:staff'), owner)).toEqual({
			message: 'Staff certification is missing. It takes about 50 minutes.',
			nextStep: { label: 'Take “Staff certification”', href: '/learn/staff-initial' }
		});
	});

	test('an expired one says the last day on which it was valid', () => {
		const ended = new Date('2026-07-01T04:00:00Z');
		const { message, nextStep } = explain(finding('expired', 'certification:staff', { ended }), owner);
		expect(message).toContain('30 June 2026');
		expect(nextStep?.href).toBe('/learn/staff-initial');
	});

	test('a certification whose course is not published leads to people, not to a dead link', () => {
		expect(explain(finding('not_certified', 'certification:not-taught-yet'), owner).nextStep?.href).toBe(
			'/help'
		);
	});

	test('a colleague’s dates are not told, and nobody is sent to a course in their place', () => {
		const ended = new Date('2026-07-01T04:00:00Z');
		const said = explain(finding('expired', 'certification:staff', { ended }), {
			...owner,
			part: 'co-owner'
		});
		expect(said.message).toMatch(/^Co-owner: /);
		expect(said.message).not.toContain('2026');
		expect(said.nextStep).toBeNull();
	});

	test('every code has words in every language, and each refusal (and grace) somewhere to go', () => {
		const asked: [FindingCode, string][] = [
			['met', 'certification:staff'],
			['met', 'role'],
			['met', 'acknowledgement:6531-1'],
			['met', 'course:family-core'],
			['met_in_grace', 'certification:staff'],
			['met_by_credit', 'certification:staff'],
			['not_certified', 'certification:staff'],
			['expired', 'certification:staff'],
			['in_grace', 'certification:staff'],
			['revoked', 'certification:staff'],
			['not_acknowledged', 'acknowledgement:6531-1'],
			['not_completed', 'course:family-core'],
			['met', 'permission:student-publication'],
			['not_permitted', 'permission:student-publication'],
			['not_active', 'person'],
			['wrong_role', 'role'],
			['wrong_school', 'role'],
			['no_evidence', 'certification:staff']
		];
		for (const [code, requirement] of asked) {
			const said = (['en', 'es', 'pt-BR'] as const).map((locale) =>
				explain(finding(code, requirement), { ...owner, locale })
			);
			expect(new Set(said.map(({ message }) => message)).size, code).toBe(3);
			for (const { nextStep } of said)
				expect(nextStep !== null, code).toBe(!code.startsWith('met') || code === 'met_in_grace');
		}
	});

	test('a wrong role names the roles that the gate is for', () => {
		expect(gate(owner.gate)?.roles).toContain('librarian');
		expect(explain(finding('wrong_role', 'role'), owner).message).toContain('librarian');
	});
});
