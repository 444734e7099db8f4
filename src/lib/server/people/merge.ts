import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { mergePeople } from '#lib/server/auth/can.ts';
import { holdsRights } from '#lib/server/auth/rights-held.ts';
import * as sessions from '#lib/server/auth/sessions.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { enter, within } from '#lib/server/db/scope.ts';
import { moveAll, moveBack, type Moved } from './merge-moves.ts';
import { administered, inScope, isId, namesIn, type SeenPeople } from './seen.ts';

/** Shorter reasons say nothing (the table asks for ten characters as well). */
export const shortestReason = 10;

/** Why two records can't be brought together. */
export type MergeRefusal =
	| 'not-district-administrator'
	| 'oneself'
	| 'unknown-person'
	| 'same-record'
	| 'merged-already'
	/** The record to be kept has left, and the other one is here. */
	| 'kept-has-left'
	/** The record to be absorbed owns or co-owns official accounts, which are bound to it. */
	| 'runs-accounts'
	/** One is the guardian of the other: two people. */
	| 'guardian-of-each-other'
	/** One granted the other a right that runs: nobody may hold a right that they gave themselves. */
	| 'granted-each-other'
	/** Both have a sign-in, and only the one that would rest asks for a second factor. */
	| 'second-factor-rests';

/** What whoever merges should know before. */
export type MergeNote =
	/** Both have a sign-in: that of the record that is kept goes on, the other one rests. */
	| 'two-sign-ins'
	/** The sign-in of the other record becomes that of the one that is kept. */
	| 'sign-in-moves'
	/** The other record's rights rest and are not taken over. */
	| 'rights-rest'
	/** Both were learned with: a quiz that one has begun is not gone on with by the other. */
	| 'both-learned'
	/** Both are linked to the same child or guardian: the link of the record that is kept stands. */
	| 'same-family-link'
	/** One recorded training, a waiver or a revocation for the other. */
	| 'recorded-for-each-other';

export type Compared = {
	refusals: MergeRefusal[];
	notes: MergeNote[];
	/** Changes with whatever the comparison rests on; the merge is asked for with it. */
	seen: string;
};

type Pair = { kept: string; absorbed: string };

/** What merging `absorbed` into `kept` would meet. Changes nothing. */
export async function compare(db: Db, actor: PersonActor, pair: Pair): Promise<Compared> {
	return administered(db, actor, (seen) => compareIn(seen, actor, pair));
}

async function compareIn(
	{ trx, people }: Pick<SeenPeople, 'people'> & { trx: Trx },
	actor: PersonActor,
	{ kept, absorbed }: Pair
): Promise<Compared> {
	const may = mergePeople(actor, [kept, absorbed]);
	if (!may.ok) return nothing(may.reason === 'oneself' ? 'oneself' : 'not-district-administrator');
	if (kept === absorbed) return nothing('same-record');
	if (!isId(kept) || !isId(absorbed)) return nothing('unknown-person');
	const found = await people()
		.select(['p.id', 'p.merged_into'])
		.where('p.id', 'in', [kept, absorbed])
		.where('p.kind', '=', 'human')
		.execute();
	if (found.length < 2) return nothing('unknown-person');
	if (found.some(({ merged_into }) => merged_into !== null)) return nothing('merged-already');
	// Whether somebody has a second factor is seen by no administrator's scope; that it would rest is told all the same.
	await enter(trx, { kind: 'system', purpose: 'merge', actor: actor.person });
	const facts = await factsOf(trx, { kept, absorbed });
	const refusals: [MergeRefusal, boolean][] = [
		['kept-has-left', !facts.kept_here && facts.absorbed_here],
		['runs-accounts', facts.runs_accounts],
		['guardian-of-each-other', facts.guardians],
		['granted-each-other', facts.granted],
		['second-factor-rests', facts.factor_rests]
	];
	const notes: [MergeNote, boolean][] = [
		['two-sign-ins', facts.kept_signs_in && facts.absorbed_signs_in],
		['sign-in-moves', !facts.kept_signs_in && facts.absorbed_signs_in],
		['rights-rest', facts.absorbed_rights],
		['both-learned', facts.both_learned],
		['same-family-link', facts.same_family],
		['recorded-for-each-other', facts.recorded]
	];
	const those = <Word>(list: [Word, boolean][]) => list.flatMap(([word, holds]) => (holds ? [word] : []));
	return { refusals: those(refusals), notes: those(notes), seen: facts.seen };
}

function nothing(refusal: MergeRefusal): Compared {
	return { refusals: [refusal], notes: [], seen: '' };
}

type Facts = {
	kept_here: boolean;
	absorbed_here: boolean;
	runs_accounts: boolean;
	guardians: boolean;
	granted: boolean;
	factor_rests: boolean;
	kept_signs_in: boolean;
	absorbed_signs_in: boolean;
	absorbed_rights: boolean;
	both_learned: boolean;
	same_family: boolean;
	recorded: boolean;
	seen: string;
};

