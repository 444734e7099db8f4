import { error, json } from '@sveltejs/kit';
import * as passkeys from '#lib/server/auth/second-factor/passkeys.ts';
import { serving } from '#lib/server/db/serving.ts';
import { partyOf } from '../../relying-party.server.ts';
import type { RequestHandler } from './$types';

/** What a browser asks its device: to make a passkey (`?make`), or for one of the person's own to prove it is them. */
export const POST: RequestHandler = async (event) => {
	const { actor } = event.locals;
	const party = partyOf(event);
	if (actor.kind !== 'person' || !party) error(404);
	const { person, email, givenName, familyName } = actor;
	const name = `${givenName} ${familyName}`.trim();
	const options = event.url.searchParams.has('make')
		? await passkeys.askToRegister(serving(), { person, login: email ?? name, name }, party, new Date())
		: await passkeys.askToUse(serving(), person, party, new Date());
	return json(options, { headers: { 'cache-control': 'no-store' } });
};
