import { catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { plusDays } from '#lib/server/db/instants.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import type { Holdings } from '#lib/server/certification/holdings.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import type { CertificationStatus } from '#lib/server/certification/status.ts';

export type Role = { role: AffiliationRole; organisationName: string; since: Date };
export type Assignment = {
	course: Course;
	status: CertificationStatus;
	required: boolean;
	/** Because of which role and school, and since when; null for courses that are only offered. */
	because: Role | null;
	/** By when; null when nothing is due: not required, waived, or valid and renewal not yet open. */
	dueAt: Date | null;
	waived: boolean;
};

/**
 * What a person is to take, why, and by when: first the required, by due date. A first certification is due
 * `within_days` of starting in the role; a renewal when the old period ends (curriculum, section 2).
 */
export function assignmentsFor(roles: Role[], held: Holdings, at: Date): Assignment[] {
	const { courses } = catalogue();
	return Object.values(courses)
		.flatMap((course): Assignment[] => {
			const status = statusOf(held, course.certification, at);
			const because = roles
				.filter((role) => course.required?.roles.includes(role.role))
				.sort((a, b) => a.since.getTime() - b.since.getTime())[0];
			const offered = roles.some((role) => course.offered?.roles.includes(role.role));
			const forStaff =
				course.audience === 'staff' &&
				roles.some((role) => !['student', 'guardian', 'volunteer'].includes(role.role));
			if (!because && !offered && !forStaff) return [];
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
						because && course.required && !waived
							? dueAt(status, because.since, course.required.within_days, at)
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

function dueAt(status: CertificationStatus, since: Date, withinDays: number, at: Date): Date | null {
	const { time_zone: zone, renewal } = district();
	if (status.state === 'none') return plusDays(since, withinDays, zone);
	if (status.state === 'revoked') return at;
	if (
		status.state === 'valid' &&
		status.validUntil &&
		plusDays(status.validUntil, -renewal.opens_days_before, zone) > at
	)
		return null;
	return status.validUntil;
}
