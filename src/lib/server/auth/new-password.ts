import { sql } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';
import * as mail from '#lib/server/mail/mail.ts';
import type { Mails } from '#lib/server/mail/templates.ts';
import * as sessions from './sessions.ts';

/** A person's own sign-in, as somebody needs it who gives it another password. */
export type HeldSignIn = {
	login: string;
	disabled: boolean;
	givenName: string;
	familyName: string;
	email: string | null;
	locale: string;
};

/** The sign-in of a person who is still here; null when there is none. Needs a system scope; locks it where asked. */
export async function heldSignIn(
	trx: Trx,
	person: string,
	{ lock = false } = {}
): Promise<HeldSignIn | null> {
	const query = trx
		.selectFrom('sign_in as s')
		.innerJoin('person as p', 'p.id', 's.person')
		.innerJoin('person_identity as i', 'i.person', 's.person')
		.select([
			's.login',
			sql<boolean>`s.disabled_at is not null`.as('disabled'),
			'i.given_name as givenName',
			'i.family_name as familyName',
			'i.email',
			'i.locale'
		])
		.where('s.person', '=', person)
		.where('p.kind', '=', 'human')
		.where('p.merged_into', 'is', null)
		.where((eb) => eb.or([eb('p.ended_at', 'is', null), eb('p.ended_at', '>', sql<Date>`waypost_now()`)]));
	return (await (lock ? query.forNoKeyUpdate(['s', 'p']) : query).executeTakeFirst()) ?? null;
}

/**
 * Gives a person's sign-in another password: every session ends, whatever else would open it is void, and its owner
 * is told by mail, or by a letter where there is no address, so that somebody else's doing is noticed. Needs a system
 * scope.
 */
export async function replacePassword(
	trx: Trx,
	person: string,
	passwordHash: string,
	by: Mails['password-changed']['content']['by']
): Promise<void> {
	await trx
		.updateTable('sign_in')
		.set({ password_hash: passwordHash, password_changed_at: sql<Date>`waypost_now()` })
		.where('person', '=', person)
		.execute();
	await voidWaysIn(trx, person);
	await sessions.revokeAll(trx, person);
	const held = await heldSignIn(trx, person);
	if (!held) return;
	await mail.post(trx, {
		to: held.email || null,
		person,
		template: 'password-changed',
		locale: held.locale,
		content: { givenName: held.givenName, login: held.login, by },
		secrets: null
	});
}

/** Links and codes that would still open a person's sign-in open nothing any more. */
async function voidWaysIn(trx: Trx, person: string): Promise<void> {
	await trx
		.updateTable('password_reset')
		.set({ used_at: sql<Date>`waypost_now()` })
		.where('person', '=', person)
		.where('used_at', 'is', null)
		.execute();
	await trx
		.updateTable('invitation')
		.set({ withdrawn_at: sql<Date>`waypost_now()` })
		.where('person', '=', person)
		.where('used_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.execute();
}
