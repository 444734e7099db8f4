import { error } from '@sveltejs/kit';
import { civilDate } from '#lib/server/db/instants.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving, servingPool } from '#lib/server/db/serving.ts';
import { handOver, takePlace } from '#lib/server/records/download.ts';
import { exportCsv } from '#lib/server/records/export.ts';
import { choices, readFilter } from '#lib/server/records/record-filter.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { described } from '../../../../hooks/error-report.ts';
import { log } from '../../../../hooks/log.ts';
import { recordsReader } from '../reader.server.ts';
import type { RequestHandler } from './$types';

/** The records that the page's filter shows, as a file; streamed, and logged with who, filter and rows. */
export const GET: RequestHandler = async (event) => {
	const actor = recordsReader(event);
	const at = await now(serving());
	const read = readFilter(event.url.searchParams, actor, await choices(serving(), actor), at);
	if (!read.ok) error(400, { message: m.manage_error_filter(), hint: m.manage_error_filter_hint() });
	const leave = takePlace(actor.person);
	if (!leave) error(429, { message: m.manage_error_busy(), hint: m.manage_error_busy_hint() });
	const stream = await exportCsv(servingPool(), actor, read.filter, (failure) =>
		log.error({ request: event.locals.requestId, error: described(failure) }, 'an export was not logged')
	).catch((failure: unknown) => {
		leave();
		throw failure;
	});
	const day = civilDate(read.filter.asOf, district().time_zone);
	return new Response(handOver(stream, event.request.signal, leave), {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': `attachment; filename="completion-records-${day}.csv"`,
			'cache-control': 'no-store'
		}
	});
};
