import { Temporal } from 'temporal-polyfill';

/** A half-open range `[from, until)` as PostgreSQL reads it; null leaves that end open. */
export function range(from: Date | null, until: Date | null): string {
	return `[${from ? from.toISOString() : ''},${until ? until.toISOString() : ''})`;
}

/** The civil date on which an instant falls in the district's zone, as `2026-11-23`. */
export function civilDate(at: Date, zone: string): string {
	return Temporal.Instant.fromEpochMilliseconds(at.getTime())
		.toZonedDateTimeISO(zone)
		.toPlainDate()
		.toString();
}

/**
 * The instant at which something "valid through" the civil day, `months` after `from`, ends: the next local
 * midnight in the district's zone (data-model.md, Time). Gives that instant and the last valid day.
 */
export function endAfterMonths(from: Date, months: number, zone: string): { until: Date; through: string } {
	const day = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone).toPlainDate();
	const through = day.add({ months }).subtract({ days: 1 });
	const until = through.add({ days: 1 }).toZonedDateTime({ timeZone: zone });
	return { until: new Date(until.epochMilliseconds), through: through.toString() };
}

/**
 * The end of the school year in which `from` falls: the next local midnight after its last day. `lastDay` is month
 * and day (`06-30`); on that very day the year is still running.
 */
export function endOfYear(from: Date, lastDay: string, zone: string): { until: Date; through: string } {
	const day = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone).toPlainDate();
	const ofThisYear = Temporal.PlainDate.from(`${day.year}-${lastDay}`);
	const through = Temporal.PlainDate.compare(day, ofThisYear) > 0 ? ofThisYear.add({ years: 1 }) : ofThisYear;
	const until = through.add({ days: 1 }).toZonedDateTime({ timeZone: zone });
	return { until: new Date(until.epochMilliseconds), through: through.toString() };
}

/**
 * The school year in which `at` falls, from one end to the next: in the summer the coming one is running already.
 * Named by the two calendar years that it touches, `2026-2027`.
 */
export function schoolYearOf(
	at: Date,
	lastDay: string,
	zone: string
): { name: string; from: Date; until: Date; through: string } {
	const { until, through } = endOfYear(at, lastDay, zone);
	const last = Temporal.PlainDate.from(through);
	const before = Temporal.PlainDate.from(`${last.year - 1}-${lastDay}`).add({ days: 1 });
	return {
		name: `${last.year - 1}-${last.year}`,
		from: new Date(before.toZonedDateTime({ timeZone: zone }).epochMilliseconds),
		until,
		through
	};
}

/** The local midnight of the first school day on or after `from`; `firstDay` is month and day (`08-26`). */
export function startOfYear(from: Date, firstDay: string, zone: string): Date {
	const day = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone).toPlainDate();
	const ofThisYear = Temporal.PlainDate.from(`${day.year}-${firstDay}`);
	const first = Temporal.PlainDate.compare(day, ofThisYear) > 0 ? ofThisYear.add({ years: 1 }) : ofThisYear;
	return new Date(first.toZonedDateTime({ timeZone: zone }).epochMilliseconds);
}

/** The end of the civil day on which `at` falls in the district's zone: its next midnight. */
export function nextMidnight(at: Date, zone: string): Date {
	const day = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
	return new Date(day.add({ days: 1 }).toZonedDateTime({ timeZone: zone }).epochMilliseconds);
}

/** `days` whole local days after `at`, at the same local time. */
export function plusDays(at: Date, days: number, zone: string): Date {
	const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
	return new Date(zoned.add({ days }).epochMilliseconds);
}

/** The local midnight that begins a civil day such as `2026-11-23`; null when the text is no day of the calendar. */
export function startOfDay(day: string, zone: string): Date | null {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
	try {
		const begins = Temporal.PlainDate.from(day, { overflow: 'reject' }).toZonedDateTime({ timeZone: zone });
		return new Date(begins.epochMilliseconds);
	} catch {
		return null;
	}
}

/** The local midnight that ends a civil day; null when the text is no day of the calendar. */
export function endOfDay(day: string, zone: string): Date | null {
	const begins = startOfDay(day, zone);
	return begins && plusDays(begins, 1, zone);
}
