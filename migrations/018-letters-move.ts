import { sql, type Kysely } from 'kysely';

/** Letters that wait for a person go along when two records of them are brought together, and back again. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create policy letter_seen_to_move on mail for select using (
			state in ('to-print', 'printed') and (select waypost_scope() = 'system:merge')
		);
		create policy letter_moved on mail for update using (
			state in ('to-print', 'printed') and (select waypost_scope() = 'system:merge')
		);
	`.execute(db);
}
