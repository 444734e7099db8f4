import { redirect, type RequestEvent } from '@sveltejs/kit';
import { deviceCookie, sessionCookie, stepCookie } from '#lib/server/auth/cookies.ts';
import { deviceLabel } from '#lib/server/auth/devices.ts';
import { beginSession, type SecondFactorNext, type SignedIn } from '#lib/server/auth/sign-in.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { serving } from '#lib/server/db/serving.ts';

/** What signing in has to know of the request, as `signIn` and its kin take it. */
export function whereFrom(event: RequestEvent): {
	address: string | null;
	device: string | null;
	deviceLabel: string;
} {
	return {
		address: addressOf(event),
		device: deviceCookie.read(event) ?? null,
		deviceLabel: deviceLabel(event.request.headers.get('user-agent'))
	};
}

/**
 * Signs in somebody who has just proved who they are in another way than by a password, such as by signing up. Who has
 * a second factor is sent to use it, and on to `next` from there.
 */
export async function startSession(event: RequestEvent, person: string, next = ''): Promise<void> {
	const { device, deviceLabel: label } = whereFrom(event);
	await keepOrAsk(event, await beginSession(serving(), person, { device, label }, new Date()), next);
}

/** Puts a new session into the browser, or sends whose second factor is still to come to the page that asks for it. */
export async function keepOrAsk(
	event: RequestEvent,
	begun: SignedIn | SecondFactorNext,
	next: string
): Promise<void> {
	if (begun.ok) return keepSession(event, begun);
	// Somebody else's session must not stand beside the step.
	await endSession(event);
	stepCookie.set(event, begun.step.token, begun.step.expiresAt);
	redirect(303, `/sign-in/second-factor${next ? `?next=${encodeURIComponent(next)}` : ''}`);
}

/** Ends the session of this browser, if it has one. */
export async function endSession(event: RequestEvent): Promise<void> {
	const token = sessionCookie.read(event);
	if (token) await sessions.end(serving(), token);
	sessionCookie.clear(event);
}

/** Puts a new session into the browser. The one that it had before ends: nobody uses it any more. */
export async function keepSession(
	event: RequestEvent,
	{ session, device }: { session: sessions.NewSession; device?: string }
): Promise<void> {
	const before = sessionCookie.read(event);
	if (before) await sessions.end(serving(), before);
	sessionCookie.set(event, session.token);
	if (device !== undefined) deviceCookie.set(event, device);
}

/** null where a proxy that should name the address does not: counting nobody is better than counting everybody as one. */
function addressOf(event: RequestEvent): string | null {
	try {
		return event.getClientAddress();
	} catch {
		return null;
	}
}
