import { sql } from 'kysely';
import { checkUserName, suggestedUserName } from '#lib/sign-in/user-name.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { placesOf, type Purpose } from './invitations.ts';
import * as tries from './limited-tries.ts';
import { ofCode, type InvitationRow } from './made-invitations.ts';
import { heldSignIn, replacePassword } from './new-password.ts';
import { argon2id, check, hashPassword, ownWords, type Hasher, type Weakness } from './passwords.ts';
import { addSignIn, hasSignIn, loginOf } from './sign-in.ts';
import * as limits from './sign-in-limits.ts';

/** The other side of an invitation: whoever holds its code sees for whom it is, and makes their sign-in with it. */
const scope: Scope = { kind: 'system', purpose: 'invitation' };

/** What whoever holds the code sees: no more than tells them that it is theirs. */
export type Invited = {
	purpose: Purpose;
	givenName: string;
	/** Where they belong: their school, or the district. */
	school: string;
	/** The login that they have, for somebody who comes back. */
	login: string | null;
	/** Whether they may sign in with an e-mail address: the one that the district has for them. */
	hasEmail: boolean;
	/** That address, where the invitation came to it. */
	email: string | null;
	suggestion: string;
	roles: AffiliationRole[];
};
export type CodeRefusal =
	/** `typed`: it can't be a code at all. */
	| { ok: false; reason: 'typed' | 'unknown' | 'used' | 'over' | 'withdrawn' | 'gone' }
	| { ok: false; reason: 'limited'; retryAfterSeconds: number };
type Where = { address: string | null };

/** For whom a code is. Looking uses nothing up; wrong codes are counted against the address that they come from. */
export async function look(
	db: Db,
	code: string,
	where: Where,
	now: Date
): Promise<{ ok: true; invited: Invited } | CodeRefusal> {
	return counted(db, code, where, now, (trx) => readInvited(trx, code));
}

export type Choice = {
	/** A user name of their own, or the e-mail address that the district has for them. */
	login: { by: 'user-name'; name: string } | { by: 'e-mail'; address: string };
	password: string;
	/** The language that they read the site in; mails and letters come in it from now on. */
	locale: string;
};
export type ChoiceRefusal =
	| { ok: false; reason: 'login-taken' | 'user-name' | 'not-the-e-mail' }
	| { ok: false; reason: 'password'; weakness: Weakness };

/**
 * Uses a code. The first time it makes the person's sign-in; for a recovery it gives the one that they have another
 * password (its login stays) and ends every session. `mayJoin` may still refuse inside the transaction, before
 * anything is written.
 */
export async function accept<Refused extends { ok: false } = never>(
	db: Db,
	code: string,
	choice: Choice,
	{
		districtWords,
		address,
		device,
		now,
		hasher = argon2id,
		mayJoin,
		used
	}: {
		districtWords: readonly string[];
		address: string | null;
		device: string | null;
		now: Date;
		hasher?: Hasher;
		mayJoin?: (trx: Trx, invited: Invited) => Promise<{ ok: true } | Refused>;
		/** What follows from it elsewhere, in the same transaction and under a scope of the system. */
		used?: (trx: Trx, invitation: InvitationRow) => Promise<void>;
	}
): Promise<
	{ ok: true; person: string; purpose: Purpose; login: string } | CodeRefusal | ChoiceRefusal | Refused
> {
	const early = await counted(db, code, { address }, now, async (trx) => {
		const read = await readInvited(trx, code);
		return read.ok ? { ok: true as const, words: await wordsOf(trx, code) } : read;
	});
	if (!early.ok) return early;
	const strong = check(choice.password, ownWords([...districtWords, ...early.words, wantedLogin(choice)]));
	if (!strong.ok) return { ok: false, reason: 'password', weakness: strong.reason };
	const passwordHash = await hashPassword(choice.password, hasher);

	return within(db, scope, async (trx) => {
		const held = await openInvitation(trx, code, { lock: true });
		if (!held.ok) return held;
		const read = await readInvited(trx, code);
		if (!read.ok) return read;
		const may = (await mayJoin?.(trx, read.invited)) ?? { ok: true as const };
		if (!may.ok) return may;
		const { invitation } = held;
		const done =
			invitation.purpose === 'first'
				? await makeSignIn(trx, invitation, choice, passwordHash)
				: await comeBack(trx, invitation, passwordHash, { address, device });
		if (!done.ok) return done;
		await trx
			.updateTable('person_identity')
			.set({ locale: choice.locale })
			.where('person', '=', invitation.person)
			.execute();
		await append(trx, {
			kind: invitation.purpose === 'first' ? 'sign-in.made' : 'recovery.used',
			actor: invitation.person,
			subject: invitation.person,
			detail: { invitation: invitation.id, way: invitation.way }
		});
		await used?.(trx, invitation);
		return { ok: true, person: invitation.person, purpose: invitation.purpose, login: done.login };
	});
}