async function factsOf(trx: Trx, { kept, absorbed }: Pair): Promise<Facts> {
	const { rows } = await sql<Facts>`
		with pair as (select ${kept}::uuid as kept, ${absorbed}::uuid as absorbed),
		own as (select lp.person, lp.learner from learner_person lp, pair where lp.person in (kept, absorbed)),
		given as (
			select learner, granted_by as by from credit union all
			select learner, granted_by from waiver union all
			select learner, changed_by from period_change union all
			select c.learner, a.annulled_by from completion_annulment a join completion c on c.id = a.completion
		)
		select
			exists (select from person_presence t where t.person = kept and t.until > waypost_now()) as kept_here,
			exists (select from person_presence t where t.person = absorbed and t.until > waypost_now()) as absorbed_here,
			exists (
				select from registration r join registration_current c on c.registration = r.id
				left join registration_revision v on v.registration = r.id and v.number = c.revision
				where c.state not in ('closed', 'rejected', 'revoked')
					and absorbed in (coalesce(v.owner, r.created_by), v.co_owner)
			) as runs_accounts,
			exists (select from guardian_link l where (l.guardian, l.child) in ((kept, absorbed), (absorbed, kept))) as guardians,
			exists (
				select from scope_grant g where (g.person, g.granted_by) in ((kept, absorbed), (absorbed, kept))
					and g.during && tstzrange(waypost_now(), null)
			) as granted,
			exists (select from sign_in x where x.person = kept)
				and not waypost_has_second_factor(kept) and waypost_has_second_factor(absorbed) as factor_rests,
			exists (select from sign_in x where x.person = kept) as kept_signs_in,
			exists (select from sign_in x where x.person = absorbed) as absorbed_signs_in,
			${holdsRights(sql`absorbed`)} as absorbed_rights,
			(select count(distinct own.person) = 2 from own join enrolment e on e.learner = own.learner) as both_learned,
			exists (
				select from guardian_link a join guardian_link b on a.child = b.child or a.guardian = b.guardian
				where (a.guardian, b.guardian) = (kept, absorbed) and a.child = b.child
					or (a.child, b.child) = (kept, absorbed) and a.guardian = b.guardian
			) as same_family,
			exists (select from given join own on own.learner = given.learner
				where given.by in (kept, absorbed) and given.by <> own.person) as recorded,
			(select string_agg(s.rev::text, '.' order by s.person) from standing s where s.person in (kept, absorbed)) as seen
		from pair`.execute(trx);
	const row = rows[0];
	if (!row) throw new Error('the database answered nothing');
	return row;
}

/**
 * Brings two records of one person together: links move from `absorbed` to `kept`, evidence stays where it is, and the
 * sessions of both end. What was moved is kept, so that `undo` can move it back. `seen` is what the comparison gave.
 */
export async function merge(
	db: Db,
	actor: PersonActor,
	{ kept, absorbed, reason, seen }: Pair & { reason: string; seen: string }
): Promise<
	{ ok: true; id: string } | { ok: false; reason: MergeRefusal | 'no-reason' | 'changed-meanwhile' }
