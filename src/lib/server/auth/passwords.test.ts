import { describe, expect, test } from 'vitest';
import { commonPasswords, commonWords } from './blocked-passwords.ts';
import { argon2id, check, DEMO_PASSWORD, ownWords } from './passwords.ts';
import { hashingQueue } from './hashing-queue.ts';

const own = ownWords([
	'Wachusett Regional School District',
	'WRSD',
	'wrsd.example',
	'Waypost',
	'Jordan',
	'Okonkwo',
	'jordan.okonkwo@wrsd.example'
]);
const reason = (password: string) => {
	const answer = check(password, own);
	return answer.ok ? 'ok' : answer.reason;
};

describe('a new password', () => {
	test('has fifteen characters at least and 256 at the most, as people count them', () => {
		expect(reason('fourteen: ábcd')).toBe('too-short');
		expect(reason('violet teapot!!')).toBe('ok');
		expect(reason('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆')).toBe('ok');
		expect(reason('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤')).toBe('too-short');
		expect(reason(`violet teapot ${'over the hill '.repeat(20)}`.slice(0, 256))).toBe('ok');
		expect(reason(`violet teapot ${'over the hill '.repeat(20)}`.slice(0, 257))).toBe('too-long');
	});

	test.each([
		'passwordpassword',
		'Password-Password-1',
		'P@ssw0rd!P@ssw0rd!',
		'welcome2026!!!!',
		'Summer2026Summer2026',
		'correct horse battery staple',
		'CorrectHorseBatteryStaple',
		'I love you to the moon and back',
		'1q2w3e4r5t6y7u8i',
		'to be or not to be',
		'contraseña contraseña',
		'Senha.Professora.2026',
		DEMO_PASSWORD
	])('is refused when it is among the first guesses: %s', (password) => {
		expect(['common', 'own-words', 'pattern']).toContain(reason(password));
	});

	test.each([
		'Wachusett-2026-2027',
		'WRSD wrsd WRSD wrsd',
		'JordanOkonkwo1234',
		'jordan.okonkwo@wrsd',
		'W4chusett Region4l 1'
	])('is refused when it rests on the district’s or one’s own name: %s', (password) => {
		expect(['own-words', 'pattern']).toContain(reason(password));
	});

	test.each([
		'aaaaaaaaaaaaaaaa',
		'abababababababab',
		'abcabcabcabcabcabc',
		'abcdefghijklmnop',
		'zyxwvutsrqponmlk',
		'qwertyuiopasdfgh',
		'poiuytrewqlkjhgfdsa',
		'123456789012345678',
		'1qaz2wsx3edc4rfv',
		'qwerty-asdfgh-zxcvb'
	])('is refused when it repeats or runs along the keyboard: %s', (password) => {
		expect(['pattern', 'common']).toContain(reason(password));
	});

	test.each([
		'violet teapot over the hill',
		'monkey football sunshine teapot',
		'the school bus sings at noon',
		'My dog Biscuit hates Mondays',
		'tres gatos y una bicicleta',
		'três gatos e uma bicicleta',
		'kx8-Vq2n-71pz-Lw4d',
		'Jordan feeds nine otters'
	])('may be a few words of one’s own: %s', (password) => {
		expect(reason(password)).toBe('ok');
	});

	test('is compared with some hundreds of words and phrases', () => {
		expect(commonWords.length + commonPasswords.size).toBeGreaterThan(500);
		expect(commonWords.every((word) => /^[a-z0-9]{3,}$/.test(word))).toBe(true);
		expect([...commonPasswords].every((phrase) => /^[a-z0-9]+$/.test(phrase))).toBe(true);
	});
});

describe('a stored password', () => {
	test('is argon2id with OWASP’s parameters and a salt of its own', async () => {
		const [one, two] = [await argon2id.hash('violet teapot!!'), await argon2id.hash('violet teapot!!')];
		expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(one).not.toBe(two);
		expect(await argon2id.verify(one, 'violet teapot!!')).toBe(true);
		expect(await argon2id.verify(one, 'violet teapot!')).toBe(false);
		expect(argon2id.isOutdated(one)).toBe(false);
	});

	test('is found however the keyboard composes its accents', async () => {
		const stored = await argon2id.hash('caf\u00e9 com pão e mel');
		expect(await argon2id.verify(stored, 'cafe\u0301 com pa\u0303o e mel')).toBe(true);
	});

	test('that is no hash lets nobody in', async () => {
		expect(await argon2id.verify('no hash', 'violet teapot!!')).toBe(false);
		expect(await argon2id.verify(await argon2id.decoy(), '')).toBe(false);
	});
});

describe('the queue of hashes', () => {
	test('runs a few at a time, the longest waiting first, and turns away who would wait too long', async () => {
		const queue = hashingQueue({ slots: 2, waiting: 3 });
		const order: number[] = [];
		let running = 0;
		let most = 0;
		const work = (index: number) => async () => {
			running += 1;
			most = Math.max(most, running);
			await new Promise((resolve) => setTimeout(resolve, 5));
			running -= 1;
			order.push(index);
			return index;
		};
		const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => queue.run(work(index))));
		expect(most).toBe(2);
		expect(order).toEqual([0, 1, 2, 3, 4]);
		expect(answers.map((answer) => answer?.value ?? 'turned away')).toEqual([0, 1, 2, 3, 4, 'turned away']);
	});

	test('goes on after a failure', async () => {
		const queue = hashingQueue({ slots: 1, waiting: 5 });
		await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
		expect(await queue.run(async () => 'well')).toEqual({ value: 'well' });
	});
});
