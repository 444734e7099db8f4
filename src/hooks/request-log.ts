import { randomUUID } from 'node:crypto';
import type { Handle } from '@sveltejs/kit';
import { baseLocale } from '#lib/messages/compiled/runtime.js';
import { isHealthRoute } from './health-routes.ts';
import { log } from './log.ts';

/**
 * Gives each request an id and notes how it went. The route is logged and not the path: paths hold codes of
 * certificates and tokens of links.
 */
export const requestLog: Handle = async ({ event, resolve }) => {
	// Nobody, in English, until the handles behind this one know better.
	event.locals = { requestId: randomUUID(), actor: { kind: 'nobody' }, locale: baseLocale };
	const begun = performance.now();
	const response = await resolve(event);
	if (event.isSubRequest || isHealthRoute(event.url.pathname)) return response;
	log.info({
		request: event.locals.requestId,
		method: event.request.method,
		route: event.route.id,
		status: response.status,
		milliseconds: Math.round(performance.now() - begun)
	});
	return response;
};
