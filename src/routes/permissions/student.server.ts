import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** A student with what is asked about them; anybody else is told whose page this is. */
export async function openOwn({
	locals,
	url
}: RequestEvent): Promise<{ actor: PersonActor; all: permissions.Permissions }> {
	const { actor } = locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	const bands = actor.affiliations.filter(({ role }) => role === 'student').map(({ band }) => band);
	if (bands.length === 0)
		error(403, { message: m.family_students_only(), hint: m.family_students_only_hint() });
	const student = { person: actor.person, bands };
	return { actor, all: await permissions.ofStudent(serving(), student, actor.person) };
}
