import { redirect } from '@sveltejs/kit';
import * as list from '#lib/server/auth/invitation-list.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { renderNoticeLetters } from '#lib/server/letters/notice-letters.ts';
import { siteOrigin } from '#lib/server/mail/delivery.ts';
import { take } from '#lib/server/notices/waiting-letters.ts';
import { inviter } from '../../invitations/inviter.server.ts';
import { postedForm } from '../../../posted-form.server.ts';
import type { RequestHandler } from './$types';

/** Takes the letters of a class or a school, and gives them as one PDF; they count as printed from now on. */
export const POST: RequestHandler = async (event) => {
	const actor = inviter(event);
	const form = await postedForm(event.request);
	const text = (name: string) => String(form.get(name) ?? '');
	const { schools } = await list.choices(serving(), actor, null);
	const school = schools.find(({ id }) => id === text('school'))?.id;
	if (!school) redirect(303, '/manage/letters');
	const { name, time_zone: zone } = district();
	const head = { origin: siteOrigin(), district: name, zone };
	const letters = await take(
		serving(),
		actor,
		{ school, class: text('class') || null },
		{ head, again: text('again') === 'yes' }
	);
	if (letters.length === 0)
		redirect(303, `/manage/letters?${new URLSearchParams({ school, problem: 'none' })}`);
	const pdf = await renderNoticeLetters(
		letters.map(({ addressee, notice }) => ({
			name: addressee.name,
			school: addressee.school,
			locale: notice.locale,
			handTo: [addressee.child, addressee.class].filter((part) => part !== null).join(', ') || null,
			notice
		})),
		head,
		{ printedAt: await now(serving()), language: event.locals.locale }
	);
	return new Response(new Uint8Array(pdf), {
		headers: {
			'content-type': 'application/pdf',
			'content-disposition': 'inline; filename="waypost-letters.pdf"',
			'cache-control': 'private, no-store'
		}
	});
};
