import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { check, standingOf } from '#lib/server/gate/gate.ts';

export type ActiveRow = {
	state: string;
	/** Until when the gate allows keeping the account; null when nothing ends it. */
	keepUntil: Date | null;
	/** Revision of each person's standing that this rests on; null when the gate was never asked. */
	keepStanding: Record<string, string> | null;
};

/**
 * Whether the public register shows an account as active: the gate allowed keeping it, until after `now`, and nothing
 * that its answer rests on has changed since (invariant 7). No job has to run for it to stop. Where it is false only
 * because somebody's standing moved on, `mustAskAgain` says so.
 */
export function isShownActive(row: ActiveRow, standingNow: Record<string, string>, now: Date): boolean {
	if (!isActive(row) || !row.keepStanding || mustAskAgain(row, standingNow)) return false;
	return row.keepUntil === null || now < row.keepUntil;
}

/** Whether somebody's standing has changed since the gate was asked: `askKeep` then answers anew. */
export function mustAskAgain(row: ActiveRow, standingNow: Record<string, string>): boolean {
	if (!isActive(row)) return false;
	if (!row.keepStanding) return true;
	return Object.entries(row.keepStanding).some(([person, rev]) => standingNow[person] !== rev);
}

/** Whether an account is shown as active now; asks the gate again where a standing has changed since it was asked. */
export async function isShownNow(db: Db, id: string, row: ActiveRow): Promise<boolean> {
	const standing = await standingOf(db, Object.keys(row.keepStanding ?? {}));
	if (!mustAskAgain(row, standing)) return isShownActive(row, standing, await now(db));
	const asked = await db.transaction().execute((trx) => askKeep(trx, id));
	return isShownActive(asked, asked.keepStanding ?? {}, await now(db));
}

function isActive({ state }: ActiveRow): boolean {
	return state === 'active' || state === 'renewal_due';
}

/**
 * Asks the gate whether owner and co-owner may keep the account, and stores until when, and what that rests on. A no
 * is stored as an end that is reached already, so that it stands until a standing changes.
 */
export async function askKeep(trx: Trx, registration: string): Promise<ActiveRow> {
	const row = await trx
		.selectFrom('registration as r')
		.innerJoin('registration_current as c', 'c.registration', 'r.id')
		.innerJoin('registration_revision as v', (join) =>
			join.onRef('v.registration', '=', 'r.id').onRef('v.number', '=', 'c.revision')
		)
		.select(['r.type', 'r.organisation', 'c.state', 'v.owner', 'v.co_owner'])
		.where('r.id', '=', registration)
		.executeTakeFirstOrThrow();
	const gate = catalogue().accountTypes[row.type]?.gate;
	if (!gate) throw new Error(`account type “${row.type}” is not in content/account-types.yaml`);
	const subjects = [
		{ part: 'owner', person: row.owner },
		{ part: 'co-owner', person: row.co_owner }
	];
	const answer = await check(trx, gate, subjects, 'keep', row.organisation);
	const keepUntil = answer.allow ? answer.allowedUntil : await now(trx);
	await trx
		.updateTable('registration_current')
		.set({ keep_until: keepUntil, keep_standing: JSON.stringify(answer.standing) })
		.where('registration', '=', registration)
		.execute();
	return { state: row.state, keepUntil, keepStanding: answer.standing };
}
