import { formatDate } from '#lib/dates.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { district } from './catalogue.ts';

/** Says instants as the district's people read them: in its zone, in the page's language. */
export function localDates(locale: Locale) {
	const zone = district().time_zone;
	return {
		date: (at: Date) => formatDate(at, locale, zone),
		/** The last day before an end: what is valid until a midnight is valid through the day before. */
		lastDay: (until: Date) => formatDate(new Date(until.getTime() - 1), locale, zone),
		time: (at: Date) =>
			new Intl.DateTimeFormat(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(at)
	};
}
export type LocalDates = ReturnType<typeof localDates>;
