import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { GuardianRelation, IdentityCheck } from '#lib/server/db/schema.ts';
import { family, type Family } from '#lib/server/families/office-view.ts';
import type { OfficeRefusal } from '#lib/server/people/family-office.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { secondFactorFirst } from '../../second-factor-first.server.ts';

/** Somebody of the office of a school or the district; anybody else is told why not. */
export function officeMember(event: RequestEvent): PersonActor {
	const { locals, url } = event;
	const { actor } = locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
	secondFactorFirst(event, actor);
	if (!can.manageFamilies(actor).ok)
		error(403, { message: m.family_office_refused(), hint: m.family_office_refused_hint() });
	return actor;
}

/** The family of the child of this address, for the child's office. A child of another school is like none at all. */
export async function openFamily(event: RequestEvent): Promise<{ actor: PersonActor; family: Family }> {
	const actor = officeMember(event);
	const found = await family(serving(), actor, event.params.child ?? '');
	if (!found.ok) refuse(found);
	return { actor, family: found };
}

/** The page that says why an office may not go on here. */
export function refuse(refusal: OfficeRefusal): never {
	if (refusal.reason === 'may-not' && refusal.why === 'own-child')
		error(403, { message: m.family_office_own(), hint: m.family_office_own_hint() });
	error(404, { message: m.family_office_no_child(), hint: m.family_office_no_child_hint() });
}

const checks: readonly IdentityCheck[] = ['identity-card', 'known', 'papers', 'phone-on-file'];
const relations: readonly GuardianRelation[] = ['parent', 'guardian', 'relative', 'other'];

/** How the office made sure who asks, as the form says it; `checked` is null where nothing was chosen. */
export function readCheck(form: FormData) {
	return {
		checked: checks.find((check) => check === form.get('checked')) ?? null,
		relation: relations.find((relation) => relation === form.get('relation')) ?? null,
		maySeeRecord: form.get('may_see') === 'yes'
	};
}
