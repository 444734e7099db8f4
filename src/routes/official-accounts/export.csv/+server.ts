import { civilDate } from '#lib/server/db/instants.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { csvOf } from '#lib/server/register/public-export.ts';
import * as publicRegister from '#lib/server/register/public-register.ts';
import { filterOf } from '../register-page.server.ts';
import type { RequestHandler } from './$types';

/** The public register as a spreadsheet: what the page shows under the same filter. */
export const GET: RequestHandler = async ({ url }) => {
	const accounts = await publicRegister.all(serving(), filterOf(url.searchParams));
	const day = civilDate(await now(serving()), district().time_zone);
	return new Response(csvOf(accounts), {
		headers: {
			'content-type': 'text/csv; charset=utf-8; header=present',
			'content-disposition': `attachment; filename="official-accounts-${day}.csv"`
		}
	});
};
