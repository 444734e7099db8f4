import { randomBytes } from 'node:crypto';

/**
 * Codes that people read from paper and type: 16 characters of Crockford's base 32, without I, L, O (read as 1, 1, 0)
 * and without U, in four groups after a few letters that say what the code is for.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 16;

/** A new code: 80 bits from the system's random source. */
export function newCode(): string {
	// 256 is a multiple of 32: the low five bits of a random byte are fair.
	return [...randomBytes(length)].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/** A code as it stands on paper and in addresses: `WP-7K3M-9QXD-2FHT-8VWC`. */
export function showCode(code: string, prefix: string): string {
	return `${prefix}-${(code.match(/.{4}/g) ?? []).join('-')}`;
}

export type ReadCode =
	| { ok: true; code: string }
	| { ok: false; reason: 'empty' }
	| { ok: false; reason: 'characters'; characters: string }
	| { ok: false; reason: 'length'; count: number };

/**
 * Reads a code as people type it: with or without its first letters, spaces, any dashes, small letters, I or L for 1, O
 * for 0. What cannot be a code is told apart, so that the form can say what to look at.
 */
export function readCode(text: string, prefix: string): ReadCode {
	const typed = text
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}\u2212]/gu, '');
	if (typed === '') return { ok: false, reason: 'empty' };
	// The letters of a prefix may be letters of a code too: only what is left over beyond 16 characters is the prefix.
	const body = typed.startsWith(prefix) && typed.length !== length ? typed.slice(prefix.length) : typed;
	const code = body.replace(/[IL]/g, '1').replace(/O/g, '0');
	const foreign = [...new Set([...code].filter((character) => !alphabet.includes(character)))];
	if (foreign.length > 0)
		return { ok: false, reason: 'characters', characters: foreign.slice(0, 5).join(' ') };
	if (code.length !== length) return { ok: false, reason: 'length', count: code.length };
	return { ok: true, code };
}
