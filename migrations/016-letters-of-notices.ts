import { sql, type Kysely } from 'kysely';

/**
 * Notices to people without an e-mail address wait in the outbox to be printed, and come home as letters by class.
 * Source: ARCHITECTURE.md, "The people of a district".
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- to-print: a letter that waits for the office; printed: it was in a file that the office took to print.
		alter table mail drop constraint mail_state_check,
			add constraint mail_state_check
				check (state in ('queued', 'sent', 'failed', 'shown', 'to-print', 'printed')),
			drop constraint mail_check,
			add check ((state in ('queued', 'to-print')) = (settled_at is null)),
			-- A letter is for one person, whose name is read when it is printed.
			add check (state not in ('to-print', 'printed') or person is not null);
		create index mail_to_print on mail (person) where state in ('to-print', 'printed');
		create index mail_of_person on mail (person, posted_at) where person is not null;

		-- The office prints the letters of those whom it may invite, and of nobody else.
		create policy letter_seen on mail for select using (
			state in ('to-print', 'printed')
			and ((select waypost_scope() = 'district')
				or ((select waypost_scope() like 'inviting:%') and waypost_may_invite(person)))
		);
		create policy letter_printed on mail for update using (
			state in ('to-print', 'printed')
			and ((select waypost_scope() = 'district')
				or ((select waypost_scope() like 'inviting:%') and waypost_may_invite(person)))
		) with check (state = 'printed');
	`.execute(db);
}
