import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { asText } from '#lib/server/mail/render.ts';
import { demoLetterhead } from '../letterhead.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals, setHeaders }) => {
	const head = demoLetterhead();
	setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' });
	const known = /^[0-9a-f-]{36}$/i.test(params.id);
	const [shown] = known ? await mail.shown(serving(), head, { id: params.id }) : [];
	if (!shown) error(404, m.mail_demo_gone());
	const say = localDates(locals.locale);
	const { to, at, letter } = shown;
	return { to, at: `${say.date(at)}, ${say.time(at)}`, letter, text: asText(letter) };
};
