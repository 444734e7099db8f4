import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { argon2id, DEMO_PASSWORD, type Hasher } from './passwords.ts';
import { newSecret } from './secret.ts';
import { signIn, type SignInInput } from './sign-in.ts';
import * as limits from './sign-in-limits.ts';
import * as sessions from './sessions.ts';
import { addPerson, cheapHasher, endPerson } from './testing/people.ts';

const { app } = await testDatabase();
const now = new Date();
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const password = 'a violin in the snow';

let number = 0;
async function somebody() {
	number += 1;
	const email = `person${number}@wrsd.example`;
	return { email, ...(await addPerson(app, { email, password })) };
}
function attempt(over: Partial<SignInInput> & { login: string }): SignInInput {
	return { password, address: '192.0.2.1', device: null, ...over };
}
function enter(over: Partial<SignInInput> & { login: string }, at = now, hasher: Hasher = cheapHasher) {
	return signIn(app, attempt(over), at, { hasher, demo: false });
}
async function fail(login: string, times: number, over: Partial<SignInInput> = {}) {
	for (let count = 0; count < times; count += 1)
		await enter({ login, password: 'not this one, sorry', ...over });
}

beforeEach(async () => {
	await app.deleteFrom('sign_in_failure').execute();
});

describe('signing in', () => {
	test('begins a session of that person and marks the device', async () => {
		const { email, person } = await somebody();
		const answer = await enter({ login: ` ${email.toUpperCase()} ` });
		if (!answer.ok) throw new Error(answer.reason);
		expect(answer.person).toBe(person);
		expect((await sessions.read(app, answer.session.token))?.actor.person).toBe(person);
		const again = await enter({ login: email, device: answer.device });
		expect(again.ok && again.device).toBe(answer.device);
		expect(again.ok && again.session.token).not.toBe(answer.session.token);
	});

	test('stores neither the device’s secret nor the login of a failure', async () => {
		const { email } = await somebody();
		const answer = await enter({ login: email });
		await fail('my-password-in-the-wrong-field', 1);
		const { rows } = await sql<{ row: string }>`
			select d::text as row from sign_in_device d union all select f::text from sign_in_failure f`.execute(app);
		const stored = rows.map(({ row }) => row).join();
		expect(answer.ok && stored.includes(answer.device)).toBe(false);
		expect(stored).not.toContain('wrong-field');
	});

	test('gives a person from the roster the learner that they lack', async () => {
		const { email, person, learner } = await somebody();
		await app.deleteFrom('learner_person').where('person', '=', person).execute();
		const answer = await enter({ login: email });
		const read = answer.ok ? await sessions.read(app, answer.session.token) : null;
		expect(read?.actor.learner).toMatch(/^[0-9a-f-]{36}$/);
		expect(read?.actor.learner).not.toBe(learner);
	});

	test('makes a hash anew that was made with weaker parameters', async () => {
		const { email, person } = await somebody();
		await enter({ login: email }, now, {
			...cheapHasher,
			isOutdated: () => true,
			hash: async (text) => `cheap:${text}`
		});
		const stale: Hasher = {
			...cheapHasher,
			isOutdated: (stored) => stored.startsWith('cheap:'),
			hash: async () => 'stronger'
		};
		expect((await enter({ login: email }, now, stale)).ok).toBe(true);
		const row = await app
			.selectFrom('sign_in')
			.select('password_hash')
			.where('person', '=', person)
			.executeTakeFirst();
		expect(row?.password_hash).toBe('stronger');
	});
});

