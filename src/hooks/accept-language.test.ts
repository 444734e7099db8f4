import { expect, test } from 'vitest';
import { acceptedLocale } from './accept-language.ts';

test.each([
	['es-MX,es;q=0.9,en;q=0.8', 'es'],
	['pt-PT,pt;q=0.9', 'pt-BR'],
	['pt', 'pt-BR'],
	['fr-CA,fr;q=0.9,en-US;q=0.5', 'en'],
	['en;q=0.1, es;q=0.2', 'es'],
	['es;q=0, en', 'en'],
	['de, fr', undefined],
	['*', undefined],
	['', undefined],
	[null, undefined],
	[';;;=,,q=', undefined]
])('a browser that asks for %j is answered in %j', (header, locale) => {
	expect(acceptedLocale(header)).toBe(locale);
});
