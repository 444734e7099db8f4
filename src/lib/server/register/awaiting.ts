import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db } from '#lib/server/db/database.ts';
import { isSignedByCoOwner, partOf } from './owner-view.ts';
import * as registrations from './registrations.ts';
import { countWaiting, isReviewer } from './review.ts';
import { isStaff } from './staff.ts';

/** What of the register waits for somebody: their signature, a change that was asked of them, or their review. */
export type Awaiting =
	{ kind: 'sign' | 'change'; registration: string; name: string } | { kind: 'review'; count: number };

/** What waits for this person, in the order in which others wait for it. */
export async function awaiting(db: Db, actor: PersonActor): Promise<Awaiting[]> {
	// Students and families have nothing in the register: their pages need not ask.
	if (!isStaff(actor) && !isReviewer(actor)) return [];
	const [own, reviews] = await Promise.all([
		registrations.ofPerson(db, actor.person),
		countWaiting(db, actor)
	]);
	const mine = await Promise.all(
		own.map(async (one): Promise<Awaiting[]> => {
			const part = partOf(actor, one);
			const said = { registration: one.id, name: one.revision?.body.display_name ?? '' };
			if (part === 'owner' && one.state === 'changes_requested') return [{ kind: 'change', ...said }];
			const open = one.state === 'submitted' || one.state === 'in_review';
			return part === 'co-owner' && open && !(await isSignedByCoOwner(db, one))
				? [{ kind: 'sign', ...said }]
				: [];
		})
	);
	return [...mine.flat(), ...(reviews > 0 ? [{ kind: 'review' as const, count: reviews }] : [])];
}