> {
	const early = await compare(db, actor, { kept, absorbed });
	const [refusal] = early.refusals;
	if (refusal) return { ok: false, reason: refusal };
	if (reason.trim().length < shortestReason) return { ok: false, reason: 'no-reason' };
	return within(db, { kind: 'system', purpose: 'merge', actor: actor.person }, async (trx) => {
		await lock(trx, [kept, absorbed]);
		// Again, now that nobody else can change it; both were in the actor's reach a moment ago.
		const people = () => trx.selectFrom('person as p').innerJoin('person_identity as i', 'i.person', 'p.id');
		const late = await compareIn({ trx, people }, actor, { kept, absorbed });
		const [changed] = late.refusals;
		if (changed) return { ok: false, reason: changed };
		if (late.seen !== seen) return { ok: false, reason: 'changed-meanwhile' };
		const moved = await moveAll(trx, kept, absorbed);
		await trx.updateTable('person').set({ merged_into: kept }).where('id', '=', absorbed).execute();
		const { id } = await trx
			.insertInto('person_merge')
			.values({
				kind: 'merge',
				kept,
				absorbed,
				undoes: null,
				merged_by: actor.person,
				reason: reason.trim(),
				moved: JSON.stringify(moved)
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		for (const person of [kept, absorbed]) await sessions.revokeAll(trx, person);
		await append(trx, {
			kind: 'person.merged',
			actor: actor.person,
			subject: kept,
			detail: { merge: id, absorbed }
		});
		return { ok: true, id };
	});
}

/** In the order of their ids, so that two who merge the same people wait for each other. */
async function lock(trx: Trx, people: string[]): Promise<void> {
	await trx.selectFrom('person').select('id').where('id', 'in', people).orderBy('id').forUpdate().execute();
}

export type UndoRefusal =
	| 'not-district-administrator'
	| 'oneself'
	| 'unknown-merge'
	| 'undone-already'
	/** The record that was kept has itself been merged since: that is undone first. */
	| 'later-merge-first'
	| 'no-reason';

/**
 * Takes a merge back: everything that it moved stands as it stood. What came since, lessons and rights among it, stays
 * with the record that was kept. The sessions of both end.
 */
export async function undo(
	db: Db,
	actor: PersonActor,
	merge: string,
	reason: string
): Promise<{ ok: true; kept: string; absorbed: string } | { ok: false; reason: UndoRefusal }> {
	if (!isId(merge)) return { ok: false, reason: 'unknown-merge' };
	return within(db, { kind: 'system', purpose: 'merge', actor: actor.person }, async (trx) => {
		const row = await trx
			.selectFrom('person_merge')
			.select(['kept', 'absorbed', 'moved'])
			.where('id', '=', merge)
			.where('kind', '=', 'merge')
			.executeTakeFirst();
		if (!row) return { ok: false, reason: 'unknown-merge' };
		const { kept, absorbed } = row;
		const may = mergePeople(actor, [kept, absorbed]);
		if (!may.ok)
			return { ok: false, reason: may.reason === 'oneself' ? 'oneself' : 'not-district-administrator' };
		if (reason.trim().length < shortestReason) return { ok: false, reason: 'no-reason' };
		await lock(trx, [kept, absorbed]);
		const undone = await trx
			.selectFrom('person_merge')
			.select('id')
			.where('undoes', '=', merge)
			.executeTakeFirst();
		if (undone) return { ok: false, reason: 'undone-already' };
		const keptNow = await trx
			.selectFrom('person')
			.select('merged_into')
			.where('id', '=', kept)
			.executeTakeFirstOrThrow();
		if (keptNow.merged_into !== null) return { ok: false, reason: 'later-merge-first' };
		await trx.updateTable('person').set({ merged_into: null }).where('id', '=', absorbed).execute();
		await moveBack(trx, kept, absorbed, row.moved as Moved);
		await trx
			.insertInto('person_merge')
			.values({
				kind: 'undo',
				kept,
				absorbed,
				undoes: merge,
				merged_by: actor.person,
				reason: reason.trim(),
				moved: '{}'
			})
			.execute();
		for (const person of [kept, absorbed]) await sessions.revokeAll(trx, person);
		await append(trx, {
			kind: 'person.merge-undone',
			actor: actor.person,
			subject: kept,
			detail: { merge, absorbed }
		});
		return { ok: true, kept, absorbed };
	});
}

export type DoneMerge = {
	id: string;
	absorbed: string;
	by: string | null;
	at: Date;
	reason: string;
	/** The name on the record that was absorbed, where the reader's scope reaches. */
	name: string | null;
	undone: { by: string | null; at: Date; reason: string } | null;
};

/** The merges by which a record took up others, the newest first, and which of them were taken back. */
export async function mergesInto(db: Db, actor: PersonActor, kept: string): Promise<DoneMerge[]> {
	return inScope(db, actor, async (seen) => {
		const rows = await seen.trx
			.selectFrom('person_merge as m')
			.leftJoin('person_merge as u', 'u.undoes', 'm.id')
			.select([
				'm.id',
				'm.absorbed',
				'm.merged_by',
				'm.recorded_at',
				'm.reason',
				'u.merged_by as undone_by',
				'u.recorded_at as undone_at',
				'u.reason as undone_reason'
			])
			.where('m.kept', '=', kept)
			.where('m.kind', '=', 'merge')
			.orderBy('m.recorded_at', 'desc')
			.execute();
		const names = await namesIn(
			seen,
			rows.flatMap(({ absorbed, merged_by, undone_by }) => [
				absorbed,
				merged_by,
				...(undone_by ? [undone_by] : [])
			])
		);
		return rows.map((row) => ({
			id: row.id,
			absorbed: row.absorbed,
			by: names.get(row.merged_by) ?? null,
			at: row.recorded_at,
			reason: row.reason,
			name: names.get(row.absorbed) ?? null,
			undone: row.undone_at && {
				by: row.undone_by && (names.get(row.undone_by) ?? null),
				at: row.undone_at,
				reason: row.undone_reason ?? ''
			}
		}));
	});
}

/** A record and all that were merged into it and stand as merged: what is told of one person is told of these. */
export async function recordsOf(trx: Trx, person: string): Promise<string[]> {
	const { rows } = await sql<{ record: string }>`
		with recursive whole(record) as (
			select ${person}::uuid
			union
			select m.absorbed from whole join person_merge m on m.kept = whole.record and m.kind = 'merge'
			where not exists (select from person_merge u where u.undoes = m.id)
		) select record from whole`.execute(trx);
	return rows.map(({ record }) => record);
}
