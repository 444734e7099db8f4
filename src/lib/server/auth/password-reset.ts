import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import * as mail from '#lib/server/mail/mail.ts';
import * as tries from './limited-tries.ts';
import { heldSignIn, replacePassword } from './new-password.ts';
import { argon2id, check, hashPassword, ownWords, type Hasher, type Weakness } from './passwords.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';
import { loginOf } from './sign-in.ts';
import * as limits from './sign-in-limits.ts';

/**
 * A new password for somebody who forgot theirs, by a link to the address that the district has for them. The link
 * works once, for an hour. Nobody learns by asking whether an address is known: the page only notes what was typed,
 * and a job does the rest (attack 15). Mail goes to the stored address and never to the typed one, so that letters
 * that look alike lead nobody's link elsewhere.
 */
const scope: Scope = { kind: 'system', purpose: 'password-reset' };

const LINK_MINUTES = 60;
const ASKED_AT_ONCE = 20;
const KEPT_DAYS = 7;

type Person = {
	person: string;
	givenName: string;
	login: string | null;
	/** Whether somebody else says who they are: single sign-on. */
	elsewhere: boolean;
	/** Where mail to them goes. */
	to: string;
};

/** Notes that somebody asks for a link, under limits that count known and unknown addresses alike. */
export async function ask(
	db: Db,
	{ email, locale, address }: { email: string; locale: string; address: string | null },
	now: Date
): Promise<{ ok: true } | { ok: false; reason: 'limited'; retryAfterSeconds: number }> {
	const typed = loginOf(email);
	const stands = await tries.take(db, { kind: 'password-reset', subject: typed, address }, now);
	if (stands.limited) return { ok: false, reason: 'limited', retryAfterSeconds: stands.retryAfterSeconds };
	await within(db, scope, (trx) =>
		trx.insertInto('password_reset_request').values({ email: typed, locale }).execute()
	);
	return { ok: true };
}

/** Answers what was asked, oldest first, with mails; gives how many were answered. For a job. */
export async function answerAsked(db: Db): Promise<number> {
	let answered = 0;
	while (answered < ASKED_AT_ONCE && (await within(db, scope, answerOne))) answered += 1;
	return answered;
}

async function answerOne(trx: Trx): Promise<boolean> {
	const { rows } = await sql<{ email: string; locale: string }>`
		delete from password_reset_request where id = (
			select id from password_reset_request order by asked_at, id limit 1 for update skip locked
		) returning email, locale`.execute(trx);
	const asked = rows[0];
	if (!asked) return false;
	// A family may share one address: one mail for all of them.
	const byAddress = Map.groupBy(await peopleOf(trx, asked.email), ({ to }) => to.toLowerCase());
	for (const people of byAddress.values()) await writeTo(trx, people, asked.locale);
	return true;
}

/** Those whom this address reaches, or who sign in with it. */
async function peopleOf(trx: Trx, email: string): Promise<Person[]> {
	const rows = await trx
		.selectFrom('person_identity as i')
		.innerJoin('person as p', 'p.id', 'i.person')
		.leftJoin('sign_in as s', (join) =>
			join.onRef('s.person', '=', 'i.person').on('s.disabled_at', 'is', null)
		)
		.select(['i.person', 'i.given_name as givenName', 'i.email', 's.login'])
		.select(sql<boolean>`exists (select from identity_link o where o.person = i.person)`.as('elsewhere'))
		.where('p.kind', '=', 'human')
		.where('p.merged_into', 'is', null)
		.where((eb) => eb.or([eb('p.ended_at', 'is', null), eb('p.ended_at', '>', sql<Date>`waypost_now()`)]))
		.where((eb) =>
			eb.or([
				eb(sql`lower(i.email)`, '=', email),
				eb('i.person', 'in', eb.selectFrom('sign_in').select('person').where('login', '=', email))
			])
		)
		.orderBy('i.given_name')
		.execute();
	return rows.flatMap(({ email: stored, ...row }) => {
		const to = stored ?? (row.login?.includes('@') ? row.login : null);
		return to === null ? [] : [{ ...row, to }];
	});
}

