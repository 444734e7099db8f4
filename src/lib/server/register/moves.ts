import type { RegistrationState } from '#lib/register/states.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { askKeep } from './keep.ts';

export type Move = {
	registration: string;
	to: RegistrationState;
	actor: string;
	/** The revision that the actor saw; the latest one unless given. The database refuses an older one. */
	revision?: number | null;
	/** Ten characters at least where the table of legal moves asks for one. */
	reason?: string;
	/** A decision of this same transaction, where the table of legal moves asks for one. */
	decision?: string;
};

/** States in which the owner can change answers and submit them again. */
export const editable: readonly RegistrationState[] = ['draft', 'changes_requested', 'lapsed'];
/** States from which the owner withdraws, and where that leads. */
export const withdrawals: Partial<Record<RegistrationState, RegistrationState>> = {
	draft: 'closed',
	submitted: 'closed',
	changes_requested: 'closed',
	lapsed: 'closed',
	active: 'closing'
};

/**
 * Moves a registration on from where it stands, with number and ledger event. The table of legal moves decides;
 * an illegal or unfounded move throws (WP005 to WP009, or 23505 when somebody else moved it at the same instant).
 * On becoming active it also asks how long the account may be kept.
 */
export async function record(trx: Trx, move: Move): Promise<{ n: number; from: string }> {
	const current = await trx
		.selectFrom('registration_current')
		.select(['state', 'n', 'revision'])
		.where('registration', '=', move.registration)
		.forUpdate()
		.executeTakeFirst();
	const from = current?.state ?? 'none';
	const n = (current?.n ?? 0) + 1;
	const revision = move.revision === undefined ? (current?.revision ?? null) : move.revision;
	await trx
		.insertInto('registration_move')
		.values({
			registration: move.registration,
			n,
			from_state: from,
			to_state: move.to,
			revision,
			actor: move.actor,
			reason: move.reason?.trim() || null,
			decision: move.decision ?? null
		})
		.execute();
	if (move.to === 'active' || move.to === 'renewal_due') await askKeep(trx, move.registration);
	if (move.to === 'closed')
		await trx.deleteFrom('registration_claim').where('registration', '=', move.registration).execute();
	await append(trx, {
		kind: `registration.${move.to}`,
		actor: move.actor,
		subject: move.registration,
		detail: { from, n, revision }
	});
	return { n, from };
}
