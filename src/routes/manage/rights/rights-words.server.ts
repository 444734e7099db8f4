import { m } from '#lib/messages/compiled/messages.js';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { EndRefusal, GrantRefusal, HeldRight } from '#lib/server/people/rights.ts';
import { rightWord } from '#lib/server/records/event-words.ts';
import { timeWords } from '../people/[id]/story-words.server.ts';

/** A right that somebody holds or held, in words. */
export function heldInWords(held: HeldRight, say: LocalDates) {
	return {
		id: held.id,
		person: held.person,
		name: held.name,
		right: rightWord(held.right),
		place: held.place.name,
		time:
			held.endedAt === null
				? timeWords(held, say)
				: m.people_right_ended_on({
						time: timeWords({ from: held.from, until: null }, say),
						date: say.date(held.endedAt),
						by: held.endedBy ?? m.people_somebody()
					}),
		standing: held.standing,
		granted: m.people_right_granted_line({
			by: held.grantedBy ?? m.people_rights_setup(),
			date: say.date(held.grantedAt)
		}),
		own: held.own
	};
}

/** Beside which field a refused grant is told, and in which words. */
export function grantRefusal(reason: GrantRefusal): { field: string | null; message: string } {
	const told: Record<GrantRefusal, [field: string | null, message: () => string]> = {
		'not-signed-in': [null, m.people_refused_change],
		'not-district-administrator': [null, m.people_refused_change],
		oneself: [null, m.people_grant_refuse_oneself],
		'not-here': [null, m.people_grant_refuse_not_here],
		'not-staff': [null, m.people_grant_refuse_not_staff],
		'unknown-person': [null, m.people_unknown],
		'unknown-place': ['place', m.people_grant_error_place],
		'district-only': ['place', m.people_grant_error_district],
		'from-not-a-day': ['from', m.people_grant_error_day],
		'from-past': ['from', m.people_grant_error_past],
		'through-not-a-day': ['through', m.people_grant_error_day],
		'through-before-from': ['through', m.people_grant_error_order],
		'held-already': ['right', m.people_grant_error_held]
	};
	const [field, message] = told[reason];
	return { field, message: message() };
}

/** Why a right can't be ended, and what to do. */
export function endRefusal(reason: EndRefusal): string {
	return {
		'not-signed-in': m.people_refused_change,
		'not-district-administrator': m.people_refused_change,
		oneself: m.people_end_refuse_oneself,
		unknown: m.people_end_unknown,
		over: m.people_end_refuse_over,
		last: m.people_end_refuse_last
	}[reason]();
}
