import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import { unlessRefused } from '#lib/server/db/refusal.ts';
import type { Band, GuardianRelation, IdentityCheck, LinkChange } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { inOffice, isPersonId, type OfficeRefusal } from './family-office.ts';

/** A child as a guardian of theirs sees them. */
export type Child = {
	person: string;
	givenName: string;
	familyName: string;
	/** What the child learns is shown as well. The office opens it, apart from the link. */
	maySeeRecord: boolean;
	/** Where they are a student now, the newest first; several where they take turns. */
	schools: { id: string; name: string; band: Band | null; since: Date }[];
};
export type LinkKey = { guardian: string; child: string };
export type LinkResult =
	| { ok: true }
	/** No such link, or one that is not for the actor's office; or why the office may not. */
	| OfficeRefusal
	/** Somebody else was quicker, or it does not stand so that this could be done. */
	| { ok: false; reason: 'not-now' }
	| { ok: false; reason: 'reason-too-short' };
export type NewLinkResult =
	LinkResult | { ok: false; reason: 'no-such-person' | 'several-people' | 'a-student' };

/** The fewest characters of a reason that says something. */
export const shortestReason = 10;

/**
 * The children of a guardian, by name: those whose link stands. The database shows no other name, whatever is asked
 * (scope `family`).
 */
export async function childrenOf(db: Db, guardian: string): Promise<Child[]> {
	return within(db, { kind: 'family', actor: guardian }, async (trx) => {
		const rows = await trx
			.selectFrom('guardian_link as l')
			.innerJoin('person_identity as i', 'i.person', 'l.child')
			.select([
				'l.child as person',
				'i.given_name as givenName',
				'i.family_name as familyName',
				'l.may_see_record as maySeeRecord',
				sql<{ id: string; name: string; band: Band | null; since: string | null }[]>`coalesce((
					select json_agg(json_build_object('id', o.id, 'name', o.name, 'band', a.band, 'since', lower(a.during))
						order by lower(a.during) desc nulls last)
					from affiliation a join organisation o on o.id = a.organisation
					where a.person = l.child and a.role = 'student' and a.superseded_at is null and a.during @> waypost_now()
				), '[]')`.as('schools')
			])
			.where('l.guardian', '=', guardian)
			.where(sql<boolean>`guardian_link_stands(l, waypost_now())`)
			.orderBy('i.given_name')
			.orderBy('i.family_name')
			.execute();
		return rows.map((row) => ({
			...row,
			schools: row.schools.map((school) => ({ ...school, since: new Date(school.since ?? 0) }))
		}));
	});
}

/** One child of a guardian; null for every other person, known or not. */
export async function childOf(db: Db, guardian: string, child: string): Promise<Child | null> {
	if (!isPersonId(child)) return null;
	return (await childrenOf(db, guardian)).find(({ person }) => person === child) ?? null;
}

/**
 * Opens the record of a child for a guardian who may see it, and logs the disclosure, once an hour. Gives the learners
 * that the child's evidence hangs on, their own first; null for everybody else. There is no other way to them.
 */
export async function readRecord(db: Db, guardian: string, child: string): Promise<string[] | null> {
	return db.transaction().execute(async (trx) => {
		const { rows } = await sql<{ learners: string[] }>`
			select array(
				select lp.learner from learner_person lp join learner l on l.id = lp.learner where lp.person = ${child}
				order by (l.kind = 'person') desc, lp.linked_at, lp.learner
			) as learners
			where waypost_reads_record(${guardian}, ${child}, waypost_now())`.execute(trx);
		const [row] = rows;
		if (!row) return null;
		await sql`
			insert into access_log (kind, actor, detail)
			select 'disclosure', ${guardian}::uuid, jsonb_build_object('what', 'family-record', 'person', ${child}::text)
			where not exists (
				select from access_log
				where actor = ${guardian}::uuid and kind = 'disclosure' and recorded_at > waypost_now() - interval '1 hour'
					and detail ->> 'what' = 'family-record' and detail ->> 'person' = ${child}::text
			)`.execute(trx);
		return row.learners;
	});
}

