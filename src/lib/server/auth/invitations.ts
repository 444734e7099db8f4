import { sql, type RawBuilder } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append, appendAll } from '#lib/server/db/ledger.ts';
import { locks } from '#lib/server/db/locks.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { delivery, type Delivery } from '#lib/server/mail/delivery.ts';
import * as mail from '#lib/server/mail/mail.ts';
import type { PersonActor } from './actor.ts';
import * as can from './can.ts';
import { newInvitationCode, readInvitationCode } from './invitation-code.ts';
import { holdsRights } from './rights-held.ts';
import { hashSecret } from './secret.ts';

/**
 * Invitations: a code for one person, by mail or in a printed letter, with which they make their sign-in. It works
 * once and for some days, is stored as its hash alone, and a new one makes the older one void. A recovery is the same
 * for somebody who has a sign-in and can't get in any more; the office prints it after making sure who asks.
 */
export const RECOVERY_DAYS = 7;
const CHUNK = 500;

export type Way = 'letter' | 'e-mail';
export type Purpose = 'first' | 'recovery';

/** A code that was made just now. It is shown here and never again. */
export type MadeInvitation = { id: string; person: string; code: string; until: Date; purpose: Purpose };
export type InviteRefusal =
	| Exclude<ReturnType<typeof can.invite>, { ok: true }>['reason']
	/** Nobody whom the actor may see: unknown, of another school, or gone. */
	| 'unknown'
	| 'has-sign-in'
	| 'no-sign-in'
	| 'signs-in-elsewhere'
	| 'disabled'
	| 'no-e-mail'
	| 'no-mail-server'
	| 'identity-not-checked';
export type InviteOutcome = {
	made: MadeInvitation[];
	skipped: { person: string; reason: InviteRefusal }[];
};

/** How far the pages of invitations reach for this actor: the district, the schools that they administer, or themselves. */
export function reach(actor: PersonActor): Scope {
	const held = actor.rights.filter(({ right }) => right === 'school-administrator');
	if (
		actor.rights.some(({ right }) => right === 'district-administrator') ||
		held.some(({ districtWide }) => districtWide)
	)
		return { kind: 'district', actor: actor.person };
	const schools = [...new Set(held.map(({ organisation }) => organisation))];
	return schools.length > 0
		? { kind: 'inviting', actor: actor.person, schools }
		: { kind: 'self', actor: actor.person };
}

type InviteOptions = {
	way: Way;
	/** How long the codes work. */
	days: number;
	/**
	 * Whoever uses theirs is confirmed as guardian of the children that the roster links them with, as far as the actor
	 * is those children's office. What the children learned stays shut.
	 */
	confirmsGuardians?: boolean;
	/** How mail is brought, where it is not this process's own way. */
	mails?: Delivery['by'];
};

/**
 * Invites people who have no sign-in: posts a mail to each, or gives the codes to be printed. Who can't be invited is
 * left out, with the reason.
 */
export async function inviteAll(
	db: Db,
	actor: PersonActor,
	people: readonly string[],
	options: InviteOptions
): Promise<InviteOutcome> {
	const outcome: InviteOutcome = { made: [], skipped: [] };
	const wanted = [...new Set(people)];
	for (let at = 0; at < wanted.length; at += CHUNK) {
		const part = await within(db, reach(actor), (trx) =>
			inviteSome(trx, actor, wanted.slice(at, at + CHUNK), options)
		);
		outcome.made.push(...part.made);
		outcome.skipped.push(...part.skipped);
	}
	return outcome;
}

/** Invites one person; as `inviteAll`. */
export async function invite(
	db: Db,
	actor: PersonActor,
	person: string,
	options: InviteOptions
): Promise<{ ok: true; invitation: MadeInvitation } | { ok: false; reason: InviteRefusal }> {
	return single(await inviteAll(db, actor, [person], options));
}

/**
 * Makes a code for somebody who has a sign-in and can't get in any more, to be printed and handed over. The actor says
 * that they have checked who asks; it is recorded in their name, and the person is told by mail, or by a letter where
 * there is no address. Sessions end when the code is used.
 */
