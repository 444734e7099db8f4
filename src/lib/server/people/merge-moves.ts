import { sql } from 'kysely';
import * as factors from '#lib/server/auth/second-factor/moves.ts';
import { hasSignIn } from '#lib/server/auth/sign-in.ts';
import type { Trx } from '#lib/server/db/database.ts';

/**
 * What hangs on a person and moves when two records of one person are brought together: links, never evidence. Each
 * move says what it did, in opaque ids, and can be taken back from that alone. What a later table hangs on a person
 * gets an entry in `moves`.
 */
type Move = {
	/** Moves from `absorbed` to `kept`; gives what `back` needs. */
	there: (trx: Trx, kept: string, absorbed: string) => Promise<unknown>;
	back: (trx: Trx, kept: string, absorbed: string, moved: never) => Promise<void>;
};
export type Moved = Record<string, unknown>;

type Learners = { learner: string; linked_at: string }[];
type Replaced = { ended: string[]; begun: string[] };
/** Null where kept had a sign-in, and nothing moved. `own`: what kept had before. */
type MovedFactors = { own: factors.Factors; moved: factors.Factors; withSignIn: boolean } | null;
type GuardianLinks = { guardian: string; child: string }[];

/**
 * Evidence belongs to learners, and these change hands. A learner that kept has and nothing was learned as is set aside,
 * so that the other one's unfinished courses go on; otherwise kept's own stays the one that new evidence goes to.
 */
const learners: Move = {
	async there(trx, kept, absorbed) {
		const links = await sql<{ learner: string; linked_at: string; person: string; blank: boolean }>`
			select lp.learner, to_json(lp.linked_at) #>> '{}' as linked_at, lp.person, not (
				exists (select from enrolment e where e.learner = lp.learner)
				or exists (select from lesson_done d where d.learner = lp.learner)
				or exists (select from acknowledgement a where a.learner = lp.learner)
				or exists (select from completion c where c.learner = lp.learner)
				or exists (select from credit c where c.learner = lp.learner)
				or exists (select from waiver w where w.learner = lp.learner)
				or exists (select from period_change c where c.learner = lp.learner)
			) as blank
			from learner_person lp where lp.person in (${kept}, ${absorbed})`.execute(trx);
		const of = (person: string) => links.rows.filter((row) => row.person === person);
		const moved = of(absorbed);
		const aside = moved.some(({ blank }) => !blank) ? of(kept).filter(({ blank }) => blank) : [];
		const plain = (rows: typeof moved): Learners =>
			rows.map(({ learner, linked_at }) => ({ learner, linked_at }));
		await unlink(trx, [...moved, ...aside]);
		for (const { learner } of moved)
			await trx.insertInto('learner_person').values({ learner, person: kept }).execute();
		return { moved: plain(moved), aside: plain(aside) };
	},
	async back(trx, kept, absorbed, { moved, aside }: { moved: Learners; aside: Learners }) {
		await unlink(trx, moved);
		for (const [person, links] of [
			[absorbed, moved],
			[kept, aside]
		] as const)
			for (const link of links)
				await trx
					.insertInto('learner_person')
					.values({ ...link, person })
					.execute();
	}
};

async function unlink(trx: Trx, links: Learners): Promise<void> {
	if (links.length === 0) return;
	const learners = links.map(({ learner }) => learner);
	await trx.deleteFrom('learner_person').where('learner', 'in', learners).execute();
}

/**
 * Roles and classes: what absorbed held is from now on known of kept, for the time in which kept did not hold the same
 * anyway. The rows keep when they were recorded: a report of an earlier day speaks of one person then as well. Taken
 * back, they are void from their beginning, and the first rows stand again as they were.
 */
function replaced(table: 'affiliation' | 'class_member', same: 'organisation, role' | 'class'): Move {
	const name = sql.table(table);
	const columns = sql.raw(same);
	return {
		async there(trx, kept, absorbed): Promise<Replaced> {
			const { rows } = await sql<Replaced>`
				with ended as (
					update ${name} set superseded_at = waypost_now()
					where person = ${absorbed} and superseded_at is null returning *
				), theirs as (
					select ${columns}, range_agg(during) as during from ${name}
					where person = ${kept} and superseded_at is null group by ${columns}
				), begun as (
					insert into ${name}
					select (jsonb_populate_record(null::${name}, to_jsonb(e) || jsonb_build_object('id', uuidv7(),
						'person', ${kept}::uuid, 'during', free.span, 'superseded_at', null))).*
					from ended e left join theirs t using (${columns})
					cross join lateral unnest(tstzmultirange(e.during) - coalesce(t.during, '{}')) free (span)
					returning id
				)
				select array(select id from ended) as ended, array(select id from begun) as begun`.execute(trx);
			return rows[0] ?? { ended: [], begun: [] };
		},
		async back(trx, _kept, _absorbed, { ended, begun }: Replaced) {
			if (begun.length > 0)
				await sql`update ${name} set superseded_at = recorded_at where id = any (${begun})`.execute(trx);
			if (ended.length > 0)
				await sql`update ${name} set superseded_at = null where id = any (${ended})`.execute(trx);
		}
	};
}

