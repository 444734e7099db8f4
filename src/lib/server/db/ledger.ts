import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** What the ledger may hold: opaque ids and codes, never names (design.md, invariant 3). */
export type LedgerEntry = {
	kind: string;
	actor?: string | null;
	learner?: string | null;
	subject?: string | null;
	detail?: Record<string, string | number | boolean | null | string[]>;
};

/** Appends to the ledger in the caller's transaction, so that what happened and its record stand or fall together. */
export async function append(db: Kysely<Database>, entry: LedgerEntry): Promise<void> {
	await db
		.insertInto('ledger_event')
		.values({
			kind: entry.kind,
			actor: entry.actor ?? null,
			learner: entry.learner ?? null,
			subject: entry.subject ?? null,
			detail: JSON.stringify(entry.detail ?? {})
		})
		.execute();
}
