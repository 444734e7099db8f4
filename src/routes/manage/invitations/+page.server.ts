import { fail } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import * as list from '#lib/server/auth/invitation-list.ts';
import { inviteAll, withdraw, type InviteOutcome } from '#lib/server/auth/invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { canDeliver } from '#lib/server/mail/delivery.ts';
import { pageNumber } from '../../page-number.server.ts';
import { chosenPeople, MOST_LETTERS, MOST_MAILS, readChoice } from './choice.server.ts';
import { inviter } from './inviter.server.ts';
import type { Actions, PageServerLoad } from './$types';

const size = 50;

export const load: PageServerLoad = async (event) => {
	const actor = inviter(event);
	const { searchParams: params } = event.url;
	const { choices, filter } = await readChoice(actor, (name) => params.get(name) ?? '');
	const page = pageNumber(params);
	const found = filter
		? await list.page(serving(), actor, filter, { number: page, size })
		: { rows: [], total: 0 };
	const say = localDates(event.locals.locale);
	const problem = params.get('problem');
	return {
		choices,
		filter,
		page,
		pages: Math.max(1, Math.ceil(found.total / size)),
		total: found.total,
		mails: canDeliver(),
		days: district().invitations.days,
		// Where a new window for the letters has nothing to print.
		problem:
			problem === 'nobody'
				? m.invite_error_nobody()
				: problem === 'too-many'
					? m.invite_error_too_many({ most: MOST_LETTERS })
					: problem === 'none-made'
						? m.invite_error_none_made()
						: null,
		rows: found.rows.map(({ invitation, ...row }) => ({
			...row,
			name: `${row.familyName}, ${row.givenName}`,
			invitation: invitation && {
				id: invitation.id,
				way: invitation.way,
				mail: invitation.mail,
				until: say.lastDay(invitation.until),
				used: invitation.usedAt && say.date(invitation.usedAt)
			}
		}))
	};
};

export const actions: Actions = {
	send: async (event) => {
		const actor = inviter(event);
		const form = await event.request.formData();
		const chosen = await chosenPeople(actor, form, MOST_MAILS);
		if (!chosen.ok) {
			const message =
				chosen.reason === 'nobody' ? m.invite_error_nobody() : m.invite_error_too_many({ most: MOST_MAILS });
			return fail(400, { message, said: null, skipped: [] });
		}
		const { days } = district().invitations;
		const outcome = await inviteAll(serving(), actor, chosen.people, {
			way: 'e-mail',
			days,
			confirmsGuardians: form.get('confirms') === 'yes'
		});
		return {
			message: '',
			said: m.invite_sent({ count: outcome.made.length }),
			skipped: skippedWords(outcome.skipped)
		};
	},
	withdraw: async (event) => {
		const actor = inviter(event);
		const id = String((await event.request.formData()).get('invitation') ?? '');
		const done = await withdraw(serving(), actor, id);
		return {
			message: '',
			said: done ? m.invite_withdrawn() : m.invite_not_withdrawn(),
			skipped: []
		};
	}
};

/** Who was left out and why, in numbers: the list beside it names them. */
function skippedWords(skipped: InviteOutcome['skipped']): string[] {
	const count = (...reasons: string[]) => skipped.filter(({ reason }) => reasons.includes(reason)).length;
	const known = ['no-e-mail', 'has-sign-in', 'holds-rights'];
	const lines: [number, (input: { count: number }) => string][] = [
		[count('no-e-mail'), m.invite_skipped_no_e_mail],
		[count('has-sign-in'), m.invite_skipped_has_sign_in],
		[count('holds-rights'), m.invite_skipped_holds_rights],
		[skipped.filter(({ reason }) => !known.includes(reason)).length, m.invite_skipped_other]
	];
	return lines.filter(([number]) => number > 0).map(([number, words]) => words({ count: number }));
}
