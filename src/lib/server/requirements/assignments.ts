import { catalogue, district, renewalOf, renews } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { plusDays, startOfYear } from '#lib/server/db/instants.ts';
import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import type { Holdings } from '#lib/server/certification/holdings.ts';
import { renewalOpensBefore, statusOf } from '#lib/server/certification/certification-status.ts';
import { renewalIsOpen, type CertificationStatus } from '#lib/server/certification/status.ts';
import { isMeantFor } from './audience.ts';

export type Role = { role: AffiliationRole; band: Band | null; organisationName: string; since: Date };
export type Assignment = {
	course: Course;
	status: CertificationStatus;
	required: boolean;
	/** Because of which role and school, and since when; null for courses that are only offered, or were begun freely. */
	because: Role | null;
	/** By when; null when nothing is due: not required, waived, or valid and renewal not yet open. */
	dueAt: Date | null;
	waived: boolean;
};

/**
 * What a person is to take, why, and by when: first the required, by due date. A first certification is due
 * `within_days` of starting in the role; a renewal when the old period ends (curriculum, section 2). Where a course
 * renews what another one earns, each is asked of those who can take it. `asked` says since when a course has been
 * asked of anybody (`askedSince`): nobody is late for what did not exist. Training recorded from outside puts off what
 * is due until it ends. Courses of `begun` are listed though nothing asks for them.
 */
export function assignmentsFor(
	roles: Role[],
	held: Holdings,
	at: Date,
	asked: ReadonlyMap<string, Date> = new Map(),
	begun: ReadonlySet<string> = new Set()
): Assignment[] {
	const { courses } = catalogue();
	return Object.values(courses)
		.flatMap((course): Assignment[] => {
			const status = statusOf(held, course.certification, at);
			const fitting = roles.filter((role) => isMeantFor(course, role));
			const turn = isTurnOf(course, status, at);
			const comesLater = renews(course) && !turn;
			const because = comesLater
				? undefined
				: fitting
						.filter((role) => course.required?.roles.includes(role.role))
						.sort((a, b) => a.since.getTime() - b.since.getTime())[0];
			const offered = fitting.some((role) => course.offered?.roles.includes(role.role));
			// Staff may take what others of the staff must; students and families have enough with their own.
			const open = fitting.length > 0 && (course.audience === 'staff' || !course.required);
			const isListed = !comesLater && (because || offered || open);
			if (!isListed && !begun.has(course.slug)) return [];
			const start = asked.get(course.slug);
			const since = because && start && start > because.since ? start : (because?.since ?? at);
			const waived = held.waivers.some(
				(waiver) => waiver.course === course.slug && waiver.from <= at && at < waiver.until
			);
			return [
				{
					course,
					status,
					required: because !== undefined,
					because: because ?? null,
					waived,
					dueAt:
						because && course.required && !waived && turn
							? later(
									dueAt(course, status, since, course.required.within_days, at),
									creditedUntil(held, course.certification, at)
								)
							: null
				}
			];
		})
		.sort(
			(a, b) =>
				Number(b.required) - Number(a.required) ||
				(a.dueAt?.getTime() ?? Infinity) - (b.dueAt?.getTime() ?? Infinity)
		);
}

/**
 * Whether it is this course that the certification asks for now, where one course earns and another renews it: the
 * renewal while there is something to renew, the first one otherwise. A renewal can't be taken after grace.
 */
function isTurnOf(course: Course, status: CertificationStatus, at: Date): boolean {
	const renewable =
		status.state === 'in_grace' ||
		(status.state === 'valid' && renewalIsOpen(status, at, renewalOpensBefore(course)));
	if (renews(course)) return renewable;
	return !renewalOf(course.certification) || !['valid', 'in_grace'].includes(status.state);
}

/** The end of training recorded from outside that counts now; null when there is none, or it has no end. */
function creditedUntil(held: Holdings, certification: string, at: Date): Date | null {
	const ends = held.credits
		.filter((credit) => credit.certification === certification && credit.from <= at)
		.flatMap(({ until }) => (until && until > at ? [until] : []));
	return ends.sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

function later(due: Date | null, credited: Date | null): Date | null {
	return due && credited && credited > due ? credited : due;
}

function dueAt(
	course: Course,
	status: CertificationStatus,
	since: Date,
	withinDays: number,
	at: Date
): Date | null {
	const { time_zone: zone, school_year: year } = district();
	if (status.state === 'none') return plusDays(since, withinDays, zone);
	if (status.state === 'revoked') return at;
	if (status.state === 'valid' && !renewalIsOpen(status, at, renewalOpensBefore(course))) return null;
	// What was taken for one school year is due anew in the next one, not in the summer between.
	if (course.valid_months === 'school-year' && status.validUntil)
		return plusDays(startOfYear(status.validUntil, year.starts, zone), withinDays, zone);
	return status.validUntil;
}
