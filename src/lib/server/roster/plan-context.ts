import { sql, type RawBuilder } from 'kysely';
import type { Trx } from '#lib/server/db/database.ts';
import type { Reading } from './reading.ts';

/** What every part of a plan works with: one transaction, one import, one instant. */
export type PlanContext = {
	trx: Trx;
	import: string;
	/** Who imports, for the ledger; null for the command line and the watched folder. */
	actor: string | null;
	at: Date;
	/** The district's time zone: days of a file begin at its midnights. */
	zone: string;
	reading: Reading;
};

/** The instant at which a civil day begins in the district. */
export function midnight(day: RawBuilder<unknown>, zone: string): RawBuilder<Date | null> {
	return sql<Date | null>`(${day}::timestamp at time zone ${zone})`;
}

/** Runs a statement and gives how many rows it concerned. */
export async function affected(trx: Trx, statement: RawBuilder<unknown>): Promise<number> {
	const { numAffectedRows } = await statement.execute(trx);
	return Number(numAffectedRows ?? 0n);
}
