import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import type { RequestHandler } from './$types';
import { providerOfEvent, sendAway } from './provider.server.ts';

/** Begins signing in with a provider. */
export const GET: RequestHandler = (event) => {
	const { searchParams } = event.url;
	const next = sameSitePath(searchParams.get('next'), '');
	return sendAway(event, providerOfEvent(event), { next, anew: searchParams.has('anew') });
};
