import type { Trx } from '#lib/server/db/database.ts';
import { sealingKey } from '../sealing.ts';
import * as authenticator from './authenticator.ts';
import * as recoveryCodes from './recovery-codes.ts';

/**
 * What a record has of second factors, in opaque ids: its passkeys, its app, and the records that its recovery codes
 * were made for. The functions here need a scope that sees the factors of all.
 */
export type Factors = { passkeys: string[]; authenticators: string[]; codesMadeFor: string[] };

/** The factors of a record. An app that is only being set up is none. */
export async function factorsOf(trx: Trx, person: string): Promise<Factors> {
	const passkeys = await trx
		.selectFrom('second_factor_passkey')
		.select('id')
		.where('person', '=', person)
		.execute();
	const authenticators = await trx
		.selectFrom('second_factor_authenticator')
		.select('id')
		.where('person', '=', person)
		.where('confirmed_at', 'is not', null)
		.execute();
	return {
		passkeys: passkeys.map(({ id }) => id),
		authenticators: authenticators.map(({ id }) => id),
		codesMadeFor: await recoveryCodes.madeFor(trx, person)
	};
}

/** Those of `all` that are none of `some`. */
export function without(all: Factors, some: Factors): Factors {
	const rest = (ids: string[], gone: string[]) => ids.filter((id) => !gone.includes(id));
	return {
		passkeys: rest(all.passkeys, some.passkeys),
		authenticators: rest(all.authenticators, some.authenticators),
		codesMadeFor: rest(all.codesMadeFor, some.codesMadeFor)
	};
}

/** Moves some of a record's factors to another record of the same person; they work there as they did. */
export async function move(trx: Trx, from: string, to: string, which: Factors): Promise<void> {
	if (which.passkeys.length > 0)
		await trx
			.updateTable('second_factor_passkey')
			.set(({ fn, val }) => ({ person: to, made_for: fn.coalesce('made_for', val(from)) }))
			.where('person', '=', from)
			.where('id', 'in', which.passkeys)
			.execute();
	for (const id of which.authenticators) await authenticator.move(trx, id, { from, to }, sealingKey());
	if (which.codesMadeFor.length > 0)
		await trx
			.updateTable('second_factor_recovery_code')
			.set(({ fn, val }) => ({ person: to, made_for: fn.coalesce('made_for', val(from)) }))
			.where('person', '=', from)
			.where(({ fn, val }) => fn.coalesce('made_for', val(from)), 'in', which.codesMadeFor)
			.execute();
}