/** Links between guardians and children. Where kept is linked to the same person already, that link's word stands. */
const guardianLinks: Move = {
	async there(trx, kept, absorbed): Promise<{ asGuardian: GuardianLinks; asChild: GuardianLinks }> {
		const asGuardian = await sql<GuardianLinks[number]>`
			update guardian_link l set guardian = ${kept}
			where l.guardian = ${absorbed} and not exists (
				select from guardian_link own where own.guardian = ${kept} and own.child = l.child
			) returning ${absorbed}::uuid as guardian, l.child`.execute(trx);
		const asChild = await sql<GuardianLinks[number]>`
			update guardian_link l set child = ${kept}
			where l.child = ${absorbed} and not exists (
				select from guardian_link own where own.child = ${kept} and own.guardian = l.guardian
			) returning l.guardian, ${absorbed}::uuid as child`.execute(trx);
		return { asGuardian: asGuardian.rows, asChild: asChild.rows };
	},
	async back(trx, kept, absorbed, moved: { asGuardian: GuardianLinks; asChild: GuardianLinks }) {
		for (const { child } of moved.asGuardian)
			await trx
				.updateTable('guardian_link')
				.set({ guardian: absorbed })
				.where('guardian', '=', kept)
				.where('child', '=', child)
				.execute();
		for (const { guardian } of moved.asChild)
			await trx
				.updateTable('guardian_link')
				.set({ child: absorbed })
				.where('child', '=', kept)
				.where('guardian', '=', guardian)
				.execute();
	}
};

/** The sign-in, where kept has none; otherwise each stays where it is, and kept's is the one that works. */
const signIn: Move = {
	async there(trx, kept, absorbed): Promise<boolean> {
		const { numAffectedRows } = await sql`
			update sign_in set person = ${kept} where person = ${absorbed}
				and not exists (select from sign_in own where own.person = ${kept})`.execute(trx);
		return numAffectedRows === 1n;
	},
	async back(trx, kept, absorbed, moved: boolean) {
		if (moved)
			await trx.updateTable('sign_in').set({ person: absorbed }).where('person', '=', kept).execute();
	}
};

/**
 * Second factors, with the sign-in that they lock: to kept where it has no sign-in of its own. Otherwise each record's
 * stay where they are. Taken back, what was added to the sign-in since goes with it too, and kept has what it had.
 */
const secondFactors: Move = {
	async there(trx, kept, absorbed): Promise<MovedFactors> {
		if (await hasSignIn(trx, kept)) return null;
		const own = await factors.factorsOf(trx, kept);
		const moved = await factors.factorsOf(trx, absorbed);
		await factors.move(trx, absorbed, kept, moved);
		return { own, moved, withSignIn: await hasSignIn(trx, absorbed) };
	},
	async back(trx, kept, absorbed, all: MovedFactors) {
		if (all === null) return;
		const { own, moved, withSignIn } = all;
		const going = withSignIn ? factors.without(await factors.factorsOf(trx, kept), own) : moved;
		await factors.move(trx, kept, absorbed, going);
	}
};

/** Letters that wait to be printed, or were printed and may be once more. */
const letters: Move = {
	async there(trx, kept, absorbed): Promise<string[]> {
		const { rows } = await sql<{ id: string }>`
			update mail set person = ${kept} where person = ${absorbed} and state in ('to-print', 'printed')
			returning id`.execute(trx);
		return rows.map(({ id }) => id);
	},
	async back(trx, _kept, absorbed, moved: string[]) {
		if (moved.length > 0)
			await sql`update mail set person = ${absorbed} where id = any (${moved}::uuid[])`.execute(trx);
	}
};

// Rights over others do not move: a person grants them, and one who was granted by the other record would hold a right
// that they gave themselves.
const moves: Record<string, Move> = {
	learners,
	affiliations: replaced('affiliation', 'organisation, role'),
	classes: replaced('class_member', 'class'),
	guardianLinks,
	// Before the sign-in, whose place they ask.
	secondFactors,
	signIn,
	letters
};

/** Moves everything; gives what was moved, to be kept with the record of the merge. */
export async function moveAll(trx: Trx, kept: string, absorbed: string): Promise<Moved> {
	const moved: Moved = {};
	for (const [name, { there }] of Object.entries(moves)) moved[name] = await there(trx, kept, absorbed);
	return moved;
}

/** Moves back what a merge moved, in the opposite order. */
export async function moveBack(trx: Trx, kept: string, absorbed: string, moved: Moved): Promise<void> {
	for (const [name, { back }] of Object.entries(moves).reverse())
		if (name in moved) await back(trx, kept, absorbed, moved[name] as never);
}
