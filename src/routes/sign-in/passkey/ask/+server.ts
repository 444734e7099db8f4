import { error, json } from '@sveltejs/kit';
import { askToUse } from '#lib/server/auth/second-factor/passkeys.ts';
import { serving } from '#lib/server/db/serving.ts';
import { partyOf } from '../../../relying-party.server.ts';
import type { RequestHandler } from './$types';

/** What a browser asks its device to sign in with a passkey, whosever it is. */
export const POST: RequestHandler = async (event) => {
	const party = partyOf(event);
	if (!party) error(404);
	const options = await askToUse(serving(), null, party, new Date());
	return json(options, { headers: { 'cache-control': 'no-store' } });
};
