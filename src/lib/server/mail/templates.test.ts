import { expect, test } from 'vitest';
import { asHtml, asText } from './render.ts';
import { localeOf, write, type Letter } from './templates.ts';

const head = { origin: 'https://waypost.example', district: 'A & B District', zone: 'America/New_York' };
const until = '2026-12-24T05:00:00.000Z';

const letters: ((locale: 'en' | 'es' | 'pt-BR') => Letter)[] = [
	(locale) =>
		write(
			'password-reset',
			{
				people: [
					{ givenName: 'Rosa', login: 'rosa@mail.example' },
					{ givenName: 'Theo', login: 'theo-12' }
				]
			},
			{ tokens: ['one', 'two'] },
			head,
			locale
		),
	(locale) => write('no-sign-in', { people: [{ givenName: 'Rosa' }] }, null, head, locale),
	(locale) =>
		write('password-changed', { givenName: 'Rosa', login: 'rosa', by: 'office' }, null, head, locale),
	(locale) =>
		write('invitation', { givenName: 'Rosa', school: 'North School', until }, { code: '7K3M' }, head, locale),
	(locale) => write('recovery-printed', { givenName: 'Rosa', school: 'North School' }, null, head, locale)
];

test('every mail has its own words in each language', () => {
	for (const letter of letters) {
		const subjects = (['en', 'es', 'pt-BR'] as const).map((locale) => letter(locale).subject);
		expect(new Set(subjects).size).toBe(3);
		for (const locale of ['en', 'es', 'pt-BR'] as const) {
			const text = asText(letter(locale));
			expect(text).toContain('A & B District');
			expect(text).not.toContain('undefined');
			expect(asHtml(letter(locale))).toContain(`<html lang="${locale}">`);
		}
	}
});

test('a family with one address gets a link for each of its sign-ins', () => {
	const letter = letters[0]?.('en');
	const text = letter ? asText(letter) : '';
	expect(text).toContain('Rosa signs in as: rosa@mail.example');
	expect(text).toContain('https://waypost.example/sign-in/reset/one');
	expect(text).toContain('Theo signs in as: theo-12');
	expect(text).toContain('https://waypost.example/sign-in/reset/two');
});

test('an invitation names its last day in the district, in the reader’s language', () => {
	expect(asText(letters[3]!('pt-BR'))).toContain('23 de dezembro de 2026');
	expect(asText(letters[3]!('en'))).toContain('https://waypost.example/invitation/7K3M');
});

test('a name is never markup', () => {
	const letter = write('no-sign-in', { people: [{ givenName: '<b onclick="x">&' }] }, null, head, 'en');
	expect(asHtml(letter)).toContain('&lt;b onclick=&quot;x&quot;&gt;&amp;');
	expect(asText(letter)).toContain('<b onclick="x">&');
});

test('a language that we do not have is answered in English', () => {
	expect([localeOf('es'), localeOf('fr'), localeOf('')]).toEqual(['es', 'en', 'en']);
});
