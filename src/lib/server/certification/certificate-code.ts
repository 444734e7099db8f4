import * as typed from '#lib/server/auth/typed-code.ts';
import type { ReadCode } from '#lib/server/auth/typed-code.ts';

export type { ReadCode };

const prefix = 'WP';

/**
 * A new certificate code: 80 random bits. At a thousand guesses a second against a million certificates, a hit takes
 * some thirty million years, so nothing counts the guesses of those who check certificates.
 */
export function newCode(): string {
	return typed.newCode();
}

/** A code as it stands on paper and in addresses: `WP-7K3M-9QXD-2FHT-8VWC`. */
export function showCode(code: string): string {
	return typed.showCode(code, prefix);
}

/** Reads a code as people type it, and tells apart what cannot be one (see auth/typed-code.ts). */
export function readCode(text: string): ReadCode {
	return typed.readCode(text, prefix);
}

/** The 16 characters of a code as they are stored, or null when the text cannot be one. */
export function normaliseCode(text: string): string | null {
	const read = readCode(text);
	return read.ok ? read.code : null;
}
