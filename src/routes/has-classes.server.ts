import type { RequestActor } from '#lib/server/auth/actor.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as classes from '#lib/server/people/classes.ts';

/** Whether the navigation shows “My classes”; nobody but people with a teaching role is looked up. */
export async function hasClasses(actor: RequestActor): Promise<boolean> {
	if (actor.kind !== 'person' || !actor.affiliations.some(({ role }) => mayTeach(role))) return false;
	return (await classes.taughtBy(serving(), actor.person)).length > 0;
}

function mayTeach(role: string): boolean {
	return !['student', 'guardian', 'volunteer'].includes(role);
}
