import type { Locale } from '#lib/messages/compiled/runtime.js';

// English with the day first, as in "14 September 2026": no reader takes it for another day.
const languageOfDates: Record<Locale, string> = { en: 'en-GB', es: 'es', 'pt-BR': 'pt-BR' };
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A day in words, such as "14 September 2026" or "14 de septiembre de 2026". An instant gives the day on which it
 * falls in `zone` (the district's); a civil date such as `2026-09-14` gives that very day, whatever the zone.
 */
export function formatDate(value: Date | string, locale: Locale, zone: string): string {
	return typeof value === 'string'
		? format(locale, 'UTC').format(new Date(`${value}T00:00:00Z`))
		: format(locale, zone).format(value);
}

// Making a formatter costs far more than using one.
function format(locale: Locale, timeZone: string): Intl.DateTimeFormat {
	const key = `${locale} ${timeZone}`;
	const known = formats.get(key);
	if (known) return known;
	const made = new Intl.DateTimeFormat(languageOfDates[locale], {
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		timeZone
	});
	formats.set(key, made);
	return made;
}
