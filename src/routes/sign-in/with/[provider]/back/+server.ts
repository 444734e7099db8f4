import { redirect } from '@sveltejs/kit';
import { signOnCookie } from '#lib/server/auth/cookies.ts';
import { finish } from '#lib/server/auth/single-sign-on/single-sign-on.ts';
import { serving } from '#lib/server/db/serving.ts';
import { afterSignIn } from '../../../after-sign-in.server.ts';
import { keepOrAsk, whereFrom } from '../../../session-start.server.ts';
import { providerOfEvent, refuse, sendAway } from '../provider.server.ts';
import type { RequestHandler } from './$types';

const HOME = '/learn';

/** Where a provider sends people back to. */
export const GET: RequestHandler = async (event) => {
	const provider = providerOfEvent(event);
	const { device, deviceLabel: label } = whereFrom(event);
	const answer = await finish(
		serving(),
		provider,
		{ back: event.url, browser: signOnCookie.read(event) },
		{ device, label },
		new Date()
	);
	if (answer.ok) {
		signOnCookie.clear(event);
		await keepOrAsk(event, answer.begun, answer.next);
		redirect(303, await afterSignIn(event, answer.person, answer.next || HOME));
	}
	if (answer.reason === 'started-elsewhere') return sendAway(event, provider, { next: '', anew: false });
	// The page was loaded again, or came out of the browser's history: they are in already.
	if (answer.reason === 'unknown-request' && event.locals.actor.kind === 'person') redirect(303, HOME);
	return refuse(event, provider, answer);
};
