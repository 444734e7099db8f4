import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import type { PersonActor } from '../actor.ts';
import { removeIdentityLink, removeOwnIdentityLink, type Refused } from '../can.ts';
import { holdsRights } from '../rights-held.ts';
import * as sessions from '../sessions.ts';
import type { Evidence } from './evidence.ts';

/** Whom an issuer means by a subject. The functions on links need a scope that sees their people. */
export type IdentityLink = { id: string; issuer: string; linkedAt: Date; lastUsedAt: Date };

/** Who is known by this subject; the row stays locked. */
export async function find(
	trx: Trx,
	{ issuer, subject }: { issuer: string; subject: string }
): Promise<{ id: string; person: string } | undefined> {
	return trx
		.selectFrom('identity_link')
		.select(['id', 'person'])
		.where('issuer', '=', issuer)
		.where('subject', '=', subject)
		.forNoKeyUpdate()
		.executeTakeFirst();
}

/** Whether a subject is known already. */
export async function isKnown(db: Db, vouched: { issuer: string; subject: string }): Promise<boolean> {
	return within(
		db,
		{ kind: 'system', purpose: 'sign-in' },
		async (trx) => (await find(trx, vouched)) !== undefined
	);
}

/** The people of the roster who answer to this evidence and are here, each once. */
export async function rostered(trx: Trx, evidence: Evidence): Promise<string[]> {
	const found = await trx
		.selectFrom('person_identity')
		.select('person')
		.where('sourced_id', 'is not', null)
		.where((eb) =>
			evidence.by === 'sourced-id'
				? eb('sourced_id', 'in', evidence.ids)
				: eb(sql`lower(email)`, '=', evidence.email)
		)
		.execute();
	return whoAreHere(
		trx,
		found.map(({ person }) => person)
	);
}

/**
 * Whom these records of people stand for today, when they are here and their sign-in is not disabled. The record of
 * somebody that was brought together with another one stands for that one.
 */
export async function whoAreHere(trx: Trx, people: readonly string[]): Promise<string[]> {
	if (people.length === 0) return [];
	const { rows } = await sql<{ id: string }>`
		with recursive record as (
			select id, kind, merged_into, ended_at from person where id = any (${people})
			union
			select p.id, p.kind, p.merged_into, p.ended_at from person p join record r on p.id = r.merged_into
		)
		select id from record r
		where kind = 'human' and merged_into is null and (ended_at is null or ended_at > waypost_now())
			and not exists (select from sign_in x where x.person = r.id and x.disabled_at is not null)`.execute(trx);
	return rows.map(({ id }) => id);
}

