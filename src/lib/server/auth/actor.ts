import type { AffiliationRole, Band, Right, SessionAssurance, Assurance } from '#lib/server/db/schema.ts';
import type { Scope } from '#lib/server/db/scope.ts';

/** Who is asking, as read for this one request; rights are never remembered from an earlier one. */
export type PersonActor = {
	kind: 'person';
	person: string;
	/** The learner that new evidence of this person goes to. */
	learner: string;
	givenName: string;
	familyName: string;
	email: string | null;
	/** Roles held today, with the school and the day they began. */
	affiliations: {
		organisation: string;
		organisationName: string;
		role: AffiliationRole;
		band: Band | null;
		since: Date;
	}[];
	/** Rights held today. `organisation` is the district for district-wide ones. */
	rights: { right: Right; organisation: string; districtWide?: boolean }[];
	/** Whether they are the teacher of a class now. */
	teachesClass?: boolean;
	/** What the session that asks was begun with. */
	assurance: SessionAssurance;
	/** They hold rights over other people's records that this session may not use before a second factor. */
	sleepingRights?: boolean;
	/** Others use this device after them. */
	shared?: boolean;
	/** Whether a child is linked to them as a guardian now. */
	hasChildren?: boolean;
	/** Public id of the session that asks. */
	session: string;
};
export type VisitorActor = { kind: 'visitor'; learner: string };
export type RequestActor = PersonActor | VisitorActor | { kind: 'nobody' };

/** Whether a district asks everybody who can see other people's records for a second factor. */
export type SecondFactorRule = 'offered' | 'required';

/**
 * What a session may use of what its person holds (ARCHITECTURE.md, "Rights sleep until they are safe"): nothing over
 * other people's records where a second factor is required and was not used, and nothing at all with pictures. What
 * sleeps is not in the actor, so every predicate and every scope says no by itself.
 */
export function rightsInUse(
	held: { rights: PersonActor['rights']; teachesClass: boolean },
	assurance: SessionAssurance,
	rule: SecondFactorRule
): { rights: PersonActor['rights']; teachesClass: boolean; sleepingRights: boolean } {
	const any = held.rights.length > 0 || held.teachesClass;
	const sleepingRights = any && rule === 'required' && assurance === 'password';
	return sleepingRights || assurance === 'low'
		? { rights: [], teachesClass: false, sleepingRights }
		: { ...held, sleepingRights };
}

const evidenceAssurance: Record<SessionAssurance, Assurance> = {
	low: 'picture',
	password: 'password',
	strong: 'strong'
};

/** How surely evidence and signatures know whose they are: by what the session was begun with. */
export function assuranceOf(actor: PersonActor): Assurance {
	return evidenceAssurance[actor.assurance];
}

export function holds(actor: RequestActor, right: Right): boolean {
	return actor.kind === 'person' && actor.rights.some((held) => held.right === right);
}

/** The schools in which the actor holds a right; empty when none. */
export function schoolsWith(actor: RequestActor, right: Right): string[] {
	return actor.kind === 'person'
		? actor.rights.filter((held) => held.right === right).map((held) => held.organisation)
		: [];
}

/** How far this actor sees into people's names: the district, own schools, or only themselves (invariant 9). */
export function scopeOf(actor: PersonActor): Scope {
	const districtWide = actor.rights.some((held) => held.districtWide);
	if (districtWide || holds(actor, 'district-administrator') || holds(actor, 'auditor')) {
		return { kind: 'district', actor: actor.person };
	}
	const schools = [
		...new Set([...schoolsWith(actor, 'school-administrator'), ...schoolsWith(actor, 'reviewer')])
	];
	return schools.length > 0
		? { kind: 'schools', actor: actor.person, schools }
		: { kind: 'self', actor: actor.person };
}