export async function recover(
	db: Db,
	actor: PersonActor,
	person: string,
	{ identityChecked }: { identityChecked: boolean }
): Promise<{ ok: true; invitation: MadeInvitation } | { ok: false; reason: InviteRefusal }> {
	if (!identityChecked) return { ok: false, reason: 'identity-not-checked' };
	return within(db, reach(actor), async (trx) => {
		const [known] = await factsOf(trx, [person]);
		if (!known) return { ok: false, reason: 'unknown' };
		const may = mayRecover(actor, known);
		if (!may.ok) return may;
		await lock(trx);
		const [invitation] = await record(trx, actor, [known], {
			way: 'letter',
			purpose: 'recovery',
			days: RECOVERY_DAYS
		});
		if (!invitation) throw new Error('the code was not recorded');
		await append(trx, {
			kind: 'recovery.made',
			actor: actor.person,
			subject: person,
			detail: { identity_checked: true }
		});
		await mail.post(trx, {
			to: known.email,
			person,
			template: 'recovery-printed',
			locale: known.locale,
			content: { givenName: known.givenName, school: known.school },
			secrets: null
		});
		return { ok: true, invitation };
	});
}

/** What the actor could do for a person who can't get in, or never could; null for nobody within reach. */
export async function standingOf(
	db: Db,
	actor: PersonActor,
	person: string
): Promise<{
	name: string;
	school: string;
	hasEmail: boolean;
	guardian: boolean;
	/** Why no first invitation and no way back in can be made; null where it can. */
	inviteRefused: InviteRefusal | null;
	recoverRefused: InviteRefusal | null;
} | null> {
	return within(db, reach(actor), async (trx) => {
		const [known] = await factsOf(trx, [person]);
		if (!known) return null;
		const recovery = mayRecover(actor, known);
		return {
			name: `${known.givenName} ${known.familyName}`.trim(),
			school: known.school,
			hasEmail: known.email !== null,
			guardian: known.guardian,
			inviteRefused: whyNotInvited(actor, known, 'letter', 'none'),
			recoverRefused: recovery.ok ? null : recovery.reason
		};
	});
}

/** Takes an invitation back: its code opens nothing any more. False when there is none that is open and within reach. */
export async function withdraw(db: Db, actor: PersonActor, id: string): Promise<boolean> {
	if (!/^[\da-f-]{36}$/i.test(id)) return false;
	return within(db, reach(actor), async (trx) => {
		const held = await trx.selectFrom('invitation').select('person').where('id', '=', id).executeTakeFirst();
		const [known] = held ? await factsOf(trx, [held.person]) : [];
		if (!known || !can.invite(actor, known).ok) return false;
		const { numUpdatedRows } = await trx
			.updateTable('invitation')
			.set({ withdrawn_at: sql<Date>`waypost_now()`, withdrawn_by: actor.person })
			.where('id', '=', id)
			.where('used_at', 'is', null)
			.where('withdrawn_at', 'is', null)
			.executeTakeFirst();
		if (numUpdatedRows === 0n) return false;
		await append(trx, { kind: 'invitation.withdrawn', actor: actor.person, subject: known.person });
		return true;
	});
}

type Facts = {
	person: string;
	givenName: string;
	familyName: string;
	email: string | null;
	locale: string;
	school: string;
	schools: string[];
	holdsRights: boolean;
	/** elsewhere: by single sign-on alone. */
	signIn: 'none' | 'works' | 'disabled' | 'elsewhere';
	guardian: boolean;
};

/**
 * SQL of where a person belongs now: their own schools, and those of the children whose guardian they are, with a name
 * to say (a school's before the district's) and all roles.
 */
export function placesOf(person: RawBuilder<unknown>): RawBuilder<unknown> {
	return sql`
		select array_agg(at.organisation) as schools,
			(array_agg(o.name order by o.kind = 'district', at.own desc, o.name))[1] as name,
			array_agg(distinct at.role) filter (where at.own) as roles,
			bool_or(at.own and at.role = 'guardian') or bool_or(not at.own) as guardian
		from (
			select a.organisation, a.role, true as own from affiliation a
			where a.person = ${person} and a.superseded_at is null and a.during @> waypost_now()
			union all
			select a.organisation, a.role, false from guardian_link l
			join affiliation a on a.person = l.child and a.role = 'student' and a.superseded_at is null
				and a.during @> waypost_now()
			where l.guardian = ${person} and l.during @> waypost_now() and l.ended_at is null
		) at
		join organisation o on o.id = at.organisation
		having bool_or(at.own)`;
}

