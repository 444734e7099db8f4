import { error, type Handle, type RequestEvent } from '@sveltejs/kit';
import type { RequestActor } from '#lib/server/auth/actor.ts';
import { sessionCookie } from '#lib/server/auth/cookies.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { visitorCookie } from '#lib/server/auth/visitor-cookie.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { isUnreachable, serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { isHealthRoute } from './health-routes.ts';
import { log } from './log.ts';

/** Who asks, read anew for every request: a signed-in person, a visitor, or nobody. */
export const actor: Handle = async ({ event, resolve }) => {
	event.locals.actor = isHealthRoute(event.url.pathname) ? { kind: 'nobody' } : await whoAsks(event);
	return resolve(event);
};

async function whoAsks(event: RequestEvent): Promise<RequestActor> {
	try {
		return (await signedIn(event)) ?? (await visiting(event)) ?? { kind: 'nobody' };
	} catch (failure) {
		if (!isUnreachable(failure)) throw failure;
		// Not "nobody": that would send a signed-in person to sign in, which would not work either.
		log.error({ request: event.locals.requestId, route: event.route.id }, 'the database can not be reached');
		error(503, {
			message: m.signin_unavailable(),
			hint: m.signin_unavailable_hint(),
			reference: event.locals.requestId
		});
	}
}

async function signedIn(event: RequestEvent): Promise<RequestActor | null> {
	const token = sessionCookie.read(event);
	if (!token) return null;
	const session = await sessions.read(serving(), token, { secondFactor: district().second_factor });
	if (!session) {
		sessionCookie.clear(event);
		return null;
	}
	if (session.fresh) sessionCookie.set(event, token);
	return session.actor;
}

async function visiting(event: RequestEvent): Promise<RequestActor | null> {
	const token = visitorCookie.read(event);
	if (!token) return null;
	const visitor = await visitors.read(serving(), token);
	if (visitor) return { kind: 'visitor', learner: visitor.learner };
	visitorCookie.clear(event);
	return null;
}
