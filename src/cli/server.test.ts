import { expect, test } from 'vitest';
import { limits } from '#lib/server/roster/limits.ts';
import { BODY_SIZE_LIMIT } from './server.mjs';

test('the server takes the biggest roster that the page promises to take, with the form around it', () => {
	expect(Number.parseInt(BODY_SIZE_LIMIT, 10) * 1_048_576).toBeGreaterThan(limits.uploadBytes);
});
