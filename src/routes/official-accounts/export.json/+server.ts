import { civilDate } from '#lib/server/db/instants.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { jsonOf } from '#lib/server/register/public-export.ts';
import * as publicRegister from '#lib/server/register/public-register.ts';
import { filterOf } from '../register-page.server.ts';
import type { RequestHandler } from './$types';

/** The public register for other programs: what the page shows under the same filter. */
export const GET: RequestHandler = async ({ url }) => {
	const accounts = await publicRegister.all(serving(), filterOf(url.searchParams));
	const at = await now(serving());
	const { name, time_zone } = district();
	return new Response(jsonOf(accounts, { district: name, at }), {
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-disposition': `attachment; filename="official-accounts-${civilDate(at, time_zone)}.json"`
		}
	});
};
