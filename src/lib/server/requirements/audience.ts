import type { RequestActor } from '#lib/server/auth/actor.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';

export type TakeRefusal = 'sign-in-first' | 'other-audience';

/** Which courses are meant for somebody in this role. */
export function audienceOf(role: AffiliationRole): Course['audience'] {
	if (role === 'student') return 'student';
	if (role === 'guardian') return 'family';
	return role === 'volunteer' ? 'partner' : 'staff';
}

/** Whether this actor may take a course: its audience, or anybody where the course is open to visitors. */
export function mayTake(
	actor: RequestActor,
	course: Course
): { ok: true } | { ok: false; reason: TakeRefusal } {
	if (course.visitors) return { ok: true };
	if (actor.kind !== 'person') return { ok: false, reason: 'sign-in-first' };
	const belongs = actor.affiliations.some((held) => audienceOf(held.role) === course.audience);
	return belongs ? { ok: true } : { ok: false, reason: 'other-audience' };
}
