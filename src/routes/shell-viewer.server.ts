import type { ShellViewer } from '#lib/components/shell.ts';
import { holds, type RequestActor } from '#lib/server/auth/actor.ts';
import { goBeyondLessons, readRecords } from '#lib/server/auth/can.ts';

/** Who is signed in, as the frame of a page shows it. Links only: what is allowed, each page asks again. */
export function shellViewer(actor: RequestActor): ShellViewer | null {
	if (actor.kind !== 'person') return null;
	const roles = actor.affiliations.map(({ role }) => role);
	const only = (role: (typeof roles)[number]) => roles.length > 0 && roles.every((held) => held === role);
	const administers = holds(actor, 'district-administrator') || holds(actor, 'school-administrator');
	const lessonsOnly = !goBeyondLessons(actor).ok;
	const learnerOnly = only('student') ? 'student' : only('guardian') ? 'guardian' : 'staff';
	return {
		name: lessonsOnly ? actor.givenName : `${actor.givenName} ${actor.familyName}`.trim(),
		kind: administers ? 'admin' : learnerOnly,
		canReview: holds(actor, 'reviewer') || holds(actor, 'district-administrator'),
		canManage: readRecords(actor).ok,
		hasClasses: actor.teachesClass ?? false,
		rightsSleep: actor.sleepingRights ?? false,
		shared: actor.shared ?? false,
		lessonsOnly,
		hasFamily: (actor.hasChildren ?? false) || roles.includes('guardian')
	};
}
