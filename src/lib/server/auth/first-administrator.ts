import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { locks } from '#lib/server/db/locks.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { createFirstAdministrator } from './can.ts';
import { argon2id, check, hashPassword, ownWords, type Hasher, type Weakness } from './passwords.ts';
import { hashSecret, looksLikeSecret, newSecret } from './secret.ts';
import { addSignIn, loginOf } from './sign-in.ts';

/**
 * How a district gets its first administrator: whoever runs the server makes a link, which works once, for an hour,
 * and only while there is no administrator. Rights are otherwise granted by a person; here by a system person.
 */
const scope: Scope = { kind: 'system', purpose: 'first-administrator' };
/** The source id of the system person in whose name the first right is granted. */
const GRANTOR = 'system:first-administrator';

export type NewAdministrator = { givenName: string; familyName: string; email: string; password: string };

/** Makes a link's token; refused while the district has an administrator. */
export async function createLink(
	db: Db
): Promise<{ ok: true; token: string; expiresAt: Date } | { ok: false; reason: 'administrator-exists' }> {
	return within(db, scope, async (trx) => {
		const allowed = createFirstAdministrator({ administrators: await countAdministrators(trx) });
		if (!allowed.ok) return allowed;
		const token = newSecret();
		const { rows } = await sql<{ expires_at: Date }>`
			insert into first_administrator_link (token_hash, expires_at)
			values (${hashSecret(token)}, waypost_now() + interval '1 hour') returning expires_at`.execute(trx);
		const row = rows[0];
		if (!row) throw new Error('the link was not recorded');
		return { ok: true, token, expiresAt: row.expires_at };
	});
}

/** Whether a link still works. Looking uses nothing up: mail scanners look at every link. */
export async function isGood(db: Db, token: string): Promise<boolean> {
	if (!looksLikeSecret(token)) return false;
	return within(
		db,
		scope,
		async (trx) => (await usableLink(trx, token)) && (await countAdministrators(trx)) === 0
	);
}

/**
 * Uses the link: makes the person with names, evidence, affiliation, right and sign-in, all or nothing. The district's
 * organisation is made when there is none yet.
 */
export async function useLink(
	db: Db,
	token: string,
	administrator: NewAdministrator,
	{
		districtName,
		districtWords,
		locale,
		hasher = argon2id
	}: { districtName: string; districtWords: readonly string[]; locale: string; hasher?: Hasher }
): Promise<{ ok: true; person: string } | { ok: false; reason: 'link' | 'login-taken' | Weakness }> {
	if (!(await isGood(db, token))) return { ok: false, reason: 'link' };
	const { givenName, familyName, email, password } = administrator;
	const strong = check(password, ownWords([...districtWords, givenName, familyName, email]));
	if (!strong.ok) return strong;
	const passwordHash = await hashPassword(password, hasher);

	return within(db, scope, async (trx) => {
		await sql`select pg_advisory_xact_lock(${locks.firstAdministrator})`.execute(trx);
		if (!(await usableLink(trx, token)) || (await countAdministrators(trx)) > 0)
			return { ok: false, reason: 'link' };
		const taken = await trx
			.selectFrom('sign_in')
			.select('person')
			.where('login', '=', loginOf(email))
			.executeTakeFirst();
		if (taken) return { ok: false, reason: 'login-taken' };

		const organisation = await ensureDistrict(trx, districtName);
		const grantor = await ensureGrantor(trx);
		const { id: person } = await trx
			.insertInto('person')
			.values({ kind: 'human' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('person_identity')
			.values({
				person,
				given_name: givenName,
				family_name: familyName,
				email,
				locale,
				sourced_id: null,
				employee_id: null
			})
			.execute();
		const { id: learner } = await trx
			.insertInto('learner')
			.values({ kind: 'person' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx.insertInto('learner_person').values({ learner, person }).execute();
		const fromNow = sql<string>`tstzrange(waypost_now(), null)`;
		await trx
			.insertInto('affiliation')
			.values({ person, organisation, role: 'administrator', band: null, during: fromNow })
			.execute();
		await trx
			.insertInto('scope_grant')
			.values({ person, right: 'district-administrator', organisation, during: fromNow, granted_by: grantor })
			.execute();
		if (!(await addSignIn(trx, { person, login: email, passwordHash })))
			throw new Error('the login was taken in between');
		await trx
			.updateTable('first_administrator_link')
			.set({ used_at: sql<Date>`waypost_now()` })
			.where('token_hash', '=', hashSecret(token))
			.execute();
		await append(trx, { kind: 'first-administrator', actor: grantor, subject: person, learner });
		return { ok: true, person };
	});
}

async function usableLink(trx: Trx, token: string): Promise<boolean> {
	const link = await trx
		.selectFrom('first_administrator_link')
		.select('token_hash')
		.where('token_hash', '=', hashSecret(token))
		.where('used_at', 'is', null)
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.executeTakeFirst();
	return link !== undefined;
}

/** People who hold the right now and are still here. */
async function countAdministrators(trx: Trx): Promise<number> {
	const { count } = await trx
		.selectFrom('scope_grant')
		.innerJoin('person', 'person.id', 'scope_grant.person')
		.select((eb) => eb.fn.countAll<string>().as('count'))
		.where('scope_grant.right', '=', 'district-administrator')
		.where(sql<boolean>`scope_grant.during @> waypost_now()`)
		.where('person.merged_into', 'is', null)
		.where((eb) =>
			eb.or([eb('person.ended_at', 'is', null), eb('person.ended_at', '>', sql<Date>`waypost_now()`)])
		)
		.executeTakeFirstOrThrow();
	return Number(count);
}

async function ensureDistrict(trx: Trx, name: string): Promise<string> {
	const found = await trx
		.selectFrom('organisation')
		.select('id')
		.where('kind', '=', 'district')
		.where('ended_at', 'is', null)
		.orderBy('id')
		.executeTakeFirst();
	if (found) return found.id;
	const made = await trx
		.insertInto('organisation')
		.values({ kind: 'district', name, sourced_id: null })
		.returning('id')
		.executeTakeFirstOrThrow();
	return made.id;
}

async function ensureGrantor(trx: Trx): Promise<string> {
	const found = await trx
		.selectFrom('person_identity')
		.select('person')
		.where('sourced_id', '=', GRANTOR)
		.executeTakeFirst();
	if (found) return found.person;
	const { id } = await trx
		.insertInto('person')
		.values({ kind: 'system' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx
		.insertInto('person_identity')
		.values({
			person: id,
			given_name: 'Waypost',
			family_name: 'First administrator link',
			email: null,
			sourced_id: GRANTOR,
			employee_id: null
		})
		.execute();
	return id;
}
