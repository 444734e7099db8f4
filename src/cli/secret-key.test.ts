import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sealingKey } from '#lib/server/auth/sealing.ts';
import { isSecretKey, secretKeyOf } from './secret-key.mjs';

let folder = '';
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'waypost-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a data folder gets one key, which the server takes and nobody else reads', async () => {
	const key = await secretKeyOf(path.join(folder, 'new'));
	expect(await secretKeyOf(path.join(folder, 'new'))).toBe(key);
	expect(sealingKey(key)).toHaveLength(32);
	expect((await stat(path.join(folder, 'new', 'secret-key'))).mode & 0o777).toBe(0o600);
});

test('starts at the same time go on with the same key', async () => {
	const keys = await Promise.all([secretKeyOf(folder), secretKeyOf(folder)]);
	expect(keys[0]).toBe(keys[1]);
});

test('a file that holds no key stops the start, and is left as it is', async () => {
	await writeFile(path.join(folder, 'secret-key'), 'half a k');
	await expect(secretKeyOf(folder)).rejects.toThrow('holds no key');
});

test('a key is 32 bytes in base64', () => {
	expect(isSecretKey(Buffer.alloc(32, 1).toString('base64'))).toBe(true);
	expect(isSecretKey(Buffer.alloc(32, 255).toString('base64url'))).toBe(true);
	expect(isSecretKey(Buffer.alloc(31, 1).toString('base64'))).toBe(false);
	expect(isSecretKey('correct horse battery staple, 32 b!')).toBe(false);
});
