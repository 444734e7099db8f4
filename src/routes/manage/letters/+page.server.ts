import { m } from '#lib/messages/compiled/messages.js';
import * as list from '#lib/server/auth/invitation-list.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { canDeliver } from '#lib/server/mail/delivery.ts';
import { CONTENT_DAYS } from '#lib/server/mail/mail.ts';
import { overview } from '#lib/server/notices/waiting-letters.ts';
import { inviter } from '../invitations/inviter.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = inviter(event);
	const { searchParams: params } = event.url;
	const { schools } = await list.choices(serving(), actor, null);
	const wanted = schools.length === 1 ? schools[0]?.id : params.get('school');
	const school = schools.find(({ id }) => id === wanted)?.id ?? null;
	const classes = school === null ? [] : await overview(serving(), actor, school);
	const say = localDates(event.locals.locale);
	return {
		schools: schools.map(({ id, name }) => ({ value: id, label: name })),
		school,
		mails: canDeliver(),
		days: CONTENT_DAYS,
		// Where a new window for the letters has nothing to print.
		problem: params.get('problem') === 'none' ? m.letter_none() : '',
		waiting: classes.reduce((sum, { waiting }) => sum + waiting, 0),
		classes: classes.map((sheaf) => ({
			class: sheaf.class ?? 'none',
			title: sheaf.title ?? m.letter_no_class(),
			waiting: sheaf.waiting,
			since: sheaf.since && say.date(sheaf.since),
			printed: sheaf.printed
		}))
	};
};
