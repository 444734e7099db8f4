import { locales, type Locale } from '#lib/messages/compiled/runtime.js';

/**
 * The language of ours that a browser's Accept-Language header prefers, undefined when none. Any Spanish is served
 * by `es` and any Portuguese by `pt-BR`: closer to its reader than English.
 */
export function acceptedLocale(header: string | null): Locale | undefined {
	return (header ?? '')
		.split(',')
		.map((entry) => {
			const [tag = '', ...parameters] = entry
				.trim()
				.toLowerCase()
				.split(/\s*;\s*/);
			const quality = parameters.find((parameter) => parameter.startsWith('q='));
			return { language: tag.split('-')[0] ?? '', quality: quality ? Number(quality.slice(2)) : 1 };
		})
		.filter(({ quality }) => quality > 0)
		.sort((a, b) => b.quality - a.quality)
		.map(({ language }) => locales.find((locale) => locale.toLowerCase().split('-')[0] === language))
		.find((locale) => locale !== undefined);
}
