import { createHash, randomBytes } from 'node:crypto';

/** A random secret of 256 bits, safe in a cookie, a header and an address. */
export function newSecret(): string {
	return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a secret. Secrets are random and long, so that a plain hash keeps them; a table that leaks
 * lets nobody in (data-model.md section 2, "SHA-256 only").
 */
export function hashSecret(secret: string): Buffer {
	return createHash('sha256').update(secret).digest();
}

/** Whether a text has the shape of a secret of ours; anything else is not worth a query. */
export function looksLikeSecret(text: string | null | undefined): text is string {
	return typeof text === 'string' && /^[A-Za-z0-9_-]{43}$/.test(text);
}