async function makeSignIn(
	trx: Trx,
	invitation: InvitationRow,
	{ login }: Choice,
	passwordHash: string
): Promise<{ ok: true; login: string } | ChoiceRefusal | CodeRefusal> {
	const { person } = invitation;
	if (await hasSignIn(trx, person)) return { ok: false, reason: 'used' };
	if (login.by === 'user-name') {
		if (!checkUserName(login.name).ok) return { ok: false, reason: 'user-name' };
	} else {
		const email = await emailOf(trx, person);
		if (!email || loginOf(login.address) !== loginOf(email)) return { ok: false, reason: 'not-the-e-mail' };
	}
	const wanted = loginOf(login.by === 'user-name' ? login.name : login.address);
	if (!(await addSignIn(trx, { person, login: wanted, passwordHash })))
		return { ok: false, reason: 'login-taken' };
	await markUsed(trx, invitation);
	return { ok: true, login: wanted };
}

async function comeBack(
	trx: Trx,
	invitation: InvitationRow,
	passwordHash: string,
	where: { address: string | null; device: string | null }
): Promise<{ ok: true; login: string } | CodeRefusal> {
	const held = await heldSignIn(trx, invitation.person, { lock: true });
	if (!held || held.disabled) return { ok: false, reason: 'gone' };
	// Before the new password makes every other way in void.
	await markUsed(trx, invitation);
	await replacePassword(trx, invitation.person, passwordHash, 'office');
	await limits.forgive(trx, limits.tryOf(held.login, where));
	return { ok: true, login: held.login };
}

async function markUsed(trx: Trx, { id }: InvitationRow): Promise<void> {
	await trx
		.updateTable('invitation')
		.set({ used_at: sql<Date>`waypost_now()` })
		.where('id', '=', id)
		.execute();
}

/** Reads under the limit of guesses: who tried too many codes that nobody has waits. */
async function counted<T extends { ok: true }>(
	db: Db,
	code: string,
	{ address }: Where,
	now: Date,
	read: (trx: Trx) => Promise<T | CodeRefusal>
): Promise<T | CodeRefusal> {
	const attempt: tries.LimitedTry = { kind: 'invitation-code', subject: code.slice(0, 100), address };
	const stands = await tries.standing(db, attempt, now);
	if (stands.limited) return { ok: false, reason: 'limited', retryAfterSeconds: stands.retryAfterSeconds };
	const answer = await within(db, scope, read);
	if (!answer.ok && answer.reason === 'unknown') await tries.note(db, attempt, now);
	return answer;
}

async function openInvitation(
	trx: Trx,
	code: string,
	{ lock = false } = {}
): Promise<{ ok: true; invitation: InvitationRow } | CodeRefusal> {
	const invitation = await ofCode(trx, code, { lock });
	if (!invitation) return { ok: false, reason: 'unknown' };
	return invitation.state === 'waiting' ? { ok: true, invitation } : { ok: false, reason: invitation.state };
}

async function readInvited(trx: Trx, code: string): Promise<{ ok: true; invited: Invited } | CodeRefusal> {
	const held = await openInvitation(trx, code);
	if (!held.ok) return held;
	const { invitation } = held;
	const { rows } = await sql<{
		givenName: string;
		email: string | null;
		school: string;
		roles: AffiliationRole[];
		login: string | null;
		disabled: boolean;
	}>`
		select i.given_name as "givenName", nullif(i.email, '') as email, place.name as school, place.roles, s.login,
			s.disabled_at is not null as disabled
		from person p
		join person_identity i on i.person = p.id
		left join sign_in s on s.person = p.id
		join lateral (${placesOf(sql`p.id`)}) place on place.schools is not null
		where p.id = ${invitation.person} and p.kind = 'human' and p.merged_into is null
			and (p.ended_at is null or p.ended_at > waypost_now())`.execute(trx);
	const row = rows[0];
	// Who has left, or has no place in the district any more, gets no sign-in by an old letter.
	if (!row || (invitation.purpose === 'recovery' && (row.login === null || row.disabled)))
		return { ok: false, reason: 'gone' };
	return {
		ok: true,
		invited: {
			purpose: invitation.purpose,
			givenName: row.givenName,
			school: row.school,
			login: invitation.purpose === 'recovery' ? row.login : null,
			hasEmail: row.email !== null,
			email: invitation.way === 'e-mail' ? row.email : null,
			suggestion: suggestionFor(invitation, row.givenName),
			roles: row.roles
		}
	};
}

/** A user name that this person might like; the same each time they come back. */
function suggestionFor(invitation: { id: string }, givenName: string): string {
	return suggestedUserName(givenName, Number.parseInt(invitation.id.slice(-4), 16) % 1000);
}

/** Words of the person's own, on which a password must not rest. */
async function wordsOf(trx: Trx, code: string): Promise<string[]> {
	const invitation = await ofCode(trx, code);
	const row = await trx
		.selectFrom('person_identity as i')
		.leftJoin('sign_in as s', 's.person', 'i.person')
		.select(['i.given_name', 'i.family_name', 'i.email', 's.login'])
		.where('i.person', '=', invitation?.person ?? null)
		.executeTakeFirst();
	return row ? [row.given_name, row.family_name, row.email, row.login].filter((word) => word !== null) : [];
}

function wantedLogin({ login }: Choice): string {
	return login.by === 'user-name' ? login.name : login.address;
}

async function emailOf(trx: Trx, person: string): Promise<string | null> {
	const row = await trx
		.selectFrom('person_identity')
		.select('email')
		.where('person', '=', person)
		.executeTakeFirst();
	return row?.email ?? null;
}
