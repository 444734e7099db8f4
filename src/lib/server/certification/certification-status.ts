import { district } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { Holdings } from './holdings.ts';
import { certificationStatus, renewalIsOpen, type CertificationStatus } from './status.ts';

/** The status of one certification among what is held, with the district's days of grace. */
export function statusOf(holdings: Holdings, certification: string, at: Date): CertificationStatus {
	return certificationStatus(
		holdings.periods.filter((period) => period.certification === certification),
		holdings.revocations.filter((entry) => entry.certification === certification),
		at,
		district().renewal.grace_days
	);
}

/**
 * Days before its end from which a course may renew the certification. What holds for a school year is taken anew in
 * the next one: by then a student may be in another band.
 */
export function renewalOpensBefore({ valid_months: validity }: Pick<Course, 'valid_months'>): number {
	return validity === 'school-year' ? 0 : district().renewal.opens_days_before;
}

/**
 * The cycle of a course that a learner is in: the first until it is completed, and the next one as soon as the
 * certification may be renewed or the completion was annulled. Of two learners of one person, each has counted its own
 * cycles: the next one is new to both.
 */
export function cycleOf(
	holdings: Holdings,
	course: Pick<Course, 'slug' | 'certification' | 'valid_months'>,
	at: Date
): number {
	const completions = holdings.completions.filter((entry) => entry.course === course.slug);
	const last = completions.at(-1);
	if (!last) return 1;
	const status = statusOf(holdings, course.certification, at);
	const startAnew = last.annulled || renewalIsOpen(status, at, renewalOpensBefore(course));
	return startAnew ? Math.max(...completions.map(({ cycle }) => cycle)) + 1 : last.cycle;
}
