import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/**
 * How far one transaction may see into people's names (row-level security reads it).
 * `system` scopes are for work without a person in front of it, and are named so that a reader can list them.
 */
export type Scope =
	| { kind: 'self'; actor: string }
	| { kind: 'schools'; actor: string; schools: string[] }
	/** The students of one class, for one who teaches it now. */
	| { kind: 'class'; actor: string; class: string }
	/** The children of the class for which a device is open; nobody before its teacher opened it. */
	| { kind: 'class-device'; device: string; actor?: undefined }
	/** A guardian's own children, where the link stands. */
	| { kind: 'family'; actor: string }
	/** The students of schools that the actor administers, and the guardians that are linked to them. */
	| { kind: 'families'; actor: string; schools: string[] }
	/** The people of schools that the actor administers, and the guardians of their students, to be invited. */
	| { kind: 'inviting'; actor: string; schools: string[] }
	| { kind: 'district'; actor: string }
	| { kind: 'system'; purpose: SystemPurpose; actor?: string };

export type SystemPurpose =
	| 'sign-in'
	| 'sign-up'
	| 'seed'
	| 'first-administrator'
	| 'second-factor'
	| 'certificate'
	| 'verify'
	| 'co-owner-offer'
	| 'gate-check'
	| 'register'
	| 'mail'
	| 'password-reset'
	| 'invitation'
	| 'guardian-link'
	| 'merge'
	| 'own-record'
	| 'roster';

function setting(scope: Scope): string {
	if (scope.kind === 'schools') return `schools:${scope.schools.join(',')}`;
	if (scope.kind === 'class') return `class:${scope.class}`;
	if (scope.kind === 'class-device') return `class-device:${scope.device}`;
	if (scope.kind === 'families') return `families:${scope.schools.join(',')}`;
	if (scope.kind === 'inviting') return `inviting:${scope.schools.join(',')}`;
	if (scope.kind === 'system') return `system:${scope.purpose}`;
	return scope.kind;
}

/** Runs `work` in one short transaction that sees what `scope` allows, and nothing once it has ended. */
export async function within<T>(db: Db, scope: Scope, work: (trx: Trx) => Promise<T>): Promise<T> {
	return db.transaction().execute(async (trx) => {
		await enter(trx, scope);
		return work(trx);
	});
}

/** Sets the scope of a transaction that is already running. */
export async function enter(trx: Trx, scope: Scope): Promise<void> {
	await sql`select set_config('waypost.scope', ${setting(scope)}, true), set_config('waypost.actor', ${scope.actor ?? ''}, true)`.execute(
		trx
	);
}

/** Ends the scope of a transaction that goes on: from here it sees nobody. */
export async function leave(trx: Trx): Promise<void> {
	await sql`select set_config('waypost.scope', '', true), set_config('waypost.actor', '', true)`.execute(trx);
}
