import { redirect } from '@sveltejs/kit';
import { sessionCookie } from '#lib/server/auth/cookies.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { RequestHandler } from './$types';

/** Ends this browser's session. The device stays known, so that its owner is never locked out by others. */
export const POST: RequestHandler = async (event) => {
	const token = sessionCookie.read(event);
	if (token) await sessions.end(serving(), token);
	sessionCookie.clear(event);
	redirect(303, '/sign-in?out=here');
};
