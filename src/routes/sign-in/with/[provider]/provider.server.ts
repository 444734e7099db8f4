import { redirect, type RequestEvent } from '@sveltejs/kit';
import { signOnCookie } from '#lib/server/auth/cookies.ts';
import { providerOf, type Provider } from '#lib/server/auth/single-sign-on/providers.ts';
import { begin, type SignOnRefusal } from '#lib/server/auth/single-sign-on/single-sign-on.ts';
import { serving } from '#lib/server/db/serving.ts';
import { log } from '../../../../hooks/log.ts';

/** The provider of this address. Where there is none (any more), people are sent to the page with all ways in. */
export function providerOfEvent(event: RequestEvent): Provider {
	const provider = providerOf(event.params.provider ?? '');
	if (!provider) redirect(303, '/sign-in');
	return provider;
}

/** Sends the browser to the provider, by way of a GET: the content security policy binds the answers to forms. */
export async function sendAway(
	event: RequestEvent,
	provider: Provider,
	{ next, anew }: { next: string; anew: boolean }
): Promise<never> {
	const sent = await begin(serving(), provider, {
		redirectUri: `${event.url.origin}/sign-in/with/${provider.id}/back`,
		next,
		anew,
		browser: signOnCookie.read(event)
	});
	if (!sent.ok) refuse(event, provider, { ...sent, next });
	signOnCookie.set(event, sent.browser);
	redirect(303, sent.address);
}

/** Notes why somebody was not signed in, and shows them what to do. */
export function refuse(
	event: RequestEvent,
	provider: Provider,
	{ reason, because, next }: Pick<SignOnRefusal, 'reason' | 'because' | 'next'>
): never {
	const { requestId: reference } = event.locals;
	log.warn({ request: reference, provider: provider.id, reason, because }, 'single sign-on was refused');
	const query = new URLSearchParams({ why: reason, reference, ...(next ? { next } : {}) });
	redirect(303, `/sign-in/with/${provider.id}/refused?${query}`);
}