/** The record of a person and those that were brought together with it. */
async function recordsOf(trx: Trx, person: string): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		with recursive record as (
			select ${person}::uuid as id
			union
			select p.id from person p join record r on p.merged_into = r.id
		)
		select id from record`.execute(trx);
	return rows.map(({ id }) => id);
}

/** What somebody is here today, and whether they hold rights or will, which weighs how much an issuer must be believed to vouch for them. */
export async function standingOf(
	trx: Trx,
	person: string
): Promise<{ roles: AffiliationRole[]; holdsRights: boolean }> {
	const { rows } = await sql<{ roles: AffiliationRole[]; holds_rights: boolean }>`
		select array(
				select role from affiliation
				where person = ${person} and superseded_at is null and during @> waypost_now()
			) as roles,
			${holdsRights(person)} as holds_rights`.execute(trx);
	return { roles: rows[0]?.roles ?? [], holdsRights: rows[0]?.holds_rights ?? true };
}

/**
 * Links a subject to somebody who has no link with this issuer. They are locked first, so that of two subjects that
 * come at once one is too late. `taken` when either has another link.
 */
export async function make(
	trx: Trx,
	person: string,
	link: { issuer: string; subject: string; matchedBy: Evidence['by'] }
): Promise<{ ok: true } | { ok: false; reason: 'taken' }> {
	const { issuer, subject, matchedBy: matched_by } = link;
	await lock(trx, person);
	const held = await trx
		.selectFrom('identity_link')
		.select('id')
		.where('person', 'in', await recordsOf(trx, person))
		.where('issuer', '=', issuer)
		.executeTakeFirst();
	if (held) return { ok: false, reason: 'taken' };
	const { numInsertedOrUpdatedRows } = await trx
		.insertInto('identity_link')
		.values({ person, issuer, subject, matched_by })
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	return (numInsertedOrUpdatedRows ?? 0n) > 0n ? { ok: true } : { ok: false, reason: 'taken' };
}

async function lock(trx: Trx, person: string): Promise<void> {
	await trx.selectFrom('person').select('id').where('id', '=', person).forNoKeyUpdate().execute();
}

/** Notes that a link was used. */
export async function noteUse(trx: Trx, id: string): Promise<void> {
	await trx
		.updateTable('identity_link')
		.set({ last_used_at: sql<Date>`waypost_now()` })
		.where('id', '=', id)
		.execute();
}

/** The links of a person, as they or an administrator see them: never the subject, which may be a user name. */
export async function listOf(trx: Trx, person: string): Promise<IdentityLink[]> {
	const rows = await trx
		.selectFrom('identity_link')
		.select(['id', 'issuer', 'linked_at', 'last_used_at'])
		.where('person', 'in', await recordsOf(trx, person))
		.orderBy('linked_at')
		.execute();
	return rows.map(({ id, issuer, linked_at, last_used_at }) => ({
		id,
		issuer,
		linkedAt: linked_at,
		lastUsedAt: last_used_at
	}));
}

/** A person's links for whoever reads their record, which is the caller's question. */
export async function ofPerson(db: Db, person: string): Promise<IdentityLink[]> {
	return within(db, { kind: 'system', purpose: 'sign-in' }, (trx) => listOf(trx, person));
}

/** One's own links, and whether one may remove them. */
export async function ownLinks(
	db: Db,
	actor: PersonActor
): Promise<{ links: IdentityLink[]; removable: ReturnType<typeof removeOwnIdentityLink> }> {
	return within(db, { kind: 'system', purpose: 'sign-in', actor: actor.person }, async (trx) => {
		const links = await listOf(trx, actor.person);
		return { links, removable: removeOwnIdentityLink(actor, await waysOf(trx, actor.person, links.length)) };
	});
}

/** Removes one of one's own links. `unknown-link` for everybody else's. */
export async function removeOwn(
	db: Db,
	actor: PersonActor,
	id: string
): Promise<{ ok: true } | Refused<'unknown-link' | 'not-signed-in' | 'only-way'>> {
	return removing<'unknown-link' | 'not-signed-in' | 'only-way'>(db, actor, id, async (trx) => {
		// Two of them must not be removed at once, as if each were not the last.
		await lock(trx, actor.person);
		const own = await listOf(trx, actor.person);
		if (!own.some((link) => link.id === id)) return { ok: false, reason: 'unknown-link' };
		return removeOwnIdentityLink(actor, await waysOf(trx, actor.person, own.length));
	});
}

/**
 * Removes somebody else's link, as when a school account was made anew, and ends their sessions: they may have begun
 * by it. Whoever comes with a subject that is not linked is looked for in the roster again.
 */
export async function removeOf(
	db: Db,
	actor: PersonActor,
	id: string
): Promise<
	{ ok: true } | Refused<'unknown-link' | 'not-signed-in' | 'own-link' | 'not-district-administrator'>
> {
	return removing(db, actor, id, async (trx, record) => {
		const own = (await recordsOf(trx, actor.person)).includes(record);
		const may = removeIdentityLink(actor, { person: own ? actor.person : record });
		if (!may.ok) return may;
		for (const person of await whoAreHere(trx, [record])) await sessions.revokeAll(trx, person);
		return may;
	});
}

/** `allowed` decides, knowing of which record of a person the link is. */
async function removing<Reason extends string>(
	db: Db,
	actor: PersonActor,
	id: string,
	allowed: (trx: Trx, record: string) => Promise<{ ok: true } | Refused<Reason>>
): Promise<{ ok: true } | Refused<Reason | 'unknown-link'>> {
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return { ok: false, reason: 'unknown-link' };
	return within(db, { kind: 'system', purpose: 'sign-in', actor: actor.person }, async (trx) => {
		const link = await trx
			.selectFrom('identity_link')
			.select(['person', 'issuer'])
			.where('id', '=', id)
			.forNoKeyUpdate()
			.executeTakeFirst();
		if (!link) return { ok: false, reason: 'unknown-link' };
		const may = await allowed(trx, link.person);
		if (!may.ok) return may;
		await trx.deleteFrom('identity_link').where('id', '=', id).execute();
		await append(trx, {
			kind: 'identity.unlinked',
			actor: actor.person,
			subject: link.person,
			detail: { issuer: link.issuer }
		});
		return { ok: true };
	});
}

/** In how many ways somebody can sign in: by each link, and by a password. */
async function waysOf(trx: Trx, person: string, links: number): Promise<{ waysToSignIn: number }> {
	const password = await trx
		.selectFrom('sign_in')
		.select('person')
		.where('person', '=', person)
		.where('disabled_at', 'is', null)
		.executeTakeFirst();
	return { waysToSignIn: links + (password ? 1 : 0) };
}
