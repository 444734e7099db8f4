import { sql, type Kysely } from 'kysely';

/**
 * Single sign-on: a person is known by who vouches for them (issuer) and the name that it gives them (subject), never
 * by an e-mail address. Sources: issue "The people of a district", data-model.md section 2 and section 3, attack 11.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- One person at one issuer is one subject, and one subject is one person. A subject may be a user name, so that
		-- the table is under row-level security like other names.
		create table identity_link (
			id uuid primary key default uuidv7(),
			person uuid not null references person on delete cascade,
			issuer text not null check (issuer ~ '^https?://'),
			subject text not null check (length(subject) between 1 and 255),
			-- What the roster was matched by when the link was made.
			matched_by text not null check (matched_by in ('sourced-id', 'email')),
			linked_at timestamptz(3) not null default waypost_now(),
			last_used_at timestamptz(3) not null default waypost_now(),
			unique (issuer, subject),
			unique (person, issuer)
		);
		alter table identity_link enable row level security;
		alter table identity_link force row level security;
		create policy identity_link_seen on identity_link for select using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or person = (select waypost_actor())
			or ((select waypost_scope() like 'schools:%') and waypost_may_see(person))
		);
		create policy identity_link_made on identity_link for insert with check (
			(select waypost_scope() like 'system:%')
		);
		create policy identity_link_used on identity_link for update using ((select waypost_scope() like 'system:%'));
		create policy identity_link_removed on identity_link for delete using (
			(select waypost_scope() like 'system:%')
		);
		call allow_app('identity_link', 'select, insert, delete');
		call allow_app('identity_link', 'update (last_used_at)');

		-- Somebody who was sent to sign in elsewhere and is not back yet. Bound to their browser by a cookie, good once.
		create table single_sign_on_request (
			state_hash bytea primary key,
			browser_hash bytea not null,
			provider text not null,
			nonce text not null,
			code_verifier text not null,
			next text not null,
			expires_at timestamptz(3) not null
		);
		create index single_sign_on_request_browser on single_sign_on_request (browser_hash);
		create index single_sign_on_request_expires_at on single_sign_on_request (expires_at);
		call allow_app('single_sign_on_request', 'select, insert, delete');
	`.execute(db);
}
