import type { Db } from '#lib/server/db/database.ts';
import type { PersonActor } from './actor.ts';
import { confirmPassword, type Refusal, type SignInInput, type SignInOptions } from './sign-in.ts';

/**
 * Asks a signed-in person for their own password again, under the same limits as signing in: an unwatched screen must
 * not be enough for what carries their name.
 */
export async function confirmOwnPassword(
	db: Db,
	actor: PersonActor,
	input: Omit<SignInInput, 'login' | 'deviceLabel'>,
	now: Date,
	options: SignInOptions = {}
): Promise<{ ok: true } | { ok: false; reason: 'no-sign-in' } | Refusal> {
	const held = await db
		.selectFrom('sign_in')
		.select('login')
		.where('person', '=', actor.person)
		.executeTakeFirst();
	if (!held) return { ok: false, reason: 'no-sign-in' };
	const { password, address, device } = input;
	const confirmed = await confirmPassword(db, { login: held.login, password, address, device }, now, options);
	return confirmed.ok ? { ok: true } : confirmed;
}