async function inviteSome(
	trx: Trx,
	actor: PersonActor,
	people: readonly string[],
	{ way, days, confirmsGuardians = false, mails = delivery().by }: InviteOptions
): Promise<InviteOutcome> {
	await lock(trx);
	const known = new Map((await factsOf(trx, people)).map((facts) => [facts.person, facts]));
	const skipped: InviteOutcome['skipped'] = [];
	const invited: Facts[] = [];
	for (const person of people) {
		const facts = known.get(person);
		const refused = facts ? whyNotInvited(actor, facts, way, mails) : 'unknown';
		if (refused) skipped.push({ person, reason: refused });
		else if (facts) invited.push(facts);
	}
	const children = confirmsGuardians ? await childrenToConfirm(trx, actor, invited) : new Map();
	const made = await record(trx, actor, invited, { way, purpose: 'first', days, children });
	if (way === 'e-mail') await postCodes(trx, invited, made, mails);
	else if (made.length > 0) {
		// Names and codes leave on paper.
		await trx
			.insertInto('access_log')
			.values({
				kind: 'export',
				actor: actor.person,
				detail: JSON.stringify({ what: 'invitation-letters' }),
				rows: String(made.length)
			})
			.execute();
	}
	await appendAll(
		trx,
		made.map(({ person }) => ({
			kind: 'invitation.made',
			actor: actor.person,
			subject: person,
			detail: { way, days, children: children.get(person) ?? [] }
		}))
	);
	return { made, skipped };
}

function whyNotInvited(
	actor: PersonActor,
	facts: Facts,
	way: Way,
	mails: Delivery['by']
): InviteRefusal | null {
	const may = can.invite(actor, facts);
	if (!may.ok) return may.reason;
	if (facts.signIn !== 'none') return 'has-sign-in';
	if (way === 'letter') return null;
	if (mails === 'none') return 'no-mail-server';
	return facts.email === null ? 'no-e-mail' : null;
}

function mayRecover(actor: PersonActor, facts: Facts): { ok: true } | { ok: false; reason: InviteRefusal } {
	const may = can.invite(actor, facts);
	if (!may.ok) return may;
	if (facts.signIn === 'none' || facts.signIn === 'elsewhere')
		return { ok: false, reason: facts.signIn === 'none' ? 'no-sign-in' : 'signs-in-elsewhere' };
	return facts.signIn === 'disabled' ? { ok: false, reason: 'disabled' } : { ok: true };
}

/** What inviting somebody rests on; only people within the transaction's scope, and who are here. */
async function factsOf(trx: Trx, people: readonly string[]): Promise<Facts[]> {
	const ids = people.filter((id) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id));
	if (ids.length === 0) return [];
	const { rows } = await sql<Facts>`
		select p.id as person, i.given_name as "givenName", i.family_name as "familyName", nullif(i.email, '') as email,
			i.locale, place.name as school, place.schools, place.guardian,
			${holdsRights(sql`p.id`)} as "holdsRights",
			case when s.person is not null and s.disabled_at is not null then 'disabled' when s.person is not null then 'works'
				when exists (select from identity_link o where o.person = p.id) then 'elsewhere' else 'none' end as "signIn"
		from person p
		join person_identity i on i.person = p.id
		left join sign_in s on s.person = p.id
		join lateral (${placesOf(sql`p.id`)}) place on place.schools is not null
		where p.id = any (${ids}::uuid[]) and p.kind = 'human' and p.merged_into is null
			and (p.ended_at is null or p.ended_at > waypost_now())`.execute(trx);
	return rows;
}

