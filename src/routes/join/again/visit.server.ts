import { redirect, type RequestEvent } from '@sveltejs/kit';
import { hereCookie } from '#lib/server/auth/cookies.ts';
import { visitorCookie } from '#lib/server/auth/visitor-cookie.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { serving } from '#lib/server/db/serving.ts';
import { begunBy, type VisitorLessons } from '#lib/server/learning/visitor-lessons.ts';

/** The lessons that were begun on this device without a sign-in, whoever asks; null when there are none. */
export async function visitOf(event: RequestEvent): Promise<(VisitorLessons & { learner: string }) | null> {
	const token = visitorCookie.read(event);
	const visitor = token ? await visitors.read(serving(), token) : null;
	const begun = visitor ? await begunBy(serving(), visitor.learner) : null;
	return visitor && begun ? { ...begun, learner: visitor.learner } : null;
}

/** Whether somebody on this device has said lately that the lessons on it are theirs, or has just begun them. */
export function isHere(event: RequestEvent): boolean {
	return hereCookie.read(event) === 'yes';
}

/** From here on whoever uses this device is taken for the visitor, for two hours since they last did something. */
export function stayHere(event: RequestEvent): void {
	hereCookie.set(event, 'yes');
}

/**
 * On a shared device the next person must not go on in somebody else's lessons: whoever comes back after a while is
 * asked first whether they are theirs. Pages only: what was typed into one that stayed open is taken as it comes.
 */
export async function askWhoseLessons(event: RequestEvent): Promise<void> {
	if (event.locals.actor.kind !== 'visitor' || isHere(event)) return;
	if (event.request.method !== 'GET' || !(await begunBy(serving(), event.locals.actor.learner))) return;
	redirect(303, `/join/again?next=${encodeURIComponent(event.url.pathname)}`);
}
