import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { locks } from './locks.ts';

test('no two kinds of work hold each other off by the number of their lock', async () => {
	const roles = await readFile(new URL('../../../cli/postgres-roles.mjs', import.meta.url), 'utf8');
	const ofRoles = Number(/ROLES_LOCK = ([\d_]+)/.exec(roles)?.[1]?.replaceAll('_', ''));
	expect(ofRoles).toBeGreaterThan(0);
	const all = [...Object.values(locks), ofRoles];
	expect(new Set(all).size).toBe(all.length);
});
