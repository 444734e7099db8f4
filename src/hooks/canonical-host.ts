import type { Handle } from '@sveltejs/kit';
import { isHealthRoute } from './health-routes.ts';

/**
 * Sends whoever came by another name (127.0.0.1 for localhost, an old address) to the site's own: forms work under
 * the origin only, and cookies set under two names would sign people out. A proxy may put the name that people typed
 * into X-Forwarded-Host; it is believed because it can only spare the redirect.
 */
export const canonicalHost: Handle = ({ event, resolve }) => {
	const { request, url } = event;
	const origin = process.env.ORIGIN;
	const names = [request.headers.get('host'), request.headers.get('x-forwarded-host')];
	const elsewhere =
		origin !== undefined &&
		URL.canParse(origin) &&
		names[0] !== null &&
		!names.includes(new URL(origin).host);
	const read = request.method === 'GET' || request.method === 'HEAD';
	if (elsewhere && read && !event.isSubRequest && !isHealthRoute(url.pathname)) {
		// Put together as text: resolved as an address, a path like `//host` would lead to that host.
		const location = new URL(origin).origin + url.pathname + url.search;
		return new Response(null, { status: 308, headers: { location } });
	}
	return resolve(event);
};
