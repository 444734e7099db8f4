import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { addressees, type InvitationFilter } from '#lib/server/auth/invitation-list.ts';
import type { MadeInvitation } from '#lib/server/auth/invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { renderInvitationLetters } from '#lib/server/letters/invitation-letters.ts';
import { siteOrigin } from '#lib/server/mail/delivery.ts';
import { localeOf } from '#lib/server/mail/templates.ts';
import { audienceOf } from '#lib/server/requirements/audience.ts';

/** Letters with codes that were made just now, as an answer that the browser shows for printing and nobody keeps. */
export async function printed(
	actor: PersonActor,
	made: readonly MadeInvitation[],
	{ filter, language }: { filter: InvitationFilter | null; language: Locale }
): Promise<Response> {
	const codes = new Map(made.map((invitation) => [invitation.person, invitation]));
	const people = await addressees(serving(), actor, [...codes.keys()], filter);
	const { name, time_zone: zone } = district();
	const letters = people.flatMap((person) => {
		const invitation = codes.get(person.person);
		if (!invitation) return [];
		const audiences = person.roles.map(audienceOf);
		const handTo = [person.child, person.class].filter((part) => part !== null).join(', ');
		return [
			{
				name: person.name,
				school: person.school,
				locale: localeOf(person.locale),
				audience: audiences.includes('staff')
					? ('staff' as const)
					: audiences.includes('student')
						? ('student' as const)
						: ('family' as const),
				purpose: invitation.purpose,
				code: invitation.code,
				until: invitation.until,
				handTo: invitation.purpose === 'first' && handTo !== '' ? handTo : null
			}
		];
	});
	const pdf = await renderInvitationLetters(
		letters,
		{ origin: siteOrigin(), district: name, zone },
		{ printedAt: await now(serving()), language }
	);
	return new Response(new Uint8Array(pdf), {
		headers: {
			'content-type': 'application/pdf',
			'content-disposition': 'inline; filename="waypost-letters.pdf"',
			'cache-control': 'private, no-store'
		}
	});
}
