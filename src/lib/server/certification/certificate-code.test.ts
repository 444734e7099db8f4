import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newCode, normaliseCode, readCode, showCode } from './certificate-code.ts';

const anyCode = fc.string({
	unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
	minLength: 16,
	maxLength: 16
});

describe('a certificate code', () => {
	test('is 16 characters without I, L, O and U, and never the same twice', () => {
		const codes = Array.from({ length: 2_000 }, newCode);
		for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
		expect(new Set(codes).size).toBe(codes.length);
		expect(new Set(codes.join('')).size).toBe(32);
	});

	test('is shown in four groups after WP', () => {
		expect(showCode('7K3M9QXD2FHT8VWC')).toBe('WP-7K3M-9QXD-2FHT-8VWC');
	});

	test('is read back from what is shown, whatever it begins with', () => {
		fc.assert(
			fc.property(anyCode, (code) => {
				expect(normaliseCode(showCode(code))).toBe(code);
				expect(normaliseCode(code)).toBe(code);
				expect(normaliseCode(` ${showCode(code).toLowerCase().replaceAll('-', ' ')} `)).toBe(code);
				expect(normaliseCode(code.replaceAll('1', 'l').replaceAll('0', 'o'))).toBe(code);
			}),
			{ examples: [['WP3M9QXD2FHT8VWC'], ['WPWPWPWPWPWPWPWP']] }
		);
	});

	test('is read with other dashes, wide letters, and the letters that look like digits', () => {
		expect(normaliseCode('wp–7k3m—9qxd−2fht‑8vwc')).toBe('7K3M9QXD2FHT8VWC');
		expect(normaliseCode('７Ｋ３Ｍ 9QXD 2FHT 8VWC')).toBe('7K3M9QXD2FHT8VWC');
		expect(normaliseCode('WP-IK3M-LQXD-OFHT-8VWC')).toBe('1K3M1QXD0FHT8VWC');
	});

	test('that cannot be one is told apart by what is wrong', () => {
		expect(readCode('  - ')).toEqual({ ok: false, reason: 'empty' });
		expect(readCode('WP-7K3M-9QXD')).toEqual({ ok: false, reason: 'length', count: 8 });
		expect(readCode('7K3M-9QXD-2FHT-8VWC-X')).toEqual({ ok: false, reason: 'length', count: 17 });
		expect(readCode('WP-7K3M-9QXD-2FHT-8VU!')).toEqual({
			ok: false,
			reason: 'characters',
			characters: 'U !'
		});
		for (const text of ['', 'hello', '<script>', 'WP-', '../..', '\u0000'.repeat(16)])
			expect(normaliseCode(text)).toBeNull();
	});
});