describe('the answer is the same', () => {
	const wrong = { ok: false, reason: 'wrong' };

	test('for a wrong password, an unknown login, a disabled sign-in and a person who has left', async () => {
		const [known, disabled, ended] = [await somebody(), await somebody(), await somebody()];
		await app
			.updateTable('sign_in')
			.set({ disabled_at: now })
			.where('person', '=', disabled.person)
			.execute();
		await endPerson(app, ended.person);
		expect(await enter({ login: known.email, password: 'a violin in the rain' })).toEqual(wrong);
		expect(await enter({ login: 'unknown@wrsd.example' })).toEqual(wrong);
		expect(await enter({ login: disabled.email })).toEqual(wrong);
		expect(await enter({ login: ended.email })).toEqual(wrong);
		expect(await enter({ login: '' })).toEqual(wrong);
	});

	test('after the same work: one password is verified, whoever asks', async () => {
		const { email } = await somebody();
		const verified: string[] = [];
		const counting: Hasher = {
			...cheapHasher,
			verify: (stored, text) => {
				verified.push(stored.startsWith('cheap:\u0000') ? 'decoy' : 'stored');
				return cheapHasher.verify(stored, text);
			}
		};
		await enter({ login: email, password: 'a violin in the rain' }, now, counting);
		await enter({ login: 'unknown@wrsd.example' }, now, counting);
		await enter({ login: email, password: 'x'.repeat(100_000) }, now, counting);
		expect(verified).toEqual(['stored', 'decoy', 'stored']);
	});

	test('with the same cost: the hash that stands in for an unknown one is made like a stored one', async () => {
		const cost = (stored: string) => stored.split('$').slice(1, 4);
		const stored = await argon2id.hash(password);
		expect(cost(await argon2id.decoy())).toEqual(cost(stored));
		expect(cost(stored)).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1']);
	});

	test('for the demo’s password, which counts in a demo only', async () => {
		const email = 'demo@wrsd.example';
		await addPerson(app, { email, password: DEMO_PASSWORD });
		const input = attempt({ login: email, password: DEMO_PASSWORD });
		expect(await signIn(app, input, now, { hasher: cheapHasher, demo: false })).toEqual(wrong);
		expect((await signIn(app, input, now, { hasher: cheapHasher, demo: true })).ok).toBe(true);
	});
});

describe('failures at one account', () => {
	test('are answered with “limited” after ten, for known and unknown logins alike', async () => {
		const { email } = await somebody();
		for (const login of [email, 'unknown@wrsd.example']) {
			await fail(login, limits.FAILURES_PER_ACCOUNT);
			expect(await enter({ login })).toEqual({ ok: false, reason: 'limited', retryAfterSeconds: 900 });
		}
	});

	test('from hundreds of requests at once still get no more than a few tries', async () => {
		const { email } = await somebody();
		let verified = 0;
		const counting: Hasher = {
			...cheapHasher,
			verify: async (stored, text) => {
				verified += 1;
				return cheapHasher.verify(stored, text);
			}
		};
		const answers = await Promise.all(
			Array.from({ length: 200 }, (_, index) =>
				enter({ login: email, password: `guess number ${index}`, address: null }, now, counting)
			)
		);
		expect(verified).toBeGreaterThanOrEqual(limits.FAILURES_PER_ACCOUNT);
		expect(verified).toBeLessThanOrEqual(limits.FAILURES_PER_ACCOUNT + 4);
		expect(answers.filter((answer) => !answer.ok && answer.reason === 'limited')).toHaveLength(
			200 - verified
		);
	});

	test('are forgotten fifteen minutes later', async () => {
		const { email } = await somebody();
		await fail(email, limits.FAILURES_PER_ACCOUNT);
		expect(await enter({ login: email }, later(14))).toMatchObject({
			reason: 'limited',
			retryAfterSeconds: 60
		});
		expect((await enter({ login: email }, later(15))).ok).toBe(true);
	});

	test('do not lock out the person at a device they have used before', async () => {
		const { email } = await somebody();
		const first = await enter({ login: email });
		const device = first.ok ? first.device : '';
		await fail(email, 30, { address: '198.51.100.9' });
		expect(await enter({ login: email })).toMatchObject({ reason: 'limited' });
		expect((await enter({ login: email, device })).ok).toBe(true);
	});

	test('are counted at a known device as well, on its own count', async () => {
		const { email } = await somebody();
		const first = await enter({ login: email });
		const device = first.ok ? first.device : '';
		await fail(email, limits.FAILURES_PER_ACCOUNT, { device });
		expect(await enter({ login: email, device })).toMatchObject({ reason: 'limited' });
		expect((await enter({ login: email })).ok).toBe(true);
	});

	test('get no count of their own by inventing a device, or bringing that of another person', async () => {
		const [victim, attacker] = [await somebody(), await somebody()];
		const own = await enter({ login: attacker.email });
		const device = own.ok ? own.device : '';
		for (let count = 0; count < limits.FAILURES_PER_ACCOUNT; count += 1)
			await fail(victim.email, 1, { device: newSecret() });
		expect(await enter({ login: victim.email, device: newSecret() })).toMatchObject({ reason: 'limited' });
		expect(await enter({ login: victim.email, device })).toMatchObject({ reason: 'limited' });
	});

	test('are taken back at that address when the person gets in at last', async () => {
		const { email } = await somebody();
		await fail(email, limits.FAILURES_PER_ACCOUNT - 1);
		expect((await enter({ login: email })).ok).toBe(true);
		await fail(email, limits.FAILURES_PER_ACCOUNT - 1);
		expect((await enter({ login: email })).ok).toBe(true);
	});
});

