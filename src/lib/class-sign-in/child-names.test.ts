import { expect, test } from 'vitest';
import { childNames } from './child-names.ts';

const labels = (...names: [givenName: string, familyName: string][]) =>
	childNames(
		names.map(([givenName, familyName]) => ({ givenName, familyName })),
		'en'
	).map(({ label }) => label);

test('a child is a given name and an initial, in the order of the given names', () => {
	expect(labels(['Theo', 'Walsh'], ['Ana', 'Ríos'])).toEqual(['Ana R.', 'Theo W.']);
});

test('two who look alike get as many letters as tell them apart, and nobody else does', () => {
	expect(labels(['Ana', 'Ríos'], ['Ana', 'Romero'], ['Ana', 'Quill'], ['Ben', 'Ríos'])).toEqual([
		'Ana Q.',
		'Ana Rí.',
		'Ana Ro.',
		'Ben R.'
	]);
});

test('names that are the same, short or in other letters are shown as they are', () => {
	expect(labels(['Ana', 'Li'], ['Ana', 'Li'])).toEqual(['Ana Li.', 'Ana Li.']);
	expect(labels(['Mo', ''])).toEqual(['Mo']);
	expect(labels(['Zoë', '𝒦ay'])).toEqual(['Zoë 𝒦.']);
});
