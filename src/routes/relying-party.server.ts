import type { RequestEvent } from '@sveltejs/kit';
import { relyingParty, type RelyingParty } from '#lib/server/auth/second-factor/relying-party.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';

/** What this site calls itself in an authenticator app and beside a passkey. */
export function siteName(): string {
	return `Waypost ${district().short}`;
}

/** The site as passkeys know it, by its ORIGIN; null where there can be none. */
export function partyOf({ url }: RequestEvent): RelyingParty | null {
	return relyingParty(process.env.ORIGIN ?? url.origin, siteName());
}
