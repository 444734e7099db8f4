import { Readable } from 'node:stream';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import { exportAudit } from '#lib/server/records/audit-export.ts';
import { eventWords } from '#lib/server/records/event-words.ts';
import { auditReader } from '../../administrator.server.ts';
import { auditFilterOnly } from '../filter.server.ts';
import type { RequestHandler } from './$types';

/** What the page's filter shows, as a file; streamed, and itself recorded with who, filter and rows. */
export const GET: RequestHandler = async (event) => {
	const actor = auditReader(event);
	const filter = await auditFilterOnly(event.url, actor);
	const { locale } = event.locals;
	const stream = exportAudit(serving(), actor, filter, (entry, told) => eventWords(entry, told, locale));
	event.request.signal.addEventListener('abort', () => stream.destroy(), { once: true });
	const day = civilDate(await now(serving()), district().time_zone);
	return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': `attachment; filename="audit-${day}.csv"`,
			'cache-control': 'no-store'
		}
	});
};