describe('one address', () => {
	const school = '203.0.113.50';

	test(
		'lets five hundred people in within five minutes though fifty of them mistype',
		{ timeout: 60_000 },
		async () => {
			const people = await Promise.all(Array.from({ length: 500 }, somebody));
			const answers = await Promise.all(
				people.map(async ({ email }, index) => {
					const at = new Date(now.getTime() + index * 600);
					if (index % 10 === 0) {
						const slip = await enter({ login: email, password: 'a violin in the snwo', address: school }, at);
						expect(slip).toEqual({ ok: false, reason: 'wrong' });
					}
					return enter({ login: email, address: school }, new Date(at.getTime() + 5000));
				})
			);
			expect(answers.filter(({ ok }) => ok)).toHaveLength(500);
		}
	);

	test('that fails at a hundred accounts is limited for devices unknown to the account, and no other address is', async () => {
		const [known, other] = [await somebody(), await somebody()];
		const before = await enter({ login: known.email, address: school });
		const device = before.ok ? before.device : '';
		for (let index = 0; index < limits.FAILED_ACCOUNTS_PER_ADDRESS; index += 1) {
			await fail(`sprayed${index}@wrsd.example`, 1, { address: school });
		}
		expect(await enter({ login: other.email, address: school })).toEqual({
			ok: false,
			reason: 'limited',
			retryAfterSeconds: 300
		});
		expect((await enter({ login: known.email, address: school, device })).ok).toBe(true);
		expect((await enter({ login: other.email, address: '203.0.113.51' })).ok).toBe(true);
		expect((await enter({ login: other.email, address: school }, later(5))).ok).toBe(true);
	});

	test('is one /64 for IPv6, and IPv4 inside IPv6 is IPv4', async () => {
		const address = (text: string | null) => limits.tryOf('a', { device: null, address: text }).address;
		expect(address('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
		expect(address('2001:db8::1')).toBe('2001:db8:0:0::/64');
		expect(address('::1')).toBe('0:0:0:0::/64');
		expect(address('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
		expect(address('::ffff:192.0.2.7')).toBe('192.0.2.7');
		expect(address('192.0.2.7')).toBe('192.0.2.7');
		expect(address('not an address')).toBeNull();
		expect(address(null)).toBeNull();
		for (let index = 0; index < limits.FAILED_ACCOUNTS_PER_ADDRESS; index += 1) {
			await fail(`six${index}@wrsd.example`, 1, { address: `2001:db8:7:7::${index}` });
		}
		expect(await enter({ login: 'next@wrsd.example', address: '2001:db8:7:7:ffff::1' })).toMatchObject({
			reason: 'limited'
		});
	});
});

test('failures older than a day are swept away', async () => {
	await fail('old@wrsd.example', 2);
	await limits.deleteOld(app, later(60));
	expect(await app.selectFrom('sign_in_failure').select('id').execute()).toHaveLength(2);
	await limits.deleteOld(app, later(24 * 60 + 1));
	expect(await app.selectFrom('sign_in_failure').select('id').execute()).toEqual([]);
});
