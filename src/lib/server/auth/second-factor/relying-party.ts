import { isIP } from 'node:net';

/** This site as passkeys know it: they belong to its host and to no other (WebAuthn, section 5.1.2). */
export type RelyingParty = { id: string; origin: string; name: string };

/**
 * The relying party of an origin; null where browsers make no passkeys: without https (but on `localhost`), and where
 * the site has a number instead of a name.
 */
export function relyingParty(origin: string, name: string): RelyingParty | null {
	if (!URL.canParse(origin)) return null;
	const { protocol, hostname, origin: exact } = new URL(origin);
	const local = hostname === 'localhost' || hostname.endsWith('.localhost');
	if (protocol !== 'https:' && !(protocol === 'http:' && local)) return null;
	if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return null;
	return { id: hostname, origin: exact, name };
}