async function writeTo(trx: Trx, people: Person[], locale: string): Promise<void> {
	const [first] = people;
	if (!first) return;
	const only = people.length === 1 ? first.person : null;
	const held = people.flatMap(({ person, givenName, login }) =>
		login === null ? [] : [{ person, givenName, login, token: newSecret() }]
	);
	if (held.length === 0) {
		const content = { people: people.map(({ givenName, elsewhere }) => ({ givenName, elsewhere })) };
		await mail.post(trx, {
			to: first.to,
			person: only,
			template: 'no-sign-in',
			locale,
			content,
			secrets: null
		});
		return;
	}
	const { rows } = await sql<{ until: Date }>`
		select waypost_now() + make_interval(mins => ${LINK_MINUTES}) as until`.execute(trx);
	const until = rows[0]?.until ?? new Date(NaN);
	await trx
		.insertInto('password_reset')
		.values(held.map(({ person, token }) => ({ token_hash: hashSecret(token), person, expires_at: until })))
		.execute();
	await mail.post(trx, {
		to: first.to,
		person: only,
		template: 'password-reset',
		locale,
		content: { people: held.map(({ givenName, login }) => ({ givenName, login })) },
		secrets: { tokens: held.map(({ token }) => token) },
		uselessAt: until
	});
	for (const { person } of held)
		await append(trx, { kind: 'password-reset.asked', actor: null, subject: person });
}

/** Whose password a link opens; null when it is used up, over or unknown. Looking uses nothing up. */
export async function whose(db: Db, token: string): Promise<{ givenName: string; login: string } | null> {
	if (!looksLikeSecret(token)) return null;
	return within(db, scope, async (trx) => {
		const person = await personOf(trx, token);
		const held = person ? await heldSignIn(trx, person) : null;
		return held && !held.disabled ? { givenName: held.givenName, login: held.login } : null;
	});
}

/**
 * Chooses a new password with a link. Every session ends, and the person signs in with it anew: a second factor, where
 * there is one, is asked for as always.
 */
export async function choose(
	db: Db,
	token: string,
	password: string,
	{
		districtWords,
		address,
		device,
		hasher = argon2id
	}: {
		districtWords: readonly string[];
		address: string | null;
		device: string | null;
		hasher?: Hasher;
	}
): Promise<{ ok: true; login: string } | { ok: false; reason: 'link' | Weakness }> {
	if (!looksLikeSecret(token)) return { ok: false, reason: 'link' };
	const words = await within(db, scope, async (trx) => {
		const person = await personOf(trx, token);
		const held = person ? await heldSignIn(trx, person) : null;
		return held && [held.givenName, held.familyName, held.email, held.login];
	});
	if (!words) return { ok: false, reason: 'link' };
	const strong = check(password, ownWords([...districtWords, ...words]));
	if (!strong.ok) return strong;
	const passwordHash = await hashPassword(password, hasher);

	return within(db, scope, async (trx) => {
		const person = await personOf(trx, token, { lock: true });
		const held = person ? await heldSignIn(trx, person, { lock: true }) : null;
		if (!person || !held || held.disabled) return { ok: false, reason: 'link' };
		await replacePassword(trx, person, passwordHash, 'e-mail');
		await limits.forgive(trx, limits.tryOf(held.login, { device, address }));
		await append(trx, { kind: 'password-reset', actor: person, subject: person });
		return { ok: true, login: held.login };
	});
}

/** Takes away links that are over for days. */
export async function deleteOld(db: Db): Promise<void> {
	await db
		.deleteFrom('password_reset')
		.where('expires_at', '<', sql<Date>`waypost_now() - make_interval(days => ${KEPT_DAYS})`)
		.execute();
}

async function personOf(trx: Trx, token: string, { lock = false } = {}): Promise<string | null> {
	const query = trx
		.selectFrom('password_reset')
		.select('person')
		.where('token_hash', '=', hashSecret(token))
		.where('used_at', 'is', null)
		.where('expires_at', '>', sql<Date>`waypost_now()`);
	const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
	return row?.person ?? null;
}
