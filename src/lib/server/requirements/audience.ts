import type { RequestActor } from '#lib/server/auth/actor.ts';
import { bandsOf, course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';

export type TakeRefusal = 'sign-in-first' | 'other-audience' | 'other-band';

/** Which courses are meant for somebody in this role. */
export function audienceOf(role: AffiliationRole): Course['audience'] {
	if (role === 'student') return 'student';
	if (role === 'guardian') return 'family';
	return role === 'volunteer' ? 'partner' : 'staff';
}

/** Whether a course is meant for somebody in this role: its audience, and its bands of students. */
export function isMeantFor(
	course: Course,
	{ role, band }: { role: AffiliationRole; band: Band | null }
): boolean {
	const bands = bandsOf(course);
	return audienceOf(role) === course.audience && (!bands || (band !== null && bands.includes(band)));
}

/**
 * Whether this actor may take a course: those it is meant for, or anybody where the course is open to visitors. A
 * course for other grades is not theirs to take: all bands earn the same certification, and each by its own course.
 */
export function mayTake(
	actor: RequestActor,
	course: Course
): { ok: true } | { ok: false; reason: TakeRefusal } {
	if (course.visitors) return { ok: true };
	if (actor.kind !== 'person') return { ok: false, reason: 'sign-in-first' };
	if (actor.affiliations.some((held) => isMeantFor(course, held))) return { ok: true };
	const belongs = actor.affiliations.some((held) => audienceOf(held.role) === course.audience);
	return { ok: false, reason: belongs ? 'other-band' : 'other-audience' };
}

/**
 * Those of the courses that somebody began, by name, which they may still take. Who has moved on to other grades has
 * others, and a course may be given up.
 */
export function stillTheirs(actor: RequestActor, begun: readonly string[]): Set<string> {
	return new Set(
		begun.filter((slug) => {
			const course = findCourse(slug);
			return course !== undefined && mayTake(actor, course).ok;
		})
	);
}
