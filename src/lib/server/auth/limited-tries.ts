import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { counted } from './sign-in-limits.ts';

/**
 * How often something may be tried that is no sign-in: asked for a mail, a code guessed, lessons begun as a visitor. By its subject (an e-mail
 * address, whatever may be behind it) and by the network address it comes from; as with signing in, an address has to
 * do very much, so that one school behind one address shuts nobody out (attack 17).
 */
export type LimitedKind = Database['limited_try']['kind'];
type Bound = { most: number; minutes: number };
const bounds: Record<LimitedKind, { subject: Bound | null; address: Bound }> = {
	// Three mails an hour are enough for anybody, and too few to be a nuisance.
	'password-reset': { subject: { most: 3, minutes: 60 }, address: { most: 100, minutes: 60 } },
	// Codes have 80 random bits: the limit only keeps a stubborn guesser from being a burden.
	'invitation-code': { subject: null, address: { most: 60, minutes: 15 } },
	// A parents' evening on the school's network fits; a script that fills the tables does not.
	visitor: { subject: null, address: { most: 600, minutes: 60 } }
};
const KEPT_MINUTES = 24 * 60;

export type LimitedTry = { kind: LimitedKind; subject: string; address: string | null };
export type TryStanding = { limited: false } | { limited: true; retryAfterSeconds: number };

/** Whether this may be tried now, and if not, in how many seconds. `now` is the machine's clock, as for signing in. */
export async function standing(
	db: Db,
	{ kind, subject, address }: LimitedTry,
	now: Date
): Promise<TryStanding> {
	const { subject: bySubject, address: byAddress } = bounds[kind];
	const filled = async (
		bound: Bound | null,
		column: 'subject_hash' | 'address',
		value: Buffer | string | null
	) => {
		if (!bound || value === null) return 0;
		const row = await db
			.selectFrom('limited_try')
			.select('at')
			.where('kind', '=', kind)
			.where(column, '=', value)
			.where('at', '>', minutesBefore(now, bound.minutes))
			.orderBy('at', 'desc')
			.offset(bound.most - 1)
			.limit(1)
			.executeTakeFirst();
		return row ? Math.ceil((row.at.getTime() + bound.minutes * 60_000 - now.getTime()) / 1000) : 0;
	};
	const wait = Math.max(
		await filled(bySubject, 'subject_hash', hashOf(subject)),
		await filled(byAddress, 'address', counted(address))
	);
	return wait > 0 ? { limited: true, retryAfterSeconds: wait } : { limited: false };
}

/** Notes a try. What was typed is kept as its hash only. */
export async function note(db: Db, { kind, subject, address }: LimitedTry, now: Date): Promise<void> {
	await db
		.insertInto('limited_try')
		.values({ kind, subject_hash: hashOf(subject), address: counted(address), at: now })
		.execute();
}

/** Notes a try if it may be made: of many that come at once, no more than may. */
export async function take(db: Db, attempt: LimitedTry, now: Date): Promise<TryStanding> {
	return db.transaction().execute(async (trx) => {
		for (const key of [
			`${attempt.kind} ${attempt.subject}`,
			`${attempt.kind} from ${counted(attempt.address)}`
		])
			await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 12))`.execute(trx);
		const stands = await standing(trx, attempt, now);
		if (!stands.limited) await note(trx, attempt, now);
		return stands;
	});
}

/** Takes away tries that count for nothing any more. */
export async function deleteOld(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('limited_try').where('at', '<', minutesBefore(now, KEPT_MINUTES)).execute();
}

function hashOf(subject: string): Buffer {
	return createHash('sha256').update(subject).digest();
}

function minutesBefore(now: Date, minutes: number): Date {
	return new Date(now.getTime() - minutes * 60_000);
}
