import { describe, expect, test } from 'vitest';
import { canonicalUrl, claimKey } from './canonical-url.ts';

const urlOf = (typed: string) => {
	const result = canonicalUrl(typed);
	return result.ok ? result.url : result.reason;
};

describe('the address of an official account', () => {
	test.each([
		'https://photos.example/room6b',
		'  HTTPS://WWW.Photos.Example/room6b/ ',
		'https://m.photos.example/room6b?ref=share&utm_source=x#top',
		'https://photos.example:443//room6b',
		'photos.example./room6b',
		'https://photos.example/%72oom6b'
	])('%s is one and the same', (typed) => {
		expect(urlOf(typed)).toBe('https://photos.example/room6b');
	});

	test.each([
		['http://photos.example/room6b', 'not-https'],
		['ftp://photos.example/room6b', 'not-https'],
		['https://me:secret@photos.example/room6b', 'carries-sign-in'],
		['https://localhost/room6b', 'not-public'],
		['https://intranet/room6b', 'not-public'],
		['https://files.school.local/room6b', 'not-public'],
		['https://127.0.0.1/room6b', 'not-public'],
		['https://0x7f.1/room6b', 'not-public'],
		['https://2130706433/room6b', 'not-public'],
		['https://[::1]/room6b', 'not-public'],
		['https://photos.example/profile.php?id=1000', 'named-after-question-mark'],
		['', 'no-address'],
		['room six b', 'no-address'],
		['https://', 'no-address']
	])('%s is refused: %s', (typed, reason) => {
		expect(urlOf(typed)).toBe(reason);
	});

	test('a name that begins with m keeps it, and another port is another place', () => {
		expect(urlOf('https://m.example/a')).toBe('https://m.example/a');
		expect(urlOf('https://photos.example:8443/a')).toBe('https://photos.example:8443/a');
	});

	test('two spellings of a name in upper and lower case make one claim', () => {
		expect(claimKey('https://photos.example/Room6B')).toBe(claimKey('https://photos.example/room6b'));
	});
});
