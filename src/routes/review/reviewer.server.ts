import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { isReviewer } from '#lib/server/register/review.ts';
import { secondFactorFirst } from '../second-factor-first.server.ts';

/** The reviewer who asks. Without a sign-in the way leads there first; everybody else is told plainly. */
export function reviewerOnly(event: RequestEvent): PersonActor {
	const { actor } = event.locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname)}`);
	secondFactorFirst(event, actor);
	if (!isReviewer(actor)) error(403, { message: m.review_only(), hint: m.review_only_hint() });
	return actor;
}
