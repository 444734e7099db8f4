import type { Handle } from '@sveltejs/kit';

/** What a browser may do for any page of ours. Reading aloud needs none of these. */
const PERMISSIONS = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'browsing-topics']
	.map((feature) => `${feature}=()`)
	.join(', ');

/**
 * Security headers for every answer that is not a static file. Pages get their content security policy from
 * SvelteKit (nonces); all else gets one that allows nothing. What is shown to a signed-in person or a visitor is
 * theirs: it is stored nowhere, and no other site learns where they came from.
 */
export const securityHeaders: Handle = async ({ event, resolve }) => {
	const answer = await resolve(event);
	// An answer fetched or made by Response.redirect() can't be changed.
	const response = isChangeable(answer) ? answer : new Response(answer.body, answer);
	const { headers } = response;
	const personal = event.locals.actor.kind !== 'nobody';

	headers.set('x-content-type-options', 'nosniff');
	headers.set('x-frame-options', 'DENY');
	headers.set('permissions-policy', PERMISSIONS);
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('cross-origin-resource-policy', 'same-origin');
	if (event.url.protocol === 'https:') headers.set('strict-transport-security', 'max-age=31536000');
	if (!headers.has('referrer-policy')) {
		headers.set('referrer-policy', personal ? 'same-origin' : 'strict-origin-when-cross-origin');
	}
	if (!headers.has('content-security-policy')) {
		headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
	}
	if (personal || headers.has('set-cookie')) headers.set('cache-control', 'no-store');
	// The language and the sign-in make two answers out of one address.
	else if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
	return response;
};

function isChangeable(response: Response): boolean {
	try {
		response.headers.set('x-content-type-options', 'nosniff');
		return true;
	} catch {
		return false;
	}
}