/** Confirms that a guardian is who the roster or an invitation says, after the office has made sure of it. */
export async function confirm(
	db: Db,
	actor: PersonActor,
	link: LinkKey,
	how: { checked: IdentityCheck; relation: GuardianRelation | null; maySeeRecord: boolean }
): Promise<LinkResult> {
	return change(db, actor, link, {
		kind: 'confirmed',
		checked: how.checked,
		relation: how.relation,
		opens_record: how.maySeeRecord
	});
}

/** Lets a guardian see what the child learns. */
export function openRecord(db: Db, actor: PersonActor, link: LinkKey, reason: string): Promise<LinkResult> {
	return change(db, actor, link, { kind: 'record-opened', reason });
}

/** Shuts it again; the guardian still is one, and signs permissions. */
export function closeRecord(db: Db, actor: PersonActor, link: LinkKey, reason: string): Promise<LinkResult> {
	return change(db, actor, link, { kind: 'record-closed', reason });
}

/** Ends a link: from now on the guardian sees and signs nothing of this child, whatever the roster says. */
export function end(db: Db, actor: PersonActor, link: LinkKey, reason: string): Promise<LinkResult> {
	return change(db, actor, link, { kind: 'ended', reason });
}

/** Takes back that a link was ended; it waits to be confirmed anew. */
export function reopen(db: Db, actor: PersonActor, link: LinkKey, reason: string): Promise<LinkResult> {
	return change(db, actor, link, { kind: 'reopened', reason });
}

type Change = {
	kind: LinkChange;
	checked?: IdentityCheck;
	relation?: GuardianRelation | null;
	opens_record?: boolean;
	reason?: string;
};

async function change(db: Db, actor: PersonActor, link: LinkKey, entry: Change): Promise<LinkResult> {
	if (!isPersonId(link.guardian) || !isPersonId(link.child)) return { ok: false, reason: 'not-found' };
	if (entry.reason !== undefined && entry.reason.trim().length < shortestReason)
		return { ok: false, reason: 'reason-too-short' };
	const tried = () => inOffice<LinkResult>(db, actor, link.child, changed);
	return unlessRefused<LinkResult>('WP030', { ok: false, reason: 'not-now' }, tried);

	async function changed(trx: Trx): Promise<LinkResult> {
		const held = await trx
			.selectFrom('guardian_link')
			.select([
				'confirmed_at',
				'may_see_record',
				'ended_at',
				sql<boolean>`during @> waypost_now()`.as('runs'),
				sql<boolean>`guardian_link_stands(guardian_link, waypost_now())`.as('stands')
			])
			.where('guardian', '=', link.guardian)
			.where('child', '=', link.child)
			.executeTakeFirst();
		if (!held) return { ok: false, reason: 'not-found' };
		const ended = held.ended_at !== null;
		const possible = {
			confirmed: !ended && held.runs && held.confirmed_at === null,
			'record-opened': held.stands && !held.may_see_record,
			'record-closed': !ended && held.may_see_record,
			ended: !ended,
			reopened: ended
		}[entry.kind];
		if (!possible) return { ok: false, reason: 'not-now' };
		await record(trx, link, actor.person, entry);
		return { ok: true };
	}
}

async function record(trx: Trx, link: LinkKey, by: string, entry: Change): Promise<void> {
	await trx
		.insertInto('guardian_link_change')
		.values({ ...link, ...entry, reason: entry.reason?.trim() ?? null, changed_by: by })
		.execute();
	await append(trx, {
		kind: `guardian-link.${entry.kind}`,
		actor: by,
		subject: link.child,
		detail: {
			guardian: link.guardian,
			...(entry.kind === 'confirmed' ? { way: 'office', opensRecord: entry.opens_record ?? false } : {})
		}
	});
}

/**
 * Confirms a link because its guardian used an invitation that the office made for them and this child. Makes the link
 * where there is none. For the transaction that uses the invitation up, which has a system scope. `invitedBy` made it;
 * the database refuses whoever never had the right to. A link that the office has ended stays ended.
 */
