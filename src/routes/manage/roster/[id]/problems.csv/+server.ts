import { Readable } from 'node:stream';
import { error } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import * as history from '#lib/server/roster/history.ts';
import * as problems from '#lib/server/roster/problems.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { rosterKeeper } from '../../keeper.server.ts';
import type { RequestHandler } from './$types';

/** Every problem that was found in a file, as CSV in the reader's language. */
export const GET: RequestHandler = async (event) => {
	const actor = rosterKeeper(event);
	const found = await history.find(serving(), actor.person, event.params.id);
	if (!found) error(404, { message: m.roster_not_found(), hint: m.roster_not_found_hint() });
	const csv = Readable.from(problems.asCsv(serving(), actor.person, found.id, event.locals.locale));
	event.request.signal.addEventListener('abort', () => csv.destroy(), { once: true });
	return new Response(Readable.toWeb(csv) as ReadableStream<Uint8Array>, {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': 'attachment; filename="roster-problems.csv"',
			'cache-control': 'no-store'
		}
	});
};
