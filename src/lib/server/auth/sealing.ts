import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Secrets that have to be read again (an authenticator's) are sealed with a key that is not in the database, so that
 * a copy of the tables gives nobody a second factor. AES-256-GCM; what a secret belongs to is part of the seal, so
 * that it can't be moved to somebody else's row.
 */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The key of this process from WAYPOST_SECRET_KEY: 32 bytes in base64; null when there is none. The start script makes
 * one beside the embedded database. Throws when the variable can't be a key.
 */
export function sealingKey(given: string | undefined = process.env.WAYPOST_SECRET_KEY): Buffer | null {
	if (!given) return null;
	const key = Buffer.from(given, 'base64');
	if (key.length !== 32) throw new Error('WAYPOST_SECRET_KEY is not 32 bytes in base64');
	return key;
}

/** Seals a secret for `purpose` (such as `authenticator:<person>`). */
export function seal(key: Buffer, purpose: string, secret: Uint8Array): Buffer {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv('aes-256-gcm', keyFor(key), iv);
	cipher.setAAD(Buffer.from(purpose));
	const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
	return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), sealed]);
}

/** What was sealed; null when it was changed, sealed for something else, or sealed with another key. */
export function unseal(key: Buffer, purpose: string, sealed: Buffer): Buffer | null {
	if (sealed.length <= 1 + IV_BYTES + TAG_BYTES || sealed[0] !== VERSION) return null;
	const decipher = createDecipheriv('aes-256-gcm', keyFor(key), sealed.subarray(1, 1 + IV_BYTES));
	decipher.setAAD(Buffer.from(purpose));
	decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES));
	try {
		return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]);
	} catch {
		return null;
	}
}

/** The given key may seal other things one day: this one seals nothing else. */
function keyFor(key: Buffer): Buffer {
	return Buffer.from(hkdfSync('sha256', key, '', 'waypost sealing 1', 32));
}
