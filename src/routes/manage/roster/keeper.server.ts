import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { secondFactorFirst } from '../../second-factor-first.server.ts';

/** Somebody who may import rosters; anybody else is told why not. */
export function rosterKeeper(event: RequestEvent): PersonActor {
	const { locals, url } = event;
	const { actor } = locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	secondFactorFirst(event, actor);
	if (!can.importRoster(actor).ok) error(403, { message: m.roster_refused(), hint: m.roster_refused_hint() });
	return actor;
}
