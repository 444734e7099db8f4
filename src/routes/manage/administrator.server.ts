import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import type { PersonActor, RequestActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import { secondFactorFirst } from '../second-factor-first.server.ts';

/** Somebody of whom `ask` says yes. Without a sign-in the way leads there first; everybody else is told plainly. */
function only(
	event: RequestEvent,
	ask: (actor: RequestActor) => { ok: boolean },
	refused: { message: string; hint: string }
): PersonActor {
	const { url, locals } = event;
	const { actor } = locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	secondFactorFirst(event, actor);
	if (!ask(actor).ok) error(403, refused);
	return actor;
}

/** Who may look for people and read their stories, in some scope. */
export function peopleReader(event: RequestEvent): PersonActor {
	return only(event, can.readPeople, { message: m.people_refused(), hint: m.people_refused_hint() });
}

/** Who may see rights and what was recorded, of the whole district. */
export function auditReader(event: RequestEvent): PersonActor {
	return only(event, can.readAudit, {
		message: m.people_refused_district(),
		hint: m.people_refused_district_hint()
	});
}

/** Who may change the district: grant and end rights, bring records together. */
export function districtAdministrator(event: RequestEvent): PersonActor {
	return only(event, can.administerDistrict, {
		message: m.people_refused_change(),
		hint: m.people_refused_change_hint()
	});
}
