import type { AffiliationRole, Right } from '#lib/server/db/schema.ts';
import { holds, schoolsWith, type PersonActor, type RequestActor } from './actor.ts';

/**
 * Who may do what, as pure questions with a reason for each no. The server asks them for every request; no layout and
 * no client stands in for them (invariants 8 and 9). Names that an answer lets somebody see still come out of
 * transactions under their own scope (`scopeOf`), so that a mistake here shows nobody outside it.
 */
export type Allowed = { ok: true };
export type Refused<Reason extends string> = { ok: false; reason: Reason };

const yes: Allowed = { ok: true };
function no<Reason extends string>(reason: Reason): Refused<Reason> {
	return { ok: false, reason };
}

const notStaff: readonly AffiliationRole[] = ['student', 'guardian', 'volunteer'];

type Owned = { owner: string; coOwner: string | null };

/**
 * Decide on a registration: a reviewer of that school or the district, or a district administrator; never somebody who
 * is or ever was owner or co-owner of it (attack 7). `everOwners`: owners and co-owners of all its revisions.
 */
export function reviewRegistration(
	actor: RequestActor,
	registration: Owned & { organisation: string; everOwners: readonly string[] }
):
	| Allowed
	| Refused<
			'not-signed-in' | 'own-registration' | 'was-owner' | 'second-factor' | 'not-reviewer' | 'other-school'
	  > {
	if (actor.kind !== 'person') return no('not-signed-in');
	const { owner, coOwner, organisation, everOwners } = registration;
	if (actor.person === owner || actor.person === coOwner) return no('own-registration');
	if (everOwners.includes(actor.person)) return no('was-owner');
	if (actor.sleepingRights) return no('second-factor');
	if (holds(actor, 'district-administrator')) return yes;
	const held = actor.rights.filter(({ right }) => right === 'reviewer');
	if (held.length === 0) return no('not-reviewer');
	return held.some((right) => right.districtWide || right.organisation === organisation)
		? yes
		: no('other-school');
}

/** See who is current and who is not: in the district, or in one's own schools. The scope decides which people. */
export function readRecords(
	actor: RequestActor
): Allowed | Refused<'not-signed-in' | 'second-factor' | 'no-right'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (actor.sleepingRights) return no('second-factor');
	return seesDistrict(actor) || holds(actor, 'school-administrator') ? yes : no('no-right');
}

/** See which lessons teach and test each clause, and which facts they rest on: nothing in it is about people. */
export function readCoverage(
	actor: RequestActor
): Allowed | Refused<'not-signed-in' | 'second-factor' | 'no-right'> {
	return readRecords(actor);
}

/** Take completion records away as a file; `schoolIds` are the schools asked for, none for all that one may see. */
export function exportRecords(
	actor: RequestActor,
	schoolIds: readonly string[] = []
): Allowed | Refused<'not-signed-in' | 'second-factor' | 'no-right' | 'other-school'> {
	const reading = readRecords(actor);
	if (!reading.ok || actor.kind !== 'person') return reading;
	if (seesDistrict(actor)) return yes;
	const own = administersSchools(actor);
	return schoolIds.every((id) => own.includes(id)) ? yes : no('other-school');
}

/** Change a draft: its owner alone. */
export function editDraft(
	actor: RequestActor,
	registration: { owner: string }
): Allowed | Refused<'not-signed-in' | 'not-owner'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return actor.person === registration.owner ? yes : no('not-owner');
}

/** Attest as co-owner: the person named as such, who is never the owner as well. */
export function signAsCoOwner(
	actor: RequestActor,
	registration: Owned
): Allowed | Refused<'not-signed-in' | 'is-owner' | 'not-co-owner'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (actor.person === registration.owner) return no('is-owner');
	return actor.person === registration.coOwner ? yes : no('not-co-owner');
}

/**
 * See a certificate with its holder's name: whose it is, or who may read their records. `schools`: where the holder is
 * affiliated. Anybody may verify a certificate by its code; that is another page.
 */
export function seeCertificate(
	actor: RequestActor,
	certificate: { learner: string; person: string | null; schools?: readonly string[] }
): Allowed | Refused<'not-signed-in' | 'second-factor' | 'not-yours' | 'other-school'> {
	if (actor.kind === 'nobody') return no('not-signed-in');
	if (actor.learner === certificate.learner) return yes;
	if (actor.kind !== 'person') return no('not-yours');
	if (certificate.person !== null && actor.person === certificate.person) return yes;
	if (actor.sleepingRights) return no('second-factor');
	if (seesDistrict(actor)) return yes;
	const own = administersSchools(actor);
	if (own.length === 0) return no('not-yours');
	return (certificate.schools ?? []).some((school) => own.includes(school)) ? yes : no('other-school');
}

