import { sql, type Kysely } from 'kysely';

/**
 * How sure we are of somebody: second factors, what a session was begun with, and how young children sign in on a
 * device that their teacher opened. Sources: ARCHITECTURE.md ("Rights sleep until they are safe"), data-model.md
 * section 3, attacks 9 and 12.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A person's second factors. Codes and secrets are hashed, or sealed with a key that is not in the database.
		create table second_factor_passkey (
			id uuid primary key default uuidv7(),
			person uuid not null references person on delete cascade,
			credential_id text not null unique,
			public_key bytea not null,
			counter bigint not null check (counter >= 0),
			transports text[] not null default '{}',
			name text not null check (name <> '' and length(name) <= 60),
			created_at timestamptz(3) not null default now(),
			last_used_at timestamptz(3)
		);
		create index second_factor_passkey_person on second_factor_passkey (person);
		create table second_factor_authenticator (
			id uuid primary key default uuidv7(),
			person uuid not null references person on delete cascade,
			sealed_secret bytea not null,
			-- None until its first code was right: until then it is no factor.
			confirmed_at timestamptz(3),
			-- The step of time of the last code that was used: no code is used twice (RFC 6238, section 5.2).
			last_step bigint not null default 0,
			created_at timestamptz(3) not null default now(),
			last_used_at timestamptz(3)
		);
		create unique index second_factor_authenticator_confirmed on second_factor_authenticator (person)
			where confirmed_at is not null;
		create unique index second_factor_authenticator_begun on second_factor_authenticator (person)
			where confirmed_at is null;
		create table second_factor_recovery_code (
			person uuid not null references person on delete cascade,
			code_hash bytea not null,
			made_at timestamptz(3) not null default now(),
			used_at timestamptz(3),
			primary key (person, code_hash)
		);

		-- A question put to a passkey: asked once, answered once, within minutes.
		create table second_factor_challenge (
			challenge_hash bytea primary key,
			purpose text not null check (purpose in ('register', 'sign-in', 'prove')),
			person uuid references person on delete cascade,
			expires_at timestamptz(3) not null,
			-- Only who signs in is not known yet.
			check ((person is null) = (purpose = 'sign-in'))
		);
		create index second_factor_challenge_expires on second_factor_challenge (expires_at);
		-- Somebody whose password was right and whose second factor is still to come. It is no session and opens nothing.
		create table second_factor_step (
			token_hash bytea primary key,
			person uuid not null references person on delete cascade,
			shared boolean not null,
			expires_at timestamptz(3) not null
		);
		create index second_factor_step_person on second_factor_step (person);

		create function waypost_has_second_factor(somebody uuid) returns boolean language sql stable as $$
			select exists (select from second_factor_passkey where person = somebody)
				or exists (select from second_factor_authenticator where person = somebody and confirmed_at is not null)
		$$;

		-- What people call their passkeys is theirs alone, and so is whether they have any.
		do $$
		declare
			factor regclass;
		begin
			foreach factor in array array['second_factor_passkey', 'second_factor_authenticator',
				'second_factor_recovery_code']::regclass[] loop
				execute format('alter table %s enable row level security', factor);
				execute format('alter table %s force row level security', factor);
				execute format('create policy own_or_system on %s
					using ((select waypost_scope() like ''system:%%'') or person = (select waypost_actor()))', factor);
			end loop;
		end $$;

		-- Who no longer has the password, or is gone, has no step left to go either.
		create function end_second_factor_steps() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			delete from second_factor_step where person = new.person;
			return null;
		end $$;
		create trigger end_second_factor_steps after update of password_hash, disabled_at on sign_in
			for each row execute function end_second_factor_steps();

		-- Young children: a code for the day, devices that a teacher opened, and pictures instead of a password.
		create table class_code (
			class uuid primary key references class,
			code text not null unique,
			made_by uuid not null references person,
			expires_at timestamptz(3) not null
		);
		create table class_device (
			id uuid primary key default uuidv7(),
			class uuid not null references class,
			device_hash bytea not null unique,
			-- Two pictures that the device and its teacher's screen both show.
			mark text not null check (mark ~ '^[a-z]+ [a-z]+$'),
			asked_at timestamptz(3) not null default waypost_now(),
			opened_by uuid references person,
			opened_at timestamptz(3),
			closes_at timestamptz(3),
			check (num_nulls(opened_by, opened_at, closes_at) in (0, 3)),
			check (closes_at > opened_at and closes_at <= opened_at + interval '12 hours')
		);
		create index class_device_class on class_device (class);
		create table picture_secret (
			person uuid not null references person on delete cascade,
			class uuid not null references class,
			secret_hash text not null,
			set_by uuid not null references person,
			set_at timestamptz(3) not null default waypost_now(),
			primary key (person, class),
			check (set_by <> person)
		);
		-- Wrong tries of one child on one device, and until when they are paused there.
		create table picture_try (
			device uuid not null references class_device on delete cascade,
			person uuid not null references person on delete cascade,
			wrong integer not null default 0,
			paused_until timestamptz(3),
			primary key (device, person)
		);

		-- A device is opened by a teacher of the class, for young children, by the database's clock. It can't be opened
		-- beforehand, nor for another class than the one whose code was given.
		create function found_class_device() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if tg_op = 'UPDATE' and new.class <> old.class then
				raise exception 'a device stays with the class that it was opened for' using errcode = 'WP020';
			end if;
			if not exists (select from class where id = new.class and band in ('K-2', '3-5')) then
				raise exception 'only young children sign in with pictures' using errcode = 'WP020';
			end if;
			if new.opened_by is not null then
				if not waypost_teaches(new.opened_by, new.class, waypost_now()) then
					raise exception 'only a teacher of the class opens a device for it' using errcode = 'WP020';
				end if;
				new.opened_at := waypost_now();
			end if;
			return new;
		end $$;
		create trigger found_class_device before insert or update on class_device
			for each row execute function found_class_device();
		alter table class_device enable always trigger found_class_device;
		create function found_picture_secret() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			new.set_at := waypost_now();
			if not waypost_teaches(new.set_by, new.class, new.set_at)
				or not waypost_attends(new.person, new.class, new.set_at) then
				raise exception 'pictures are set by a teacher of the class for a child who attends it' using errcode = 'WP021';
			end if;
			return new;
		end $$;
		create trigger found_picture_secret before insert or update on picture_secret
			for each row execute function found_picture_secret();
		alter table picture_secret enable always trigger found_picture_secret;

		-- Open: its teacher opened it, it has not run out, and its teacher teaches the class still.
		create function waypost_device_is_open(device uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select exists (
				select from class_device d
				where d.id = device and d.closes_at > at and waypost_teaches(d.opened_by, d.class, at)
			)
		$$;
		-- The scope of an open device shows the names of that class's children, and of nobody before it was opened.
		create function waypost_scope_device() returns uuid language sql stable as $$
			select case when waypost_scope() like 'class-device:%' then nullif(substr(waypost_scope(), 14), '')::uuid end
		$$;
		create function waypost_may_see_on_device(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select waypost_device_is_open(waypost_scope_device(), waypost_now())
				and exists (
					select from class_device d
					where d.id = waypost_scope_device() and waypost_attends(subject, d.class, waypost_now())
				)
		$$;
		create policy person_seen_on_device on person for select using (
			(select waypost_scope() like 'class-device:%') and waypost_may_see_on_device(id)
		);
		create policy identity_seen_on_device on person_identity for select using (
			(select waypost_scope() like 'class-device:%') and waypost_may_see_on_device(person)
		);

		-- What a session was begun with. Sessions that are there were begun with a password.
		alter table session
			add column assurance text not null default 'password' check (assurance in ('low', 'password', 'strong')),
			-- On a device that others use after them.
			add column shared boolean not null default false,
			-- When its person last proved again who they are, to change how they sign in.
			add column proved_at timestamptz(3),
			add column class_device uuid references class_device on delete cascade,
			-- Pictures open sessions of low assurance on a class's device, and nothing else does.
			add check ((assurance = 'low') = (class_device is not null));
		alter table session alter column assurance drop default;
		create index session_class_device on session (class_device) where class_device is not null;

		-- A password alone is no session for somebody with a second factor; pictures are one while the device is open
		-- and the child attends the class.
		create function waypost_session_holds(held session, at timestamptz) returns boolean language sql stable as $$
			select case held.assurance
				when 'strong' then true
				when 'password' then not waypost_has_second_factor(held.person)
				else waypost_device_is_open(held.class_device, at) and exists (
					select from class_device d
					where d.id = held.class_device and waypost_attends(held.person, d.class, at)
				) end
		$$;

		-- session_actor as it stands, and what it has to say of assurance; what is not found stops here.
		do $change$
		declare
			body text := pg_get_functiondef('session_actor(text)'::regprocedure);
			change text[];
		begin
			foreach change slice 1 in array array[
				['rights jsonb)', 'rights jsonb, assurance text, shared boolean)'],
				['), false)', ') and waypost_session_holds(s, at), false)'],
				['from session s', ', s.assurance, s.shared from session s']
			] loop
				if position(change[1] in body) = 0 then
					raise exception 'session_actor does not hold %', change[1];
				end if;
				body := replace(body, change[1], change[2]);
			end loop;
			drop function session_actor(text);
			execute body;
			revoke execute on function session_actor(text) from public;
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function session_actor(text) to waypost_app;
			end if;
		end $change$;

		call allow_app('second_factor_passkey', 'select, insert, delete');
		call allow_app('second_factor_passkey', 'update (counter, name, last_used_at)');
		call allow_app('second_factor_authenticator', 'select, insert, delete');
		call allow_app('second_factor_authenticator', 'update (confirmed_at, last_step, last_used_at)');
		call allow_app('second_factor_recovery_code', 'select, insert, delete');
		call allow_app('second_factor_recovery_code', 'update (used_at)');
		call allow_app('second_factor_challenge', 'select, insert, delete');
		call allow_app('second_factor_step', 'select, insert, delete');
		call allow_app('class_code', 'select, insert, update, delete');
		call allow_app('class_device', 'select, insert, delete');
		call allow_app('class_device', 'update (opened_by, closes_at)');
		call allow_app('picture_secret', 'select, insert, update, delete');
		call allow_app('picture_try', 'select, insert, update, delete');
	`.execute(db);
}
