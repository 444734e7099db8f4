import { district } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { CourseEvidence } from '#lib/server/learning/evidence.ts';
import type { Holdings } from './holdings.ts';
import { certificationStatus, lastRevoked, renewalIsOpen, type CertificationStatus } from './status.ts';

/** The status of one certification among what is held, with the district's days of grace. */
export function statusOf(holdings: Holdings, certification: string, at: Date): CertificationStatus {
	return certificationStatus(
		holdings.periods.filter((period) => period.certification === certification),
		revocationsOf(holdings, certification),
		at,
		district().renewal.grace_days
	);
}

function revocationsOf({ revocations }: Holdings, certification: string): Holdings['revocations'] {
	return revocations.filter((entry) => entry.certification === certification);
}

/** Whether only the whole course gives a certification back: it was revoked, and nothing has been earned since. */
export function asksForWholeCourse(holdings: Holdings, certification: string, at: Date): boolean {
	const revokedAt = lastRevoked(revocationsOf(holdings, certification), at);
	return (
		revokedAt !== null &&
		!holdings.periods.some(
			(period) => period.certification === certification && period.completedAt > revokedAt
		)
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
 * cycles: the next one is new to both. A cycle that was begun before a revocation is never gone on with: nothing of it
 * counts any more, and what was done in it could not be recorded in it again.
 */
export function cycleOf(
	holdings: Holdings,
	course: Pick<Course, 'slug' | 'certification' | 'valid_months'>,
	recorded: CourseEvidence,
	at: Date
): number {
	const completions = holdings.completions.filter((entry) => entry.course === course.slug);
	const revokedAt = lastRevoked(revocationsOf(holdings, course.certification), at);
	const givenUp = revokedAt
		? cyclesBegunBy(revokedAt, recorded).filter((begun) => !completions.some(({ cycle }) => cycle === begun))
		: [];
	const firstNew = Math.max(0, ...givenUp) + 1;
	const last = completions.at(-1);
	if (!last) return firstNew;
	const status = statusOf(holdings, course.certification, at);
	const startAnew = last.annulled || renewalIsOpen(status, at, renewalOpensBefore(course));
	return Math.max(firstNew, startAnew ? Math.max(...completions.map(({ cycle }) => cycle)) + 1 : last.cycle);
}

function cyclesBegunBy(instant: Date, { enrolments, done, open, results }: CourseEvidence): number[] {
	const attempts = open ? [...results, open] : results;
	return [
		...[...enrolments, ...attempts].filter(({ startedAt }) => startedAt <= instant),
		...done.filter(({ at }) => at <= instant)
	].map(({ cycle }) => cycle);
}
