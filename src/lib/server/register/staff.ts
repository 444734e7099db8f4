import type { PersonActor, RequestActor } from '#lib/server/auth/actor.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';

const notStaff: readonly AffiliationRole[] = ['student', 'guardian', 'volunteer'];

/** Whether somebody works here: only staff run official accounts (curriculum 5.1). */
export function isStaff(actor: RequestActor): actor is PersonActor {
	return actor.kind === 'person' && actor.affiliations.some(({ role }) => !notStaff.includes(role));
}

/** The schools (or the district's office) where somebody works, each once. */
export function workplaces(actor: PersonActor): { id: string; name: string }[] {
	const places = actor.affiliations
		.filter(({ role }) => !notStaff.includes(role))
		.map(({ organisation, organisationName }) => [organisation, organisationName] as const);
	return [...new Map(places)].map(([id, name]) => ({ id, name }));
}
