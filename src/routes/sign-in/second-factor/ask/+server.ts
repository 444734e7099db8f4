import { error, json } from '@sveltejs/kit';
import { stepCookie } from '#lib/server/auth/cookies.ts';
import { askToUse } from '#lib/server/auth/second-factor/passkeys.ts';
import { offered } from '#lib/server/auth/second-factor/sign-in-step.ts';
import { serving } from '#lib/server/db/serving.ts';
import { partyOf } from '../../../relying-party.server.ts';
import type { RequestHandler } from './$types';

/** What a browser asks its device for the passkey of whose password was right. */
export const POST: RequestHandler = async (event) => {
	const party = partyOf(event);
	const step = await offered(serving(), stepCookie.read(event), new Date());
	if (!party || !step?.passkey) error(404);
	const options = await askToUse(serving(), step.person, party, new Date());
	return json(options, { headers: { 'cache-control': 'no-store' } });
};
