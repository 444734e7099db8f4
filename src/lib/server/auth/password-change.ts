import type { Db } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import type { PersonActor } from './actor.ts';
import { replacePassword } from './new-password.ts';
import { confirmOwnPassword } from './own-password.ts';
import { argon2id, check, hashPassword, type Weakness } from './passwords.ts';
import type { Refusal, SignInOptions } from './sign-in.ts';
import * as sessions from './sessions.ts';

export type PasswordChange = {
	current: string;
	next: string;
	/** The district's and the person's own words (`ownWords` of passwords.ts). */
	ownWords: readonly string[];
	address: string | null;
	device: string | null;
	deviceLabel: string;
};

/**
 * Changes the actor's own password. The current one is asked for again, under the same limits as signing in: an
 * unwatched screen must not be enough. Every session ends, and this device gets a new one.
 */
export async function changePassword(
	db: Db,
	actor: PersonActor,
	change: PasswordChange,
	now: Date,
	options: SignInOptions = {}
): Promise<
	{ ok: true; session: sessions.NewSession } | { ok: false; reason: Weakness | 'no-sign-in' } | Refusal
> {
	const strong = check(change.next, change.ownWords);
	if (!strong.ok) return strong;
	const confirmed = await confirmOwnPassword(
		db,
		actor,
		{ ...change, password: change.current },
		now,
		options
	);
	if (!confirmed.ok) return confirmed;
	const passwordHash = await hashPassword(change.next, options.hasher ?? argon2id);
	return within(db, { kind: 'system', purpose: 'password-reset', actor: actor.person }, async (trx) => {
		await replacePassword(trx, actor.person, passwordHash, 'themselves');
		const session = await sessions.create(trx, actor.person, {
			device: change.deviceLabel,
			assurance: actor.assurance,
			shared: actor.shared ?? false
		});
		await append(trx, { kind: 'password-changed', actor: actor.person, subject: actor.person });
		return { ok: true, session };
	});
}
