import { sql, type Kysely } from 'kysely';

/**
 * People, apart from evidence: names and addresses live here alone, under row-level security. Evidence hangs on
 * a learner; a visitor is a learner without a person, and sign-up only adds the link.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table organisation (
			id uuid primary key default uuidv7(),
			kind text not null check (kind in ('district', 'school')),
			sourced_id text unique,
			name text not null,
			ended_at timestamptz(3)
		);

		create table person (
			id uuid primary key default uuidv7(),
			kind text not null default 'human' check (kind in ('human', 'system')),
			merged_into uuid references person,
			created_at timestamptz(3) not null default waypost_now(),
			ended_at timestamptz(3),
			check (merged_into is distinct from id)
		);

		create table person_identity (
			person uuid primary key references person on delete cascade,
			family_name text not null check (family_name <> ''),
			given_name text not null,
			email text,
			sourced_id text,
			employee_id text,
			locale text not null default 'en',
			search_key text collate "C" generated always as (
				lower(family_name || ' ' || given_name || ' ' || coalesce(email, ''))
			) stored
		);
		create unique index person_identity_sourced_id on person_identity (sourced_id) where sourced_id is not null;
		create index person_identity_email on person_identity (lower(email));
		create index person_identity_search on person_identity (search_key);

		-- "True on D" is during; "known on D" is recorded_at and superseded_at.
		create table affiliation (
			id uuid primary key default uuidv7(),
			person uuid not null references person,
			organisation uuid not null references organisation,
			role text not null check (role in ('teacher', 'principal', 'administrator', 'counselor', 'librarian',
				'aide', 'coach', 'communications', 'technology', 'student', 'guardian', 'volunteer')),
			band text check (band in ('K-2', '3-5', '6-8', '9-12')),
			during tstzrange not null check (not isempty(during)),
			recorded_at timestamptz(3) not null default waypost_now(),
			superseded_at timestamptz(3),
			check (band is null or role = 'student')
		);
		create index affiliation_person on affiliation (person) where superseded_at is null;
		create index affiliation_organisation on affiliation (organisation) where superseded_at is null;

		-- Rights are granted by a person to another, for a time; never from a file or a token.
		create table scope_grant (
			id uuid primary key default uuidv7(),
			person uuid not null references person,
			"right" text not null check ("right" in ('district-administrator', 'school-administrator', 'reviewer', 'auditor')),
			organisation uuid not null references organisation,
			during tstzrange not null,
			granted_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now(),
			check (granted_by <> person)
		);
		create index scope_grant_person on scope_grant (person);

		create table guardian_link (
			guardian uuid not null references person,
			child uuid not null references person,
			during tstzrange not null,
			may_see_record boolean not null default false,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (guardian, child),
			check (guardian <> child)
		);

		create table learner (
			id uuid primary key default uuidv7(),
			kind text not null check (kind in ('person', 'visitor')),
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create table learner_person (
			learner uuid primary key references learner,
			person uuid not null references person,
			linked_at timestamptz(3) not null default waypost_now()
		);
		create index learner_person_person on learner_person (person);

		create table visitor (
			token_hash bytea primary key,
			learner uuid not null unique references learner,
			created_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null
		);

		-- Bumped by triggers on every change that could alter a gate's answer (see 004).
		create table standing (
			person uuid primary key references person on delete cascade,
			rev bigint not null default 1,
			-- False once the person has left or was merged into another: gates ask here, where no name is.
			active boolean not null default true
		);
		create function begin_standing() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			insert into standing (person) values (new.id);
			return new;
		end $$;
		create trigger begin_standing after insert on person for each row execute function begin_standing();

		-- Signing in.
		create table sign_in (
			person uuid primary key references person on delete cascade,
			login text not null unique check (login = lower(login)),
			password_hash text not null,
			created_at timestamptz(3) not null default waypost_now(),
			password_changed_at timestamptz(3) not null default waypost_now(),
			disabled_at timestamptz(3)
		);
		create table session (
			id_hash text primary key,
			public_id uuid not null unique default uuidv7(),
			person uuid not null references person on delete cascade,
			created_at timestamptz(3) not null default now(),
			last_seen_at timestamptz(3) not null default now(),
			expires_at timestamptz(3) not null,
			absolute_expires_at timestamptz(3) not null,
			device text not null default ''
		);
		create index session_person on session (person);
		create table sign_in_failure (
			id bigint generated always as identity primary key,
			login_hash bytea not null,
			device_hash bytea,
			address inet,
			at timestamptz(3) not null default now()
		);
		create index sign_in_failure_login on sign_in_failure (login_hash, at);
		create index sign_in_failure_address on sign_in_failure (address, at);
		create table first_administrator_link (
			token_hash bytea primary key,
			created_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null,
			used_at timestamptz(3)
		);
		create table api_token (
			id uuid primary key default uuidv7(),
			token_hash bytea not null unique,
			name text not null,
			scopes text[] not null,
			gates text[],
			created_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null,
			revoked_at timestamptz(3),
			last_used_at timestamptz(3)
		);

		-- What happened, in order; and who looked at or took away what.
		create table ledger_event (
			id bigint generated always as identity primary key,
			kind text not null,
			actor uuid,
			learner uuid,
			subject uuid,
			detail jsonb not null default '{}',
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create index ledger_event_subject on ledger_event (subject);
		create table access_log (
			id bigint generated always as identity primary key,
			kind text not null check (kind in ('export', 'disclosure', 'deletion')),
			actor uuid not null references person,
			detail jsonb not null,
			rows bigint,
			recorded_at timestamptz(3) not null default waypost_now()
		);
		call keep_append_only('learner');
		call keep_append_only('ledger_event');
		call keep_append_only('access_log');

		-- Row-level security: yourself, your schools' people, or the district; jobs run as a named system scope.
		create function waypost_may_see(subject uuid) returns boolean language sql stable
			security definer set search_path = public as $$
			select exists (
				select from affiliation
				where person = subject and superseded_at is null
					and organisation = any (waypost_scope_schools())
					and during @> waypost_now()
			)
		$$;
		alter table person enable row level security;
		alter table person force row level security;
		alter table person_identity enable row level security;
		alter table person_identity force row level security;
		create policy person_seen on person for select using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or id = (select waypost_actor())
			or ((select waypost_scope() like 'schools:%') and waypost_may_see(id))
		);
		create policy person_written on person for insert with check ((select waypost_scope() like 'system:%'));
		create policy person_changed on person for update using ((select waypost_scope() like 'system:%'));
		create policy identity_seen on person_identity for select using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or person = (select waypost_actor())
			or ((select waypost_scope() like 'schools:%') and waypost_may_see(person))
		);
		create policy identity_written on person_identity for insert with check ((select waypost_scope() like 'system:%'));
		create policy identity_changed on person_identity for update using (
			(select waypost_scope() like 'system:%') or person = (select waypost_actor())
		);
		create policy identity_deleted on person_identity for delete using ((select waypost_scope() like 'system:%'));

		call allow_app('organisation', 'select, insert, update');
		call allow_app('person', 'select, insert, update');
		call allow_app('person_identity', 'select, insert, update, delete');
		call allow_app('affiliation', 'select, insert');
		call allow_app('affiliation', 'update (superseded_at)');
		call allow_app('scope_grant', 'select, insert');
		call allow_app('guardian_link', 'select, insert, update, delete');
		call allow_app('learner', 'select, insert');
		call allow_app('learner_person', 'select, insert, delete');
		call allow_app('visitor', 'select, insert, delete');
		call allow_app('standing', 'select');
		call allow_app('sign_in', 'select, insert, update');
		call allow_app('session', 'select, insert, update, delete');
		call allow_app('sign_in_failure', 'select, insert, delete');
		call allow_app('first_administrator_link', 'select, insert, update');
		call allow_app('api_token', 'select, insert, update');
		call allow_app('ledger_event', 'select, insert');
		call allow_app('access_log', 'select, insert');
	`.execute(db);
}
