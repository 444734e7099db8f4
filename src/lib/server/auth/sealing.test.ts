import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { seal, sealingKey, unseal } from './sealing.ts';

const key = randomBytes(32);
const secret = randomBytes(20);

test('a sealed secret comes back whole, and looks different each time', () => {
	const [one, two] = [seal(key, 'authenticator:a', secret), seal(key, 'authenticator:a', secret)];
	expect(unseal(key, 'authenticator:a', one)).toEqual(secret);
	expect(one.equals(two)).toBe(false);
	expect(one.includes(secret)).toBe(false);
});

test('it does not open for somebody else, with another key, or once it was touched', () => {
	const sealed = seal(key, 'authenticator:a', secret);
	expect(unseal(key, 'authenticator:b', sealed)).toBeNull();
	expect(unseal(randomBytes(32), 'authenticator:a', sealed)).toBeNull();
	for (let at = 0; at < sealed.length; at += 1) {
		const touched = Buffer.from(sealed);
		touched[at] = (touched[at] ?? 0) ^ 1;
		expect(unseal(key, 'authenticator:a', touched)).toBeNull();
	}
	expect(unseal(key, 'authenticator:a', Buffer.alloc(0))).toBeNull();
	expect(unseal(key, 'authenticator:a', sealed.subarray(0, 29))).toBeNull();
});

test('the key is 32 bytes in base64, or none', () => {
	expect(sealingKey(key.toString('base64'))).toEqual(key);
	expect(sealingKey(key.toString('base64url'))).toEqual(key);
	expect(sealingKey('')).toBeNull();
	expect(() => sealingKey('short')).toThrow('32 bytes');
});
