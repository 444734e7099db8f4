import { redirect } from '@sveltejs/kit';
import { goBeyondLessons } from '#lib/server/auth/can.ts';
import { endSession } from '../sign-in/session-start.server.ts';
import type { RequestHandler } from './$types';

/**
 * Ends this browser's session. The device stays known, so that its owner is never locked out by others. “Not me” on a
 * shared device leads to where the next person signs in; on a class's device that is the class.
 */
export const POST: RequestHandler = async (event) => {
	const { actor } = event.locals;
	await endSession(event);
	if (!goBeyondLessons(actor).ok || event.url.searchParams.has('class')) redirect(303, '/class');
	redirect(303, event.url.searchParams.has('not-me') ? '/sign-in' : '/sign-in?out=here');
};
