import { hash, parseOptions, verify } from '@node-rs/argon2';
import { commonPasswords, commonWords, runs } from './blocked-passwords.ts';
import { hashing } from './hashing-queue.ts';
import { newSecret } from './secret.ts';

/** The password of the demo district's people: the seed may set it, and it signs nobody in outside a demo. */
export const DEMO_PASSWORD = 'waypost-demo-only';

export const MIN_LENGTH = 15;
export const MAX_LENGTH = 256;

/** argon2id as OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** How passwords are hashed; tests of many sign-ins bring a cheap one. */
export type Hasher = {
	hash(password: string): Promise<string>;
	verify(stored: string, password: string): Promise<boolean>;
	/** A hash that nobody's password has: verified when there is no sign-in, so that the answer takes as long. */
	decoy(): Promise<string>;
	/** Whether a stored hash was made with weaker parameters than today's. */
	isOutdated(stored: string): boolean;
};

let decoy: Promise<string> | undefined;

/** The real hasher. `verify` gives false for a stored text that is no hash. */
export const argon2id: Hasher = {
	hash: (password) => hash(password.normalize('NFC'), parameters),
	verify: (stored, password) => verify(stored, password.normalize('NFC')).catch(() => false),
	decoy: () => (decoy ??= argon2id.hash(newSecret())),
	isOutdated(stored) {
		const { memoryCost, timeCost, parallelism } = parseOptions(stored);
		return (
			memoryCost < parameters.memoryCost ||
			timeCost < parameters.timeCost ||
			parallelism !== parameters.parallelism
		);
	}
};

/** Hashes a password that `check` has let pass, in turn with everybody else's. Throws when too many wait. */
export async function hashPassword(password: string, hasher: Hasher = argon2id): Promise<string> {
	const hashed = await hashing.run(() => hasher.hash(password));
	if (!hashed) throw new Error('too many passwords are being hashed');
	return hashed.value;
}

export type Weakness = 'too-short' | 'too-long' | 'common' | 'own-words' | 'pattern';

/**
 * Whether a new password may be used. No rules about kinds of characters, and no expiry (NIST SP 800-63B-4): length,
 * and nothing that is guessed first. `ownWords` are the district's and the person's (see `ownWords`).
 */
export function check(
	password: string,
	ownWords: readonly string[]
): { ok: true } | { ok: false; reason: Weakness } {
	const text = password.normalize('NFC');
	const length = [...text].length;
	if (length < MIN_LENGTH) return { ok: false, reason: 'too-short' };
	if (length > MAX_LENGTH) return { ok: false, reason: 'too-long' };

	const plain = plainForm(text);
	const unfolded = plainForm(text, { fold: false });
	if (commonPasswords.has(plain) || commonPasswords.has(unfolded)) return { ok: false, reason: 'common' };
	if (isRepetition(text.toLowerCase()) || isRun(unfolded, signsOf(text)))
		return { ok: false, reason: 'pattern' };
	if (isMadeOf(plain, unfolded, [], ownWords)) return { ok: false, reason: 'own-words' };
	if (isMadeOf(plain, unfolded, commonWords, ownWords)) return { ok: false, reason: 'common' };
	return { ok: true };
}

/** The words of names, addresses and the district that a password must not rest on: of four letters and more. */
export function ownWords(texts: readonly (string | null | undefined)[]): string[] {
	const words = texts.flatMap((text) => (text ?? '').split(/[^\p{L}\p{N}]+/u).map((word) => plainForm(word)));
	const whole = texts.map((text) => plainForm(text ?? ''));
	return [...new Set([...words, ...whole])].filter((word) => word.length >= 4);
}

const folds: Record<string, string> = {
	'0': 'o',
	'1': 'i',
	'3': 'e',
	'4': 'a',
	'5': 's',
	'7': 't',
	'8': 'b',
	$: 's',
	'@': 'a',
	'!': 'i'
};

/** Small letters and digits without accents; folded, `P@ssw0rd` reads `password`. */
function plainForm(text: string, { fold = true }: { fold?: boolean } = {}): string {
	const small = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
	const folded = fold ? small.replace(/[013457$@!8]/g, (sign) => folds[sign] ?? sign) : small;
	return folded.replace(/[^\p{L}\p{N}]/gu, '');
}

/** A few characters, or a short piece, over and over. */
function isRepetition(text: string): boolean {
	if (new Set(text).size <= 4) return true;
	for (let size = 1; size <= text.length / 2; size += 1) {
		const piece = text.slice(0, size);
		if (piece.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
	}
	return false;
}

/** How many different characters are neither letter nor digit. */
function signsOf(text: string): number {
	return new Set(text.normalize('NFD').match(/[^\p{L}\p{N}\p{M}]/gu)).size;
}

/** Made almost wholly of runs along the alphabet, the digits or a keyboard, forwards or backwards. */
function isRun(text: string, signs: number): boolean {
	const rows = runs.flatMap((row) => [row, [...row].reverse().join('')]);
	let loose = signs;
	for (let at = 0; at < text.length;) {
		let size = 0;
		while (at + size < text.length && rows.some((row) => row.includes(text.slice(at, at + size + 1))))
			size += 1;
		if (size < 4) loose += 1;
		at += size < 4 ? 1 : size;
	}
	return loose < 6;
}

/**
 * Whether own words, one or two common ones, both as often as one likes, and less than six other characters are all
 * of it. Three or more different common words are a passphrase, which is what we ask people for.
 */
function isMadeOf(
	folded: string,
	unfolded: string,
	common: readonly string[],
	own: readonly string[]
): boolean {
	const longestFirst = [...common, ...own].sort((a, b) => b.length - a.length);
	return [folded, unfolded].some((text) => {
		let rest = text;
		const used = new Set<string>();
		for (const word of longestFirst) {
			if (!rest.includes(word)) continue;
			used.add(word);
			// What stood left and right of a word must not make a new one.
			rest = rest.replaceAll(word, ' ');
		}
		const usedCommon = [...used].filter((word) => !own.includes(word)).length;
		return used.size > 0 && usedCommon <= 2 && looseCharacters(rest) < 6;
	});
}

/** Characters that are left; digits in order or a year count as one, being the first thing anybody adds. */
function looseCharacters(rest: string): number {
	return rest.replace(/(?:19|20)\d\d|\d{3,}/g, '#').replace(/ /g, '').length;
}
