import type { RequestActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { HeldCertificate } from './certificates.ts';

/**
 * The gates that ask for what a certificate shows, by title, in the order of the district's file. With an actor,
 * only those for a role that the actor has: a teacher is not told of what principals may do.
 */
export function gatesAskingFor(
	certificate: Pick<HeldCertificate, 'certification' | 'courseSlug'>,
	actor: RequestActor | null
): { id: string; title: string }[] {
	const roles = actor?.kind === 'person' ? actor.affiliations.map((affiliation) => affiliation.role) : null;
	return Object.values(catalogue().gates)
		.filter((gate) =>
			gate.asks.some(
				(ask) =>
					('certification' in ask && ask.certification === certificate.certification) ||
					('course' in ask && ask.course === certificate.courseSlug)
			)
		)
		.filter(
			(gate) => roles === null || gate.roles === undefined || gate.roles.some((role) => roles.includes(role))
		)
		.map(({ id, title }) => ({ id, title }));
}
