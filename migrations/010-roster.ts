import { sql, type Kysely } from 'kysely';

/**
 * The roster: who is in the district, from files of its student information system. What an import began is marked, so
 * that an import ends nothing else. A file's rows wait in tables of their own until somebody has seen what they would
 * change; a record that may be another person's is held for a person to decide. Source: ARCHITECTURE.md, “The people
 * of a district”; data-model.md section 3, attack 11.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- What came from a roster, and under which id it stands there. What is known already was made here.
		alter table organisation
			add column origin text not null default 'waypost' check (origin in ('waypost', 'roster'));
		alter table affiliation
			add column origin text not null default 'waypost' check (origin in ('waypost', 'roster')),
			add column sourced_id text;
		alter table guardian_link
			add column origin text not null default 'waypost' check (origin in ('waypost', 'roster'));
		alter table class
			add column origin text not null default 'waypost' check (origin in ('waypost', 'roster'));
		alter table class_member
			add column origin text not null default 'waypost' check (origin in ('waypost', 'roster')),
			add column sourced_id text;
		-- The roster may say that somebody is not to sign in; it allows again only what it forbade itself.
		alter table sign_in
			add column disabled_by text check (disabled_by in ('waypost', 'roster'));
		call allow_app('affiliation', 'update (sourced_id)');
		call allow_app('class_member', 'update (sourced_id)');
		call allow_app('class', 'update (organisation)');
		-- Whoever leaves keeps no right: it would come back with them.

		-- One file, from its first byte to what became of it. It holds no names.
		create table roster_import (
			id uuid primary key default uuidv7(),
			name text not null,
			way text not null check (way in ('browser', 'command-line', 'folder')),
			actor uuid references person,
			state text not null default 'reading'
				check (state in ('reading', 'planned', 'applying', 'applied', 'refused', 'discarded', 'failed')),
			-- What was read: format, version, how each part is meant, how many rows.
			reading jsonb,
			problems jsonb not null default '{}',
			-- What would change, in numbers; what it was worked out from, as a hash.
			plan jsonb,
			fingerprint text,
			-- Why it was refused or failed, as a code.
			reason text,
			progress jsonb not null default '{}',
			-- By the machine's clock: whether somebody is still at it.
			progressed_at timestamptz(3) not null default clock_timestamp(),
			begun_at timestamptz(3) not null default waypost_now(),
			planned_at timestamptz(3),
			ended_at timestamptz(3)
		);
		create index roster_import_state on roster_import (state);

		create table roster_problem (
			import uuid not null references roster_import on delete cascade,
			n bigint generated always as identity,
			severity text not null check (severity in ('stop', 'row', 'value', 'note')),
			code text not null,
			file text not null,
			line integer,
			"column" text,
			value text,
			detail text,
			times integer not null default 1,
			primary key (import, n)
		);

		-- A source id or an e-mail that comes back with another name, or under another id: never an inheritance. What
		-- the file says of the person is kept, so that a decision can be carried out at once.
		create table roster_conflict (
			id uuid primary key default uuidv7(),
			kind text not null check (kind in ('other-name', 'email-returns')),
			sourced_id text not null,
			person uuid not null references person,
			import uuid references roster_import on delete set null,
			family_name text not null,
			given_name text not null,
			email text,
			employee_id text,
			roles jsonb not null default '[]',
			found_at timestamptz(3) not null default waypost_now(),
			decision text check (decision in ('same-person', 'different-person')),
			decided_by uuid references person,
			decided_at timestamptz(3),
			-- The roster stopped saying so, or another decision settled it.
			closed_at timestamptz(3),
			unique (kind, sourced_id, person),
			check ((decision is null) = (decided_at is null)),
			-- Nobody takes over another record by their own word.
			check (decided_by is distinct from person)
		);
		create index roster_conflict_open on roster_conflict (found_at) where decision is null and closed_at is null;

		-- The clean rows of a file until it is applied or discarded. Not logged: after a crash the file is read again.
		create unlogged table roster_staged_organisation (
			import uuid not null, line integer, sourced_id text not null, kind text not null, name text,
			-- Its id was made of its name: an organisation of that name is meant, whatever its own id.
			named boolean not null, state text not null
		);
		create unlogged table roster_staged_person (
			import uuid not null, line integer, sourced_id text not null, family_name text, given_name text, email text,
			employee_id text, enabled boolean not null, state text not null
		);
		create unlogged table roster_staged_role (
			import uuid not null, line integer, sourced_id text, person text not null, organisation text, role text,
			band text, from_day date, until_day date, state text not null
		);
		create unlogged table roster_staged_class (
			import uuid not null, line integer, sourced_id text not null, organisation text, title text, band text,
			from_day date, until_day date, state text not null
		);
		create unlogged table roster_staged_member (
			import uuid not null, line integer, sourced_id text, class text, person text, part text,
			from_day date, until_day date, state text not null
		);
		create unlogged table roster_staged_link (import uuid not null, guardian text not null, child text not null);
		-- Whom the plan concerns and how, for whoever looks at it before it is confirmed.
		create unlogged table roster_planned_person (
			import uuid not null, action text not null, sourced_id text not null, person uuid, changes text[] not null
		);

		do $$
		declare
			tables text[] := array['roster_problem', 'roster_conflict', 'roster_staged_organisation', 'roster_staged_person',
				'roster_staged_role', 'roster_staged_class', 'roster_staged_member', 'roster_staged_link',
				'roster_planned_person'];
			name text;
		begin
			foreach name in array tables loop
				execute format('alter table %I enable row level security', name);
				execute format('alter table %I force row level security', name);
				execute format('create policy %I on %I using ((select waypost_scope() = %L))
					with check ((select waypost_scope() = %L))', name || '_of_roster', name, 'system:roster', 'system:roster');
				-- The planner has to know how many rows there are; they come and go by hundreds of thousands.
				call allow_app(name::regclass, 'select, insert, delete, maintain');
			end loop;
		end $$;
		call allow_app('roster_import', 'select, insert, update, delete');
		call allow_app('roster_staged_person', 'update (state)');
		call allow_app('roster_staged_class', 'update (state)');
		call allow_app('roster_conflict', 'update');

		-- A name as it is compared: without case, accents, spaces and dashes.
		create function roster_name_key(name text) returns text language sql immutable parallel safe as $$
			select lower(regexp_replace(normalize(name, NFD), '[^[:alnum:]]+', '', 'g'))
		$$;

		-- Locks what gates rest on, in the order in which they do it themselves, before an import changes any of it.
		create function hold_standings(people uuid[]) returns void language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform from standing where person = any (people) order by person for update;
		end $$;
		revoke execute on function hold_standings(uuid[]) from public;
		do $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function hold_standings(uuid[]) to waypost_app;
			end if;
		end $$;

		-- An import changes tens of thousands of rows in one statement. What follows from them follows once for each
		-- statement, and not once for each row; for a single row it comes to the same.
		create or replace function begin_standing() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			insert into standing (person) select id from added;
			return null;
		end $$;
		drop trigger begin_standing on person;
		create trigger begin_standing after insert on person
			referencing new table as added for each statement execute function begin_standing();

		create function bump_standings_of_people() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform from standing where person in (select person from changed) order by person for update;
			update standing s set rev = s.rev + c.times
			from (select person, count(*) as times from changed group by person) c
			where s.person = c.person;
			return null;
		end $$;
		drop trigger bump_standing on affiliation;
		create trigger bump_standing after insert on affiliation
			referencing new table as changed for each statement execute function bump_standings_of_people();
		create trigger bump_standing_at_update after update on affiliation
			referencing new table as changed for each statement execute function bump_standings_of_people();
		create trigger bump_standing_at_delete after delete on affiliation
			referencing old table as changed for each statement execute function bump_standings_of_people();
		drop trigger bump_standing on learner_person;
		create trigger bump_standing after insert on learner_person
			referencing new table as changed for each statement execute function bump_standings_of_people();
		create trigger bump_standing_at_delete after delete on learner_person
			referencing old table as changed for each statement execute function bump_standings_of_people();

		create or replace function note_several_affiliations() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			insert into affiliation_of_several (person)
			select distinct n.person from added n
			where exists (select from affiliation a where a.person = n.person and a.id <> n.id)
			on conflict do nothing;
			return null;
		end $$;
		drop trigger note_several_affiliations on affiliation;
		create trigger note_several_affiliations after insert on affiliation
			referencing new table as added for each statement execute function note_several_affiliations();

		create function project_on_new_links() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			update course_record r set person = n.person from added n where r.learner = n.learner;
			perform place_course_records(person) from (
				select distinct n.person from added n where exists (select from course_record r where r.person = n.person)
			) concerned;
			return null;
		end $$;
		drop trigger project_course_record on learner_person;
		create trigger project_course_record after insert on learner_person
			referencing new table as added for each statement execute function project_on_new_links();
		create trigger project_course_record_at_change after update or delete on learner_person
			for each row execute function project_on_link();

		-- The serving role stages files in temporary tables. A function that runs with the owner's rights must never take
		-- one of those for its own.
		do $$
		declare
			open record;
		begin
			for open in
				select p.oid::regprocedure as name from pg_proc p join pg_namespace s on s.oid = p.pronamespace
				where s.nspname = 'public' and p.prosecdef and p.proconfig = array['search_path=public']
			loop
				execute format('alter function %s set search_path = public, pg_temp', open.name);
			end loop;
		end $$;
	`.execute(db);
}
