import type { Kysely } from 'kysely';
import type { EventKind } from './event-kinds.ts';
import type { Database } from './schema.ts';

/** What the ledger may hold: opaque ids and codes, never names (design.md, invariant 3). */
export type LedgerEntry = {
	kind: EventKind;
	actor?: string | null;
	learner?: string | null;
	subject?: string | null;
	detail?: Record<string, string | number | boolean | null | string[]>;
};

/** Appends to the ledger in the caller's transaction, so that what happened and its record stand or fall together. */
export async function append(db: Kysely<Database>, entry: LedgerEntry): Promise<void> {
	await appendAll(db, [entry]);
}

/** Appends many events in one statement. */
export async function appendAll(db: Kysely<Database>, entries: readonly LedgerEntry[]): Promise<void> {
	if (entries.length === 0) return;
	await db
		.insertInto('ledger_event')
		.values(
			entries.map(({ kind, actor, learner, subject, detail }) => ({
				kind,
				actor: actor ?? null,
				learner: learner ?? null,
				subject: subject ?? null,
				detail: JSON.stringify(detail ?? {})
			}))
		)
		.execute();
}