/** Open, answer or submit an attempt: only whose it is, whatever their role (invariant 8). */
export function openAttempt(
	actor: RequestActor,
	attempt: { learner: string }
): Allowed | Refused<'no-evidence-yet' | 'not-yours'> {
	if (actor.kind === 'nobody') return no('no-evidence-yet');
	return actor.learner === attempt.learner ? yes : no('not-yours');
}

/** Make and revoke the tokens of other systems. */
export function manageTokens(
	actor: RequestActor
): Allowed | Refused<'not-signed-in' | 'second-factor' | 'not-district-administrator'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (actor.sleepingRights) return no('second-factor');
	return holds(actor, 'district-administrator') ? yes : no('not-district-administrator');
}

/** Remove a link of one's own to a provider of single sign-on: while another way to sign in is left. */
export function removeOwnIdentityLink(
	actor: RequestActor,
	{ waysToSignIn }: { waysToSignIn: number }
): Allowed | Refused<'not-signed-in' | 'only-way'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return waysToSignIn > 1 ? yes : no('only-way');
}

/** Remove somebody else's link to a provider of single sign-on: a district administrator; one's own goes another way. */
export function removeIdentityLink(
	actor: RequestActor,
	link: { person: string }
): Allowed | Refused<'not-signed-in' | 'own-link' | 'not-district-administrator'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (actor.person === link.person) return no('own-link');
	return holds(actor, 'district-administrator') ? yes : no('not-district-administrator');
}

/** Take away another person's lost second factor: whoever may manage their sign-in. */
export function resetSecondFactor(
	actor: RequestActor,
	somebody: { person: string; schools: readonly string[]; holdsRights: boolean }
): ReturnType<typeof manageSignIn> | Refused<'second-factor'> {
	if (actor.kind === 'person' && actor.sleepingRights) return no('second-factor');
	return manageSignIn(actor, somebody);
}

/**
 * Anything of one's own that is not a lesson. Pictures and a word may have been seen by a classmate, so that a session
 * begun with them serves lessons only (attack 12).
 */
export function goBeyondLessons(actor: RequestActor): Allowed | Refused<'lessons-only'> {
	return actor.kind === 'person' && actor.assurance === 'low' ? no('lessons-only') : yes;
}

/** Look for people, and read one person's whole story: in the district, or in one's own schools. The scope decides whose. */
export function readPeople(actor: RequestActor): ReturnType<typeof readRecords> {
	return readRecords(actor);
}

/** See who holds which right, and read and export what was recorded of whom: about everybody, so for the district. */
export function readAudit(actor: RequestActor): Allowed | Refused<'not-signed-in' | 'no-right'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return holds(actor, 'district-administrator') || holds(actor, 'auditor') ? yes : no('no-right');
}

/** Change who may do what in the district, and whose record is whose: asked again of each right and record. */
export function administerDistrict(
	actor: RequestActor
): Allowed | Refused<'not-signed-in' | 'not-district-administrator'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return holds(actor, 'district-administrator') ? yes : no('not-district-administrator');
}

/**
 * Grant somebody a right: a district administrator, never to themselves, never to a student, and only to people who
 * work here; an auditor may come from outside. `roles`: the roles that they hold today.
 */
export function grantRight(
	actor: RequestActor,
	wanted: { person: string; right: Right; roles: readonly AffiliationRole[]; here: boolean }
): Allowed | Refused<'not-signed-in' | 'not-district-administrator' | 'oneself' | 'not-here' | 'not-staff'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (!holds(actor, 'district-administrator')) return no('not-district-administrator');
	if (actor.person === wanted.person) return no('oneself');
	if (!wanted.here) return no('not-here');
	const works = wanted.roles.some((role) => !notStaff.includes(role));
	const isOutsideAuditor = wanted.right === 'auditor' && wanted.roles.includes('volunteer');
	return (works || isOutsideAuditor) && !wanted.roles.includes('student') ? yes : no('not-staff');
}

/** End a right: a district administrator, never their own. */
export function endRight(
	actor: RequestActor,
	held: { person: string }
): Allowed | Refused<'not-signed-in' | 'not-district-administrator' | 'oneself'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (!holds(actor, 'district-administrator')) return no('not-district-administrator');
	return actor.person === held.person ? no('oneself') : yes;
}

