import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import type { PersonActor } from './actor.ts';
import { readInvitationCode } from './invitation-code.ts';
import { reach, type Purpose, type Way } from './invitations.ts';
import { hashSecret } from './secret.ts';

/** Invitations that were made: what became of them, and the one that a code belongs to. A code itself is nowhere. */

/** `waiting` until it is used, withdrawn, or over. */
export type InvitationState = 'waiting' | 'used' | 'over' | 'withdrawn';

/** An invitation or a way back in, as whoever reads the person's record sees it. */
export type PastInvitation = {
	id: string;
	purpose: Purpose;
	way: Way;
	madeAt: Date;
	until: Date;
	usedAt: Date | null;
	madeBy: string;
	state: InvitationState;
};

/** The newest invitation of a person, as an administrator of theirs sees it; null when there is none within reach. */
export async function newestOf(db: Db, actor: PersonActor, person: string): Promise<PastInvitation | null> {
	const row = await within(db, reach(actor), (trx) =>
		made(trx)
			// Whose name the actor does not see, of them they learn nothing here.
			.innerJoin('person_identity as i', 'i.person', 'v.person')
			.where('v.person', '=', person)
			.orderBy('v.made_at', 'desc')
			.orderBy('v.id', 'desc')
			.executeTakeFirst()
	);
	return row ? pastOf(row) : null;
}

/** The invitations of a person under any of these records, the newest first; whether the reader may know is the caller's question. */
export async function ofRecords(db: Db, records: readonly string[], limit = 10): Promise<PastInvitation[]> {
	if (records.length === 0) return [];
	const rows = await within(db, { kind: 'system', purpose: 'invitation' }, (trx) =>
		made(trx)
			.where('v.person', 'in', records)
			.orderBy('v.made_at', 'desc')
			.orderBy('v.id', 'desc')
			.limit(limit)
			.execute()
	);
	return rows.map(pastOf);
}

/** The invitation that somebody opens with its code. */
export type InvitationRow = Pick<PastInvitation, 'id' | 'purpose' | 'way' | 'until' | 'madeBy' | 'state'> & {
	person: string;
	/** Whose guardian the person is confirmed to be by using it. */
	children: string[];
};

/** The invitation of a code, in a transaction of the system; null when there is none. Locks it where asked. */
export async function ofCode(trx: Trx, typed: string, { lock = false } = {}): Promise<InvitationRow | null> {
	const read = readInvitationCode(typed);
	if (!read.ok) return null;
	const query = made(trx).select(['v.person', 'v.children']).where('v.code_hash', '=', hashSecret(read.code));
	const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
	if (!row) return null;
	const { id, purpose, way, until, madeBy, state } = pastOf(row);
	return { id, person: row.person, purpose, way, madeBy, children: row.children, until, state };
}

function made(trx: Trx) {
	return trx
		.selectFrom('invitation as v')
		.select([
			'v.id',
			'v.purpose',
			'v.way',
			'v.made_at',
			'v.made_by',
			'v.expires_at',
			'v.used_at',
			'v.withdrawn_at'
		])
		.select(sql<boolean>`v.expires_at > waypost_now()`.as('good'));
}
type MadeRow = Awaited<ReturnType<ReturnType<typeof made>['executeTakeFirstOrThrow']>>;

function pastOf(row: MadeRow): PastInvitation {
	return {
		id: row.id,
		purpose: row.purpose,
		way: row.way,
		madeAt: row.made_at,
		until: row.expires_at,
		usedAt: row.used_at,
		madeBy: row.made_by,
		state: row.used_at ? 'used' : row.withdrawn_at ? 'withdrawn' : row.good ? 'waiting' : 'over'
	};
}
