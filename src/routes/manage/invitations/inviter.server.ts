import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { secondFactorFirst } from '../../second-factor-first.server.ts';

/** Somebody who may invite people in some reach; anybody else is told why not. */
export function inviter(event: RequestEvent): PersonActor {
	const { locals, url } = event;
	const { actor } = locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	secondFactorFirst(event, actor);
	if (!can.invitePeople(actor).ok) error(403, { message: m.invite_refused(), hint: m.invite_refused_hint() });
	return actor;
}
