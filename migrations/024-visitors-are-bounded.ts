import { sql, type Kysely } from 'kysely';

/** Beginning as a visitor is one of the things that may be tried only so often from one network address. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table limited_try drop constraint limited_try_kind_check;
		alter table limited_try add check (kind in ('password-reset', 'invitation-code', 'visitor'));
	`.execute(db);
}
