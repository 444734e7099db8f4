import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** Somebody signed in. What they see of children, each page asks for itself. */
export function signedIn({ locals, url }: RequestEvent): PersonActor {
	const { actor } = locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	return actor;
}

/** The child of this address, for a guardian of theirs; for everybody else there is no such child. */
export async function openChild(
	event: RequestEvent
): Promise<{ actor: PersonActor; child: guardians.Child; name: string }> {
	const actor = signedIn(event);
	const child = await guardians.childOf(serving(), actor.person, event.params.child ?? '');
	if (!child) error(404, { message: m.family_no_such_child(), hint: m.family_no_such_child_hint() });
	return { actor, child, name: child.givenName };
}
