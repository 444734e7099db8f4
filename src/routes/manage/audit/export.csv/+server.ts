import { error } from '@sveltejs/kit';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import { exportAudit } from '#lib/server/records/audit-export.ts';
import { handOver, takePlace } from '#lib/server/records/download.ts';
import { eventWords } from '#lib/server/records/event-words.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { auditReader } from '../../administrator.server.ts';
import { auditFilterOnly } from '../filter.server.ts';
import type { RequestHandler } from './$types';

/** What the page's filter shows, as a file; streamed, and itself recorded with who, filter and rows. */
export const GET: RequestHandler = async (event) => {
	const actor = auditReader(event);
	const filter = await auditFilterOnly(event.url, actor);
	const { locale } = event.locals;
	const day = civilDate(await now(serving()), district().time_zone);
	const leave = takePlace(actor.person);
	if (!leave) error(429, { message: m.manage_error_busy(), hint: m.manage_error_busy_hint() });
	const stream = exportAudit(serving(), actor, filter, (entry, told) => eventWords(entry, told, locale));
	return new Response(handOver(stream, event.request.signal, leave), {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': `attachment; filename="audit-${day}.csv"`,
			'cache-control': 'no-store'
		}
	});
};
