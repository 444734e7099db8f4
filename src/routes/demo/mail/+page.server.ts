import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { demoLetterhead } from './letterhead.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
	const head = demoLetterhead();
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	const say = localDates(locals.locale);
	return {
		mails: (await mail.shown(serving(), head)).map(({ id, to, at, letter }) => ({
			id,
			to,
			at: `${say.date(at)}, ${say.time(at)}`,
			subject: letter.subject,
			lang: letter.locale
		}))
	};
};
