import { Temporal } from 'temporal-polyfill';

/** The next time, after `now`, at which the clocks of the district show this (`02:30`); a skipped hour counts as the next. */
export function nextNight(now: Date, time: string, zone: string): Date {
	const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone);
	const at = (day: Temporal.PlainDate) =>
		day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) });
	const today = at(local.toPlainDate());
	const next =
		Temporal.ZonedDateTime.compare(today, local) > 0 ? today : at(local.toPlainDate().add({ days: 1 }));
	return new Date(next.epochMilliseconds);
}
