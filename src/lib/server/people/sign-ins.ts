import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { manageSignIn } from '#lib/server/auth/can.ts';
import { holdsRights } from '#lib/server/auth/rights-held.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import type { EventKind } from '#lib/server/db/event-kinds.ts';
import type { Db } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { administered, isId, type SeenTrx } from './seen.ts';

/** How somebody stands with their sign-in, as an administrator sees it: never what they sign in with. */
export type SignInState = {
	state: 'works' | 'disabled' | 'none';
	since: Date | null;
	disabledAt: Date | null;
	lastSeenAt: Date | null;
	sessions: number;
};

/** The sign-in of a person; whether the reader may know is the caller's question. */
export async function stateOf(db: Db, person: string): Promise<SignInState> {
	const { rows } = await sql<{
		created_at: Date | null;
		disabled_at: Date | null;
		last_seen_at: Date | null;
		sessions: number;
	}>`
		select x.created_at, x.disabled_at,
			greatest(
				(select max(last_seen_at) from session where person = ${person}),
				(select max(last_signed_in_at) from sign_in_device where person = ${person})
			) as last_seen_at,
			(select count(*)::int from session where person = ${person} and expires_at > clock_timestamp()
				and absolute_expires_at > clock_timestamp()) as sessions
		from (select 1) one left join sign_in x on x.person = ${person}`.execute(db);
	const row = rows[0];
	return {
		state: !row?.created_at ? 'none' : row.disabled_at ? 'disabled' : 'works',
		since: row?.created_at ?? null,
		disabledAt: row?.disabled_at ?? null,
		lastSeenAt: row?.last_seen_at ?? null,
		sessions: row?.sessions ?? 0
	};
}

export type SignInAct = 'end-sessions' | 'disable' | 'enable';
const eventOfAct: Record<SignInAct, EventKind> = {
	'end-sessions': 'sessions.ended',
	disable: 'sign-in.disabled',
	enable: 'sign-in.enabled'
};
export type SignInRefusal =
	Exclude<ReturnType<typeof manageSignIn>, { ok: true }>['reason'] | 'unknown-person' | 'no-sign-in' | 'last';

/** Whether the actor may care for this person's sign-in; `unknown-person` for everybody beyond their reach. */
export async function mayManage(
	db: Db,
	actor: PersonActor,
	person: string
): Promise<{ ok: true } | { ok: false; reason: SignInRefusal }> {
	if (!isId(person)) return { ok: false, reason: 'unknown-person' };
	return administered(db, actor, async ({ trx, people }) => {
		const found = await people()
			.select('p.id')
			.where('p.id', '=', person)
			.where('p.merged_into', 'is', null)
			.executeTakeFirst();
		return found ? manageSignIn(actor, await factsOf(trx, person)) : { ok: false, reason: 'unknown-person' };
	});
}

async function factsOf(trx: SeenTrx, person: string) {
	const { rows } = await sql<{ schools: string[]; holds_rights: boolean }>`
		select array(select organisation from affiliation
				where person = ${person} and superseded_at is null and during @> waypost_now()) as schools,
			${holdsRights(person)} as holds_rights`.execute(trx);
	return { person, schools: rows[0]?.schools ?? [], holdsRights: rows[0]?.holds_rights ?? true };
}

/**
 * Ends somebody's sessions, or disables or enables their sign-in. Disabling ends the sessions in the same transaction;
 * whoever would be left as nobody to administer the district is not shut out.
 */
export async function manage(
	db: Db,
	actor: PersonActor,
	person: string,
	act: SignInAct
): Promise<{ ok: true; sessions: number } | { ok: false; reason: SignInRefusal }> {
	const may = await mayManage(db, actor, person);
	if (!may.ok) return may;
	return administered(db, actor, async ({ trx }) => {
		// As in end_grant: two administrators who shut each other out at once must not leave none.
		await sql`select pg_advisory_xact_lock(hashtextextended('end_grant', 0))`.execute(trx);
		const stillMay = manageSignIn(actor, await factsOf(trx, person));
		if (!stillMay.ok) return stillMay;
		const { sessions: open } = await stateOf(trx, person);
		if (act === 'end-sessions') await sessions.revokeAll(trx, person);
		else {
			const { rows: others } = await sql`
				select from district_administrators(waypost_now()) d where d <> ${person} limit 1`.execute(trx);
			if (act === 'disable' && others.length === 0) return { ok: false, reason: 'last' };
			const { numUpdatedRows } = await trx
				.updateTable('sign_in')
				.set({ disabled_at: act === 'disable' ? sql<Date>`waypost_now()` : null })
				.where('person', '=', person)
				.where('disabled_at', act === 'disable' ? 'is' : 'is not', null)
				.executeTakeFirst();
			if (numUpdatedRows === 0n) return { ok: false, reason: 'no-sign-in' };
		}
		await append(trx, {
			kind: eventOfAct[act],
			actor: actor.person,
			subject: person,
			detail: { sessions: open }
		});
		return { ok: true, sessions: open };
	});
}
