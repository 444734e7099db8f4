import type { RequestEvent } from '@sveltejs/kit';
import { serving } from '#lib/server/db/serving.ts';
import { visitOf } from '../join/again/visit.server.ts';

/**
 * Where somebody goes who has just signed in: to `next`, or first to the question whether the family lessons that were
 * begun on this device are theirs. Only guardians are asked: a student at the family's computer has not begun them.
 */
export async function afterSignIn(event: RequestEvent, person: string, next: string): Promise<string> {
	const visit = await visitOf(event);
	if (!visit) return next;
	const guardian = await serving()
		.selectFrom('affiliation')
		.select('id')
		.where('person', '=', person)
		.where('role', '=', 'guardian')
		.where('superseded_at', 'is', null)
		.limit(1)
		.executeTakeFirst();
	return guardian ? `/join/again?next=${encodeURIComponent(next)}` : next;
}
