import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 16;

/**
 * A new certificate code: 16 characters of Crockford's base 32, 80 bits from the system's random source. At a
 * thousand guesses a second against a million certificates, a hit takes some thirty million years, so nothing
 * counts the guesses of those who check certificates.
 */
export function newCode(): string {
	// 256 is a multiple of 32: the low five bits of a random byte are fair.
	return [...randomBytes(length)].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/** A code as it stands on paper and in addresses: `WP-7K3M-9QXD-2FHT-8VWC`. */
export function showCode(code: string): string {
	return `WP-${(code.match(/.{4}/g) ?? []).join('-')}`;
}

export type ReadCode =
	| { ok: true; code: string }
	| { ok: false; reason: 'empty' }
	| { ok: false; reason: 'characters'; characters: string }
	| { ok: false; reason: 'length'; count: number };

/**
 * Reads a code as people type it: with or without `WP-`, spaces, any dashes, small letters, I or L for 1, O for 0.
 * What cannot be a code is told apart, so that the form can say what to look at.
 */
export function readCode(text: string): ReadCode {
	const typed = text
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}\u2212]/gu, '');
	if (typed === '') return { ok: false, reason: 'empty' };
	// W and P are letters of the alphabet too: only what is left over beyond 16 characters is the prefix.
	const body = typed.startsWith('WP') && typed.length !== length ? typed.slice(2) : typed;
	const code = body.replace(/[IL]/g, '1').replace(/O/g, '0');
	const foreign = [...new Set([...code].filter((character) => !alphabet.includes(character)))];
	if (foreign.length > 0)
		return { ok: false, reason: 'characters', characters: foreign.slice(0, 5).join(' ') };
	if (code.length !== length) return { ok: false, reason: 'length', count: code.length };
	return { ok: true, code };
}

/** The 16 characters of a code as they are stored, or null when the text cannot be one. */
export function normaliseCode(text: string): string | null {
	const read = readCode(text);
	return read.ok ? read.code : null;
}
