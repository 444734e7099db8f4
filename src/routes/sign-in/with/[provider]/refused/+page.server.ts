import { redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import type { SignOnRefusal } from '#lib/server/auth/single-sign-on/single-sign-on.ts';
import { district, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { providerOfEvent } from '../provider.server.ts';
import type { PageServerLoad } from './$types';

type Reason = Exclude<SignOnRefusal['reason'], 'started-elsewhere'>;
type Given = { label: string; district: string; office: string; technology: string };
/** `again`: trying once more may help, as it is. */
const words: Record<
	Reason,
	{ title: (given: Given) => string; text: (given: Given) => string; again?: true }
> = {
	declined: { title: m.sso_declined, text: m.sso_declined_text, again: true },
	'provider-down': { title: m.sso_down, text: m.sso_down_text, again: true },
	'not-trusted': { title: m.sso_not_trusted, text: m.sso_not_trusted_text, again: true },
	'unknown-request': { title: m.sso_unknown, text: m.sso_unknown_text, again: true },
	'other-district': { title: m.sso_other_district, text: m.sso_other_district_text, again: true },
	'nothing-to-match': { title: m.sso_nothing, text: m.sso_nothing_text },
	'not-on-roster': { title: m.sso_not_on_roster, text: m.sso_not_on_roster_text },
	'several-match': { title: m.sso_several, text: m.sso_several_text },
	'linked-otherwise': { title: m.sso_linked_otherwise, text: m.sso_linked_otherwise_text },
	ended: { title: m.sso_ended, text: m.sso_ended_text },
	'other-audience': { title: m.sso_other_audience, text: m.sso_other_audience_text }
};

export const load: PageServerLoad = (event) => {
	const { label, id } = providerOfEvent(event);
	const { searchParams } = event.url;
	const said = words[(searchParams.get('why') ?? '') as Reason];
	if (!said) redirect(303, '/sign-in');
	const { office, technology } = wordsIn(event.locals.locale).contacts;
	const given = { label, district: district().name, office, technology };
	const next = sameSitePath(searchParams.get('next'), '');
	const reference = searchParams.get('reference') ?? '';
	return {
		label,
		title: said.title(given),
		text: said.text(given),
		again: said.again ?? false,
		// Whoever was let in there may be somebody else than the one who sits here.
		againHref: `/sign-in/with/${id}?${new URLSearchParams({ anew: 'yes', ...(next ? { next } : {}) })}`,
		otherHref: next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in',
		reference: /^[0-9a-f-]{36}$/.test(reference) ? reference : ''
	};
};
