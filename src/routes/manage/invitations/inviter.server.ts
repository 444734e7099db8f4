import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** Somebody who may invite people in some reach; anybody else is told why not. */
export function inviter({ locals, url }: RequestEvent): PersonActor {
	const { actor } = locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	if (!can.invitePeople(actor).ok) error(403, { message: m.invite_refused(), hint: m.invite_refused_hint() });
	return actor;
}
