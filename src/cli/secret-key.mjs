import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { PlainError } from './plain-error.mjs';

/** How many bytes the key has (AES-256). */
export const KEY_BYTES = 32;

/**
 * The key that seals what the database holds and must read again, such as the secrets of authenticator apps: made once,
 * in a file of the data folder that its owner alone reads. Beside the database and not in it, so that a copy of the
 * tables is of no use.
 * @param {string} dataDir
 * @returns {Promise<string>} base64, as WAYPOST_SECRET_KEY
 */
export async function secretKeyOf(dataDir) {
	const file = path.join(dataDir, 'secret-key');
	const known = await readFile(file, 'utf8').catch(() => null);
	const key = (known ?? (await makeSecretKey(file))).trim();
	if (isSecretKey(key)) return key;
	throw new PlainError(
		`${file} holds no key.`,
		'Bring it back from a backup. Without it, authenticator apps that were set up before have to be set up again: take the file away to begin with a new key.'
	);
}

/**
 * Whether a text is a key as WAYPOST_SECRET_KEY takes it.
 * @param {string} text
 */
export function isSecretKey(text) {
	return /^[A-Za-z0-9+/_-]+=?$/.test(text) && Buffer.from(text, 'base64').length === KEY_BYTES;
}

/**
 * Written beside and put in place whole; of two starts at once, both go on with the same key.
 * @param {string} file
 */
async function makeSecretKey(file) {
	await mkdir(path.dirname(file), { recursive: true });
	const beside = `${file}.${randomBytes(6).toString('hex')}`;
	const handle = await open(beside, 'w', 0o600);
	await handle.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
	await handle.sync();
	await handle.close();
	await link(beside, file).catch((error) => {
		if (error.code !== 'EEXIST') throw error;
	});
	await rm(beside);
	return readFile(file, 'utf8');
}
