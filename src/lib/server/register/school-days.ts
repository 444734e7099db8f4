import { Temporal } from 'temporal-polyfill';

/**
 * How many school days somebody has waited: Mondays to Fridays after the civil day `from`, up to and with `to`
 * (`2026-11-23`). Holidays are not known here, so this counts rather too many than too few. 0 when `to` is not later.
 */
export function schoolDaysBetween(from: string, to: string): number {
	const first = Temporal.PlainDate.from(from);
	const days = first.until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
	if (days <= 0) return 0;
	const rest = Array.from({ length: days % 7 }, (_, index) => first.add({ days: index + 1 }));
	return Math.floor(days / 7) * 5 + rest.filter((day) => day.dayOfWeek <= 5).length;
}
