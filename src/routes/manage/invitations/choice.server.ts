import type { PersonActor } from '#lib/server/auth/actor.ts';
import * as list from '#lib/server/auth/invitation-list.ts';
import { serving } from '#lib/server/db/serving.ts';

/** As many letters as one printing holds, and as many mails as one press sends. */
export const MOST_LETTERS = 2_000;
export const MOST_MAILS = 5_000;

export type Choice = {
	choices: list.InvitationChoices;
	/** null until a school is chosen. */
	filter: list.InvitationFilter | null;
};

/**
 * Whom an address or a form speaks of. A school, class or state that can't be meant, or is out of reach, is as if
 * nothing had been chosen there; who has one school only need not choose it.
 */
export async function readChoice(actor: PersonActor, text: (name: string) => string): Promise<Choice> {
	const { schools } = await list.choices(serving(), actor, null);
	const wanted = schools.length === 1 ? schools[0]?.id : text('school');
	const school = schools.find(({ id }) => id === wanted)?.id ?? null;
	if (school === null) return { choices: { schools, classes: [] }, filter: null };
	const choices = await list.choices(serving(), actor, school);
	return {
		choices,
		filter: {
			school,
			class: choices.classes.find(({ id }) => id === text('class'))?.id ?? null,
			audience: list.invitationAudiences.find((audience) => audience === text('audience')) ?? null,
			state: list.invitationStates.find((state) => state === text('state')) ?? null
		}
	};
}

/** Those whom a form names: the ticked ones, or everybody of its choice. */
export async function chosenPeople(
	actor: PersonActor,
	form: FormData,
	most: number
): Promise<
	{ ok: true; people: string[]; filter: list.InvitationFilter } | { ok: false; reason: 'nobody' | 'too-many' }
> {
	const { filter } = await readChoice(actor, (name) => String(form.get(name) ?? ''));
	if (!filter) return { ok: false, reason: 'nobody' };
	const people =
		form.get('whom') === 'all'
			? await list.everybody(serving(), actor, filter, { most })
			: form.getAll('person').map(String);
	if (people.length === 0) return { ok: false, reason: 'nobody' };
	return people.length > most ? { ok: false, reason: 'too-many' } : { ok: true, people, filter };
}