/**
 * End somebody's sessions, and disable or enable their sign-in: a district administrator, or an administrator of their
 * school while they hold no right over others; never one's own. `schools`: where they are affiliated now.
 */
export function manageSignIn(
	actor: RequestActor,
	somebody: { person: string; schools: readonly string[]; holdsRights: boolean }
): Allowed | Refused<'not-signed-in' | 'oneself' | 'no-right' | 'other-school' | 'holds-rights'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (actor.person === somebody.person) return no('oneself');
	if (holds(actor, 'district-administrator')) return yes;
	const schools = administersSchools(actor);
	if (schools.length === 0) return no('no-right');
	if (!somebody.schools.some((school) => schools.includes(school))) return no('other-school');
	return somebody.holdsRights ? no('holds-rights') : yes;
}

/**
 * Open a sign-in to somebody by an invitation, or their way back in: whoever may manage their sign-in. An administrator
 * of a school prints none for somebody with rights over others: whoever printed the code could use it.
 */
export function invite(
	actor: RequestActor,
	somebody: { person: string; schools: readonly string[]; holdsRights: boolean }
): ReturnType<typeof manageSignIn> {
	return manageSignIn(actor, somebody);
}

/** Invite people at all: who administers the district or a school. */
export function invitePeople(actor: RequestActor): Allowed | Refused<'not-signed-in' | 'no-right'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return holds(actor, 'district-administrator') || holds(actor, 'school-administrator')
		? yes
		: no('no-right');
}

/** Look after families: the office of the district, or of a school. The scope decides whose. */
export function manageFamilies(actor: RequestActor): Allowed | Refused<'not-signed-in' | 'no-right'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return holds(actor, 'district-administrator') || holds(actor, 'school-administrator')
		? yes
		: no('no-right');
}

/**
 * Decide about one child's family: confirm a link, open the record, set flags, record what was handed in. Never for
 * oneself or a child of one's own, whatever one's right. `schools`: where the child is a student now; `guardians`:
 * everybody who is or was linked to the child.
 */
export function decideForFamily(
	actor: RequestActor,
	family: { child: string; schools: readonly string[]; guardians: readonly string[] }
): Allowed | Refused<'not-signed-in' | 'no-right' | 'own-child' | 'other-school'> {
	const looking = manageFamilies(actor);
	if (!looking.ok || actor.kind !== 'person') return looking;
	if (family.child === actor.person || family.guardians.includes(actor.person)) return no('own-child');
	if (holds(actor, 'district-administrator')) return yes;
	return actor.rights.some(
		({ right, organisation, districtWide }) =>
			right === 'school-administrator' && (districtWide || family.schools.includes(organisation))
	)
		? yes
		: no('other-school');
}

/** Bring two records of one person together, or take them apart again: a district administrator, never their own. */
export function mergePeople(
	actor: RequestActor,
	people: readonly string[]
): Allowed | Refused<'not-signed-in' | 'not-district-administrator' | 'oneself'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	if (!holds(actor, 'district-administrator')) return no('not-district-administrator');
	return people.includes(actor.person) ? no('oneself') : yes;
}

/**
 * Take a course, as far as pictures open it: one for students (of which grades, the course says), and none that is open
 * to families and visitors.
 */
export function takeByPictures(
	actor: RequestActor,
	course: { audience: string }
): Allowed | Refused<'lessons-only'> {
	return course.audience === 'student' ? yes : goBeyondLessons(actor);
}

/** Import a roster, and decide whose record it is that a roster names: for the whole district, so by who administers it. */
export function importRoster(
	actor: RequestActor
): Allowed | Refused<'not-signed-in' | 'not-district-administrator'> {
	if (actor.kind !== 'person') return no('not-signed-in');
	return holds(actor, 'district-administrator') ? yes : no('not-district-administrator');
}

/** Make the first administrator by a link: only while there is none. */
export function createFirstAdministrator({
	administrators
}: {
	administrators: number;
}): Allowed | Refused<'administrator-exists'> {
	return administrators === 0 ? yes : no('administrator-exists');
}

export function seesDistrict(actor: PersonActor): boolean {
	return (
		holds(actor, 'district-administrator') ||
		holds(actor, 'auditor') ||
		actor.rights.some(({ right, districtWide }) => right === 'school-administrator' && districtWide)
	);
}

/** The schools that somebody administers, each once. */
export function administersSchools(actor: PersonActor): string[] {
	return [...new Set(schoolsWith(actor, 'school-administrator'))];
}
