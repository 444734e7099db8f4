/**
 * The cookies of signing in. On https their names carry `__Host-`, so that no other host of the district's domain
 * can plant them (RFC 6265bis, section 4.1.3.2); http does not know that prefix.
 */
export type CookieKind = 'session' | 'visitor' | 'here' | 'device' | 'sign-on' | 'step' | 'class';

/** What of a request event the cookies need. */
export type CookieEvent = {
	url: URL;
	cookies: {
		get(name: string): string | undefined;
		set(name: string, value: string, attributes: Attributes & { maxAge?: number; expires?: Date }): void;
		delete(name: string, attributes: Attributes): void;
	};
};

type Attributes = { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean };

const DAY_SECONDS = 86_400;
const lifetimeSeconds: Record<CookieKind, number> = {
	// The session's row says when it ends; the cookie only has to last as long as the idle time.
	session: DAY_SECONDS / 2,
	visitor: 30 * DAY_SECONDS,
	// Whoever learns without a sign-in is still sitting there; on a shared device the next one is asked.
	here: DAY_SECONDS / 12,
	device: 400 * DAY_SECONDS,
	// As long as a request to a provider of single sign-on holds.
	'sign-on': 600,
	// Somebody whose second factor is still to come; a device that a teacher opened for a class. Their rows say when they end.
	step: 600,
	class: DAY_SECONDS / 2
};

/** One of the cookies, to read, set and clear at a request. */
export function requestCookie(kind: CookieKind) {
	return {
		read: (event: CookieEvent) => event.cookies.get(cookieName(kind, event.url)),
		/** Until `expiresAt`, or for the kind's own time. */
		set(event: CookieEvent, value: string, expiresAt?: Date) {
			const until = expiresAt ? { expires: expiresAt } : { maxAge: lifetimeSeconds[kind] };
			event.cookies.set(cookieName(kind, event.url), value, { ...attributes(event.url), ...until });
		},
		clear(event: CookieEvent) {
			event.cookies.delete(cookieName(kind, event.url), attributes(event.url));
		}
	};
}

export const sessionCookie = requestCookie('session');
export const deviceCookie = requestCookie('device');
/** Binds a sign-in elsewhere to the browser that began it; the secret in it is one of single-sign-on/requests.ts. */
export const signOnCookie = requestCookie('sign-on');
export const stepCookie = requestCookie('step');
export const classCookie = requestCookie('class');
export const hereCookie = requestCookie('here');

/** The name under which a cookie goes at this origin. */
export function cookieName(kind: CookieKind, { protocol }: { protocol: string }): string {
	return protocol === 'https:' ? `__Host-${kind}` : kind;
}

function attributes({ protocol }: URL): Attributes {
	return { path: '/', httpOnly: true, sameSite: 'lax', secure: protocol === 'https:' };
}