/** Makes the codes, and every older one of these people void. */
async function record(
	trx: Trx,
	actor: PersonActor,
	people: readonly Facts[],
	{
		way,
		purpose,
		days,
		children = new Map()
	}: { way: Way; purpose: Purpose; days: number; children?: Map<string, string[]> }
): Promise<MadeInvitation[]> {
	if (people.length === 0) return [];
	await trx
		.updateTable('invitation')
		.set({ withdrawn_at: sql<Date>`waypost_now()` })
		.where(
			'person',
			'in',
			people.map(({ person }) => person)
		)
		.where('used_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.execute();
	const codes = people.map(({ person }) => ({ person, code: newInvitationCode() }));
	const rows = await trx
		.insertInto('invitation')
		.values(
			codes.map(({ person, code }) => ({
				code_hash: hashOf(code),
				person,
				purpose,
				way,
				made_by: actor.person,
				children: children.get(person) ?? [],
				expires_at: sql<Date>`waypost_now() + make_interval(days => ${days})`
			}))
		)
		.returning(['id', 'person', 'expires_at'])
		.execute();
	const made = new Map(rows.map((row) => [row.person, row]));
	return codes.flatMap(({ person, code }) => {
		const row = made.get(person);
		return row ? [{ id: row.id, person, code, until: row.expires_at, purpose }] : [];
	});
}

/** Children whose links to these guardians wait to be confirmed, where the actor is the office of the child. */
async function childrenToConfirm(
	trx: Trx,
	actor: PersonActor,
	guardians: readonly Facts[]
): Promise<Map<string, string[]>> {
	const { rows } = await sql<{ guardian: string; child: string; schools: string[]; guardians: string[] }>`
		select l.guardian, l.child,
			array(select a.organisation from affiliation a where a.person = l.child and a.role = 'student'
				and a.superseded_at is null and a.during @> waypost_now()) as schools,
			array(select other.guardian from guardian_link other where other.child = l.child) as guardians
		from guardian_link l
		where l.guardian = any (${guardians.map(({ person }) => person)}::uuid[])
			and l.during @> waypost_now() and l.confirmed_at is null and l.ended_at is null
		order by l.guardian, l.child`.execute(trx);
	const decided = rows.filter((family) => can.decideForFamily(actor, family).ok);
	return new Map(
		[...Map.groupBy(decided, ({ guardian }) => guardian)].map(([guardian, links]) => [
			guardian,
			links.map(({ child }) => child)
		])
	);
}

async function postCodes(
	trx: Trx,
	people: readonly Facts[],
	made: readonly MadeInvitation[],
	mails: Delivery['by']
): Promise<void> {
	const codes = new Map(made.map((invitation) => [invitation.person, invitation]));
	const invited = people.flatMap((facts) => {
		const invitation = codes.get(facts.person);
		return invitation && facts.email !== null ? [{ ...facts, email: facts.email, invitation }] : [];
	});
	const ids = await mail.postAll(
		trx,
		invited.map(({ person, email, locale, givenName, school, invitation }) => ({
			to: email,
			person,
			template: 'invitation' as const,
			locale,
			content: { givenName, school, until: invitation.until.toISOString() },
			secrets: { code: invitation.code },
			uselessAt: invitation.until
		})),
		mails
	);
	if (!ids) throw new Error('invitations are sent by mail only where there is mail');
	const pairs = invited.map(({ invitation }, index) => ({
		invitation: invitation.id,
		mail: ids[index] ?? ''
	}));
	if (pairs.length === 0) return;
	await sql`update invitation set mail = pair.mail
		from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as pair(invitation uuid, mail uuid)
		where invitation.id = pair.invitation`.execute(trx);
}

function hashOf(code: string): Buffer {
	const read = readInvitationCode(code);
	if (!read.ok) throw new Error('a new code can’t be read');
	return hashSecret(read.code);
}

async function lock(trx: Trx): Promise<void> {
	await sql`select pg_advisory_xact_lock(${locks.invitations})`.execute(trx);
}

function single(
	outcome: InviteOutcome
): { ok: true; invitation: MadeInvitation } | { ok: false; reason: InviteRefusal } {
	const [invitation] = outcome.made;
	return invitation
		? { ok: true, invitation }
		: { ok: false, reason: outcome.skipped[0]?.reason ?? 'unknown' };
}