export async function confirmInvited(
	trx: Trx,
	link: LinkKey,
	invitation: { invitedBy: string; maySeeRecord: boolean; relation?: GuardianRelation | null }
): Promise<{ ok: true } | { ok: false; reason: 'ended' }> {
	await makeLink(trx, link, 'invitation');
	const held = await trx
		.selectFrom('guardian_link')
		.select(['confirmed_at', 'ended_at'])
		.where('guardian', '=', link.guardian)
		.where('child', '=', link.child)
		.forUpdate()
		.executeTakeFirstOrThrow();
	if (held.ended_at) return { ok: false, reason: 'ended' };
	if (held.confirmed_at) return { ok: true };
	await trx
		.insertInto('guardian_link_change')
		.values({
			...link,
			kind: 'confirmed',
			way: 'invitation',
			changed_by: invitation.invitedBy,
			relation: invitation.relation ?? null,
			opens_record: invitation.maySeeRecord
		})
		.execute();
	await append(trx, {
		kind: 'guardian-link.confirmed',
		actor: link.guardian,
		subject: link.child,
		detail: {
			guardian: link.guardian,
			way: 'invitation',
			invitedBy: invitation.invitedBy,
			opensRecord: invitation.maySeeRecord
		}
	});
	return { ok: true };
}

/**
 * Links somebody who has a sign-in to a child, and confirms it: for a guardian whom neither the roster nor an
 * invitation names, who stands in the office. `login`, their e-mail address or user name, must be one person's, and is
 * told nothing more about.
 */
export async function linkByEmail(
	db: Db,
	actor: PersonActor,
	child: string,
	login: string,
	how: { checked: IdentityCheck; relation: GuardianRelation | null; maySeeRecord: boolean }
): Promise<NewLinkResult> {
	if (!isPersonId(child)) return { ok: false, reason: 'not-found' };
	const found = await peopleOf(db, login);
	return inOffice<NewLinkResult>(db, actor, child, async (trx) => {
		const [guardian] = found;
		if (!guardian) return { ok: false, reason: 'no-such-person' };
		if (found.length > 1) return { ok: false, reason: 'several-people' };
		if (guardian.student) return { ok: false, reason: 'a-student' };
		// Nobody makes themselves a guardian.
		if (guardian.person === actor.person) return { ok: false, reason: 'may-not', why: 'own-child' };
		const link = { guardian: guardian.person, child };
		if (!(await makeLink(trx, link, 'office'))) return { ok: false, reason: 'not-now' };
		await append(trx, {
			kind: 'guardian-link.made',
			actor: actor.person,
			subject: child,
			detail: { guardian: guardian.person, origin: 'office' }
		});
		await record(trx, link, actor.person, {
			kind: 'confirmed',
			checked: how.checked,
			relation: how.relation,
			opens_record: how.maySeeRecord
		});
		return { ok: true };
	});
}

/** Makes a link that is not confirmed yet; false when there is one between the two already, whatever became of it. */
export async function makeLink(
	trx: Trx,
	{ guardian, child }: LinkKey,
	origin: 'roster' | 'invitation' | 'office'
): Promise<boolean> {
	const row = await trx
		.insertInto('guardian_link')
		.values({ guardian, child, origin, during: range(null, null) })
		.onConflict((conflict) => conflict.doNothing())
		.returning('child')
		.executeTakeFirst();
	return row !== undefined;
}

/** Those who are here with this e-mail address, or sign in so, at most two. */
async function peopleOf(db: Db, login: string): Promise<{ person: string; student: boolean }[]> {
	const wanted = login.trim().toLowerCase();
	if (wanted === '') return [];
	return within(db, { kind: 'system', purpose: 'guardian-link' }, (trx) =>
		trx
			.selectFrom('person_identity as i')
			.innerJoin('person as p', 'p.id', 'i.person')
			.innerJoin('sign_in as s', 's.person', 'p.id')
			.select([
				'p.id as person',
				sql<boolean>`exists (
					select from affiliation a where a.person = p.id and a.role = 'student' and a.superseded_at is null
						and a.during @> waypost_now()
				)`.as('student')
			])
			.where((eb) => eb.or([eb(eb.fn('lower', ['i.email']), '=', wanted), eb('s.login', '=', wanted)]))
			.where('p.ended_at', 'is', null)
			.where('p.merged_into', 'is', null)
			.limit(2)
			.execute()
	);
}
