import { m } from '#lib/messages/compiled/messages.js';
import type { RequestActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';

type ManagePage = {
	href: string;
	title: () => string;
	text: () => string;
	may: (actor: RequestActor) => { ok: boolean };
};

/** The pages of administrators and auditors, in the order in which they are mostly needed. Each page asks again. */
const pages: readonly ManagePage[] = [
	{ href: '/manage/people', title: m.people_title, text: m.people_card_people, may: can.readPeople },
	{
		href: '/manage/records',
		title: m.people_card_records_title,
		text: m.people_card_records,
		may: can.readRecords
	},
	{
		href: '/manage/families',
		title: m.family_office_nav,
		text: m.people_card_families,
		may: can.manageFamilies
	},
	{
		href: '/manage/invitations',
		title: m.invite_nav,
		text: m.people_card_invitations,
		may: can.invitePeople
	},
	{ href: '/manage/letters', title: m.letter_nav, text: m.letter_card, may: can.invitePeople },
	{ href: '/manage/roster', title: m.roster_nav, text: m.roster_card, may: can.importRoster },
	{ href: '/manage/rights', title: m.people_rights_title, text: m.people_card_rights, may: can.readAudit },
	{ href: '/manage/audit', title: m.people_audit_title, text: m.people_card_audit, may: can.readAudit },
	{ href: '/manage/coverage', title: m.coverage_nav, text: m.people_card_coverage, may: can.readCoverage }
];

/** The pages that the actor may open, in words. */
export function managePages(actor: RequestActor) {
	return pages
		.filter(({ may }) => may(actor).ok)
		.map(({ href, title, text }) => ({ href, title: title(), text: text() }));
}
