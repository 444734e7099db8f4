import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import type { RequestHandler } from './$types';
import { providerOfEvent, sendAway } from './provider.server.ts';

/** Begins signing in with a provider. */
export const GET: RequestHandler = (event) =>
	sendAway(event, providerOfEvent(event), sameSitePath(event.url.searchParams.get('next'), ''));
