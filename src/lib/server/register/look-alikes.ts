import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import type { RegistrationState } from '#lib/register/states.ts';
import { withRevision, type Registration } from './registrations.ts';

export type LookAlike = {
	id: string;
	why: 'same-handle' | 'similar-name';
	school: string;
	/** Null where the account is neither public nor in a school that the reader reviews for. */
	displayName: string | null;
	handle: string | null;
	state: RegistrationState;
	/** The reader reviews for that school. */
	own: boolean;
};

// How alike two names are, from 0 to 1 (trigrams): "Room 6B Robotics" and "Room 6B Robotic" are 0.9, "… 7A …" 0.5.
const alike = 0.6;
const over = ['closed', 'rejected', 'revoked'];

/**
 * Other registrations with the same handle or much the same name: a slip, the same account twice, or an imitation
 * (curriculum 5.5, rule 4). A hint for the reviewer, never a refusal. `schools`: where the reader reviews.
 */
export async function lookAlikes(
	db: Db,
	{ id, revision }: Registration,
	schools: 'district' | readonly string[]
): Promise<LookAlike[]> {
	if (!revision) return [];
	const handle = plain(revision.body.handle);
	const name = revision.body.display_name.toLowerCase();
	const theirHandle = sql<string>`lower(ltrim(v.body ->> 'handle', '@ '))`;
	const likeness = sql<number>`similarity(lower(v.body ->> 'display_name'), ${name})`;
	const rows = await withRevision(db)
		.select([
			'r.id',
			'r.organisation',
			'o.name as school',
			'c.state',
			sql<string>`v.body ->> 'display_name'`.as('displayName'),
			sql<string>`v.body ->> 'handle'`.as('handle')
		])
		.where('r.id', '<>', id)
		.where('c.state', 'not in', over)
		.where(({ or, eb }) => or([eb(theirHandle, '=', handle), eb(likeness, '>=', alike)]))
		.orderBy(likeness, 'desc')
		.limit(10)
		.execute();
	return rows.map((row) => {
		const own = schools === 'district' || schools.includes(row.organisation);
		const visible = own || row.state === 'active' || row.state === 'renewal_due';
		return {
			id: row.id,
			why: plain(row.handle) === handle ? 'same-handle' : 'similar-name',
			school: row.school,
			displayName: visible ? row.displayName : null,
			handle: visible ? row.handle : null,
			state: row.state as RegistrationState,
			own
		};
	});
}

function plain(handle: string): string {
	return handle.replace(/^[@ ]+/, '').toLowerCase();
}
