import { sql, type Kysely } from 'kysely';

/**
 * Mail that waits to be sent, ways back in for those who forgot their password, and invitations for those who have no
 * sign-in. Whatever opens something is stored as its hash, or apart from the rest and only for as long as a mail
 * waits. Sources: ARCHITECTURE.md, "The people of a district"; data-model.md section 2, attacks 12, 15 and 17.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- The outbox: written in the transaction of what it tells about, sent by whichever instance comes first.
		create table mail (
			id uuid primary key default uuidv7(),
			template text not null,
			locale text not null,
			-- The address, and what the template is filled with: both are taken away some days after it was sent.
			recipient text check (recipient !~ '[[:cntrl:]]'),
			content jsonb,
			-- To whom, where it is to one person.
			person uuid references person on delete cascade,
			-- shown: a demo has no mail server, and shows its mails in the app.
			state text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'shown')),
			posted_at timestamptz(3) not null default waypost_now(),
			-- After this it helps nobody any more: its link is over, or the mail server was away for a day.
			useless_at timestamptz(3) not null,
			due_at timestamptz(3) not null default waypost_now(),
			tries integer not null default 0,
			tried_at timestamptz(3),
			-- What went wrong last, as a code; never the words of another server, which may quote addresses.
			trouble text,
			settled_at timestamptz(3),
			check ((state = 'queued') = (settled_at is null))
		);
		create index mail_due on mail (due_at) where state = 'queued';
		create index mail_tried on mail (tried_at);
		create index mail_settled on mail (settled_at) where content is not null;
		-- What opens something (the token of a link) stands here, for as long as the mail waits.
		create table mail_secret (
			mail uuid primary key references mail on delete cascade,
			secrets jsonb not null
		);
		alter table mail enable row level security;
		alter table mail force row level security;
		alter table mail_secret enable row level security;
		alter table mail_secret force row level security;
		create policy mail_posted on mail for insert with check ((select waypost_scope() <> 'none'));
		create policy mail_seen on mail for select using ((select waypost_scope() = 'system:mail'));
		create policy mail_carried on mail for update using ((select waypost_scope() = 'system:mail'));
		create policy mail_forgotten on mail for delete using ((select waypost_scope() = 'system:mail'));
		create policy secret_posted on mail_secret for insert with check ((select waypost_scope() <> 'none'));
		create policy secret_seen on mail_secret for select using ((select waypost_scope() = 'system:mail'));
		create policy secret_forgotten on mail_secret for delete using ((select waypost_scope() = 'system:mail'));

		-- Tries that are limited, other than those of signing in. What was typed is kept as its hash only.
		create table limited_try (
			id bigint generated always as identity primary key,
			kind text not null check (kind in ('password-reset', 'invitation-code')),
			subject_hash bytea not null,
			address inet,
			at timestamptz(3) not null
		);
		create index limited_try_subject on limited_try (kind, subject_hash, at);
		create index limited_try_address on limited_try (kind, address, at);
		create index limited_try_at on limited_try (at);

		-- “I forgot my password”: noted at once and answered by a job, so that the page takes as long for an address
		-- that nobody has as for one that is known.
		create table password_reset_request (
			id uuid primary key default uuidv7(),
			email text not null,
			locale text not null,
			asked_at timestamptz(3) not null default waypost_now()
		);
		alter table password_reset_request enable row level security;
		alter table password_reset_request force row level security;
		create policy request_handled on password_reset_request for all
			using ((select waypost_scope() = 'system:password-reset'))
			with check ((select waypost_scope() = 'system:password-reset'));

		create table password_reset (
			token_hash bytea primary key,
			person uuid not null references person on delete cascade,
			created_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null,
			used_at timestamptz(3)
		);
		create index password_reset_person on password_reset (person);

		-- An invitation opens a sign-in to one person, once. recovery: they have one and can't get in any more.
		create table invitation (
			id uuid primary key default uuidv7(),
			code_hash bytea not null unique,
			person uuid not null references person on delete cascade,
			purpose text not null check (purpose in ('first', 'recovery')),
			way text not null check (way in ('letter', 'e-mail')),
			made_by uuid not null references person,
			made_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null,
			mail uuid references mail on delete set null,
			-- Children whose guardian this person is, as the office says by inviting them; confirmed when it is used.
			children uuid[] not null default '{}',
			used_at timestamptz(3),
			-- By whom it was taken back; nobody in particular where a newer one took its place.
			withdrawn_at timestamptz(3),
			withdrawn_by uuid references person,
			check (made_by <> person),
			check (used_at is null or withdrawn_at is null),
			-- Who asked for it stood before somebody of the office, so there is no mail to whoever reads their mailbox.
			check (purpose = 'first' or way = 'letter')
		);
		create unique index invitation_open on invitation (person) where used_at is null and withdrawn_at is null;
		create index invitation_person on invitation (person, made_at);

		-- The scope of a school's invitations: its people, and the guardians of its students wherever those belong. A scope
		-- that somebody else sets shows nobody: whoever administers the school is asked for here.
		create function waypost_scope_inviting() returns uuid[] language sql stable as $$
			select case when waypost_scope() like 'inviting:%'
				then string_to_array(nullif(substr(waypost_scope(), 10), ''), ',')::uuid[]
				else '{}'::uuid[] end
		$$;
		create function waypost_may_invite(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select exists (
				select from affiliation a
				join scope_grant g on g.organisation = a.organisation and g.person = waypost_actor()
					and g."right" = 'school-administrator' and g.during @> waypost_now()
				where a.organisation = any (waypost_scope_inviting()) and a.superseded_at is null
					and a.during @> waypost_now()
					and (a.person = subject or (a.role = 'student' and a.person in (
						select child from guardian_link where guardian = subject and during @> waypost_now()
					)))
			)
		$$;
		create policy person_seen_to_invite on person for select using (
			(select waypost_scope() like 'inviting:%') and waypost_may_invite(id)
		);
		create policy identity_seen_to_invite on person_identity for select using (
			(select waypost_scope() like 'inviting:%') and waypost_may_invite(person)
		);
		create policy identity_link_seen_to_invite on identity_link for select using (
			(select waypost_scope() like 'inviting:%') and waypost_may_invite(person)
		);
		alter table invitation enable row level security;
		alter table invitation force row level security;
		create policy invitation_seen on invitation for select using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or ((select waypost_scope() like 'inviting:%') and waypost_may_invite(person))
		);
		create policy invitation_made on invitation for insert with check (
			(select waypost_scope() like 'system:%')
			or (made_by = (select waypost_actor())
				and ((select waypost_scope() = 'district')
					or ((select waypost_scope() like 'inviting:%') and waypost_may_invite(person))))
		);
		create policy invitation_ended on invitation for update using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or ((select waypost_scope() like 'inviting:%') and waypost_may_invite(person))
		);

		call allow_app('mail', 'select, insert, update, delete');
		call allow_app('mail_secret', 'select, insert, delete');
		call allow_app('limited_try', 'select, insert, delete');
		call allow_app('password_reset_request', 'select, insert, update, delete');
		call allow_app('password_reset', 'select, insert, update, delete');
		call allow_app('invitation', 'select, insert');
		call allow_app('invitation', 'update (mail, used_at, withdrawn_at, withdrawn_by)');
	`.execute(db);
}
