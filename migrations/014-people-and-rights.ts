import { sql, type Kysely } from 'kysely';

/**
 * Finding people among a million, rights that end, records of one person that are brought together and taken apart
 * again, and the log of who looked at whom. Sources: data-model.md sections 1 and 2, design.md invariants 8 and 9.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Letters as people type them: "Jose" finds "José", "OBrien's" apostrophe is any apostrophe. The extension's own
		-- function is only stable because its rules could be edited; ours names the rules that are shipped.
		create extension if not exists unaccent;
		create function waypost_folded(value text) returns text language sql immutable strict parallel safe as $$
			select lower(public.unaccent('public.unaccent'::regdictionary, normalize(value)))
		$$;
		alter table person_identity alter column search_key set expression as (
			waypost_folded(family_name || ' ' || given_name || ' ' || coalesce(email, ''))
		);

		-- What is searched, apart from the names themselves. Row-level security keeps an index for "contains" from being
		-- used (its operator may show what it is given, so policies come first and every row is read). Here no policy is
		-- forced on the owner, nobody else may read it, and one function reads it, which gives ids and never names: the
		-- names of what it found come from person_identity, through its policies.
		create table person_search (
			person uuid primary key references person on delete cascade,
			key text collate "C" not null,
			-- As in person_presence, in no index of its own: so a change of it leaves the letters' index alone.
			until timestamptz(3) not null default '-infinity'
		) with (fillfactor = 80);
		create index person_search_key on person_search (key, person);
		alter table person_search enable row level security;

		-- Until when somebody has a role, as far as is known: who is here is asked of a million people at once.
		create table person_presence (
			person uuid primary key references person on delete cascade,
			until timestamptz(3) not null
		);
		create index person_presence_until on person_presence (until);
		create index affiliation_role on affiliation (role) where superseded_at is null;
		create function presence_of(people uuid[]) returns table (person uuid, until timestamptz) language sql stable
			security definer set search_path = public, pg_temp as $$
			select t.person, case when t.active then coalesce(max(coalesce(upper(a.during), 'infinity')), '-infinity')
				else '-infinity' end
			from standing t left join affiliation a on a.person = t.person and a.superseded_at is null
			where t.person = any (people) group by t.person, t.active
		$$;
		create function note_presence(people uuid[]) returns void language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			changed uuid[];
		begin
			with noted as (
				insert into person_presence select * from presence_of(people)
				on conflict (person) do update set until = excluded.until where person_presence.until <> excluded.until
				returning person
			)
			select array_agg(person) into changed from noted;
			update person_search s set until = p.until from person_presence p
			where p.person = any (changed) and s.person = p.person;
		end $$;
		revoke execute on function presence_of(uuid[]), note_presence(uuid[]) from public;
		create function keep_presence() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform note_presence(array(select distinct person from changed));
			return null;
		end $$;
		create trigger keep_presence_begun after insert on affiliation
			referencing new table as changed for each statement execute function keep_presence();
		create trigger keep_presence_ended after update on affiliation
			referencing new table as changed for each statement execute function keep_presence();
		create function keep_presence_of_person() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform note_presence(array[new.id]);
			return null;
		end $$;
		-- After bump_standing, which says whether they are active.
		create trigger keep_presence after update of ended_at, merged_into on person
			for each row execute function keep_presence_of_person();

		-- For a whole import at once. Whoever may write a name sees its person; Waypost itself is nobody to look for.
		create function begin_person_search() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			insert into person_search (person, key)
				select n.person, n.search_key from named n join person p on p.id = n.person
				where p.kind = 'human' and p.merged_into is null;
			perform note_presence(array(select person from named));
			return null;
		end $$;
		create trigger keep_person_search_begun after insert on person_identity
			referencing new table as named for each statement execute function begin_person_search();
		create function keep_person_search() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			update person_search s set key = n.search_key from named n where n.person = s.person and n.search_key <> s.key;
			return null;
		end $$;
		create trigger keep_person_search_changed after update on person_identity
			referencing new table as named for each statement execute function keep_person_search();
		create function end_person_search() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			delete from person_search where person in (select person from unnamed);
			return null;
		end $$;
		create trigger keep_person_search_ended after delete on person_identity
			referencing old table as unnamed for each statement execute function end_person_search();
		-- A record that was merged into another is found as that other.
		create function keep_person_search_of_merged() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if new.merged_into is not null then
				delete from person_search where person = new.id;
			else
				insert into person_search (person, key, until)
					select i.person, i.search_key, p.until from person_identity i join person_presence p using (person)
					where i.person = new.id
				on conflict do nothing;
			end if;
			return null;
		end $$;
		create trigger keep_person_search after update of merged_into on person
			for each row when (old.merged_into is distinct from new.merged_into)
			execute function keep_person_search_of_merged();
		select set_config('waypost.scope', 'system:people', true);
		insert into person_presence select * from presence_of(array(select id from person where kind = 'human'));
		insert into person_search
			select i.person, i.search_key, t.until
			from person_identity i join person p on p.id = i.person join person_presence t on t.person = p.id
			where p.merged_into is null;
		select set_config('waypost.scope', '', true);
		create index person_search_letters on person_search using gin (key gin_trgm_ops);

		-- Whose keys contain all of these, as far as they are few; by the index for letters and nothing else. A planner that
		-- means to find the first fifty on the way through all names is right about names that are spread among them,
		-- and reads most of a million where they stand together.
		create function people_lettered(contained text[], most integer) returns setof person_search language plpgsql stable
			security definer set search_path = public, pg_temp
			set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $$
		begin
			return query execute format('select * from person_search where %s limit $2',
				(select string_agg(format('key like $1[%s]', place), ' and ') from generate_subscripts(contained, 1) place))
			using contained, most;
		end $$;
		revoke execute on function people_lettered(text[], integer) from public;

		-- One stretch of the people whom the transaction's scope covers: ids, and the place to go on from. letters: first
		-- those whose family name begins with the first word, then those who have it elsewhere, each by name; words of less
		-- than three letters begin a word. state: here (or to come), left, or any.
		create function people_found(
			letters text, wanted_school uuid, wanted_role text, state text, signs_in boolean,
			from_key text, from_person uuid, backwards boolean, many integer
		) returns table (person uuid, place integer, key text) language plpgsql stable
			security definer set search_path = public, pg_temp as $$
		#variable_conflict use_column
		declare
			schools uuid[] := waypost_scope_schools();
			words text[] := array_remove(string_to_array(regexp_replace(coalesce(waypost_folded(letters), ''),
				'[[:space:]]+', ' ', 'g'), ' '), '');
			word text;
			long_patterns text[] := '{}';
			short_patterns text[] := '{}';
			few constant integer := 10000;
			candidates person_search[];
			direction constant text := case when backwards then 'desc' else 'asc' end;
			running constant text := 'a.superseded_at is null and a.during @> $1';
			known constant text := case when state = 'here' then running else 'a.superseded_at is null' end;
			conditions text[] := '{}';
			source text := 'person_search';
			begins constant text := 's.key >= $8 and s.key < $8 || chr(1114111)';
			from_place integer;
			this_place integer;
			of_place text;
			still integer := many;
			given integer;
		begin
			if waypost_scope() <> 'district' and schools = '{}' then
				return;
			end if;
			foreach word in array words loop
				word := replace(replace(replace(word, chr(92), chr(92) || chr(92)), '%', chr(92) || '%'), '_', chr(92) || '_');
				if length(word) >= 3 then
					long_patterns := long_patterns || ('%' || word || '%');
				else
					short_patterns := short_patterns || ('% ' || word || '%');
				end if;
			end loop;
			if schools <> '{}' then
				conditions := conditions || format('s.person in (select a.person from affiliation a
					where a.organisation = any ($2) and %s)', running);
			end if;
			if wanted_school is not null then
				conditions := conditions || format('s.person in (select a.person from affiliation a
					where a.organisation = $3 and ($4::text is null or a.role = $4) and %s)', known);
			elsif wanted_role is not null then
				conditions := conditions || format('exists (select from affiliation a
					where a.person = s.person and a.role = $4 and %s)', known);
			end if;
			if state = 'left' and words = '{}' then
				conditions := conditions || text 's.person in (select t.person from person_presence t where t.until <= $1)';
			elsif state in ('here', 'left') then
				conditions := conditions || format('s.until %s $1', case state when 'here' then '>' else '<=' end);
			end if;
			if signs_in is not null then
				conditions := conditions || format('%s exists (select from sign_in x where x.person = s.person
					and x.disabled_at is null)', case when signs_in then '' else 'not' end);
			end if;
			if long_patterns <> '{}' then
				conditions := conditions || text 's.key like all ($6)';
			end if;
			if short_patterns <> '{}' then
				conditions := conditions || text '('' '' || s.key) like all ($7)';
			end if;

			from_place := case when from_key is null then null
				when words = '{}' or starts_with(from_key, words[1]) then 1 else 2 end;
			for this_place in select * from unnest(case when backwards then array[2, 1] else array[1, 2] end) loop
				continue when this_place = 2 and long_patterns = '{}'
					or (case when backwards then this_place > from_place else this_place < from_place end);
				of_place := case when words = '{}' then 'true' when this_place = 1 then begins else 'not (' || begins || ')' end;
				if this_place = from_place then
					of_place := of_place || format(' and (s.key, s.person) %s ($9, $10)', case when backwards then '<' else '>' end);
				end if;
				if this_place = 2 and schools = '{}' and wanted_school is null then
					candidates := array(select found from people_lettered(long_patterns, few + 1) found);
					if cardinality(candidates) <= few then
						-- In their order before anything is asked about each of them: after a page nobody asks any more.
						source := format('(select * from unnest($5) order by key %1$s, person %1$s)', direction);
					end if;
				end if;
				return query execute format('select s.person, %s, s.key from %s s where %s order by s.key %4$s, s.person %4$s limit $11',
					this_place, source, array_to_string(of_place || conditions, ' and '), direction)
				using waypost_now(), schools, wanted_school, wanted_role, candidates, long_patterns, short_patterns, words[1],
					from_key, from_person, still;
				get diagnostics given = row_count;
				still := still - given;
				exit when still <= 0;
			end loop;
		end $$;
		revoke execute on function people_found(text, uuid, text, text, boolean, text, uuid, boolean, integer) from public;

		-- A right is ended, never changed and never lengthened; by another person. Ending it shortens its time, so that
		-- whatever reads rights needs to know of nothing else.
		alter table scope_grant add column ended_at timestamptz(3), add column ended_by uuid references person,
			add check ((ended_at is null) = (ended_by is null)), add check (ended_by <> person);
		create function refuse_change_of_right() returns trigger language plpgsql as $$
		begin
			if (new.id, new.person, new."right", new.organisation, new.granted_by, new.recorded_at)
					is distinct from (old.id, old.person, old."right", old.organisation, old.granted_by, old.recorded_at)
				or old.ended_at is not null or not new.during <@ old.during
				or (new.ended_at is null and exists (select from standing where person = new.person and active)) then
				raise exception 'a right is ended once and not changed' using errcode = 'WP014';
			end if;
			return new;
		end $$;
		-- With who leaves end their rights, and nobody who comes back has them again without being given them.
		create function end_rights_of_leaver() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			at constant timestamptz := waypost_now();
		begin
			update scope_grant set during = tstzrange(lower(during), greatest(at, lower(during) + interval '1 millisecond'))
			where person = new.id and (upper_inf(during) or upper(during) > at);
			return null;
		end $$;
		-- After bump_standing, which says whether they are active.
		create trigger end_rights after update of ended_at on person
			for each row when (new.ended_at is not null) execute function end_rights_of_leaver();
		create trigger refuse_change before update on scope_grant
			for each row execute function refuse_change_of_right();
		create function refuse_unending_of_right() returns trigger language plpgsql as $$
		begin
			raise exception 'a right that was given stays on record' using errcode = 'WP014';
		end $$;
		create trigger refuse_delete before delete on scope_grant
			for each row execute function refuse_unending_of_right();

		-- Who can administer the district at an instant: holds the right, is here, and is not shut out.
		create function district_administrators(at timestamptz) returns setof uuid language sql stable
			security definer set search_path = public, pg_temp as $$
			select distinct g.person from scope_grant g join standing s on s.person = g.person and s.active
			where g."right" = 'district-administrator' and g.during @> at
				and not exists (select from sign_in x where x.person = g.person and x.disabled_at is not null)
		$$;
		-- Ends a right, from now, in the name of whoever acts in this transaction: ended, unknown, over, own (their own
		-- right), no-right (they may not), last (nobody would administer the district).
		create function end_grant(grant_id uuid) returns text language plpgsql volatile
			security definer set search_path = public, pg_temp as $$
		declare
			held scope_grant;
			actor uuid := waypost_actor();
			at timestamptz;
		begin
			-- One at a time: two administrators who end each other's right at once must not leave none.
			perform pg_advisory_xact_lock(hashtextextended('end_grant', 0));
			at := waypost_now();
			select * into held from scope_grant where id = grant_id for update;
			if held.id is null then return 'unknown'; end if;
			if held.ended_at is not null or upper(held.during) <= at then return 'over'; end if;
			if held.person = actor then return 'own'; end if;
			if actor is null or not exists (select from district_administrators(at) d where d = actor) then return 'no-right'; end if;
			if held."right" = 'district-administrator'
				and not exists (select from district_administrators(at) d where d <> held.person) then return 'last'; end if;
			update scope_grant set ended_at = at, ended_by = actor,
				-- One that was to begin later never does.
				during = case when lower(during) < at or lower_inf(during) then tstzrange(lower(during), at) else 'empty' end
			where id = grant_id;
			return 'ended';
		end $$;
		revoke execute on function district_administrators(timestamptz), end_grant(uuid) from public;

		-- Two records of one person: what was moved from one to the other is named, so that it can be moved back. Evidence
		-- stays with its learner. Nobody merges themselves.
		create table person_merge (
			id uuid primary key default uuidv7(),
			kind text not null check (kind in ('merge', 'undo')),
			kept uuid not null references person,
			absorbed uuid not null references person,
			undoes uuid unique references person_merge,
			merged_by uuid not null references person,
			reason text not null check (length(trim(reason)) >= 10),
			moved jsonb not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			transaction xid8 not null default pg_current_xact_id(),
			check (kept <> absorbed),
			check (merged_by not in (kept, absorbed)),
			check ((kind = 'undo') = (undoes is not null))
		);
		create index person_merge_kept on person_merge (kept);
		create index person_merge_absorbed on person_merge (absorbed);
		create function found_person_merge() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			merge person_merge;
		begin
			new.transaction := pg_current_xact_id();
			if new.kind = 'undo' then
				select * into merge from person_merge where id = new.undoes;
				if (merge.kind, merge.kept, merge.absorbed) is distinct from ('merge', new.kept, new.absorbed) then
					raise exception 'this undoes another merge' using errcode = 'WP015';
				end if;
			end if;
			if same_person(new.merged_by, new.kept) or same_person(new.merged_by, new.absorbed) then
				raise exception 'nobody merges themselves' using errcode = 'WP015';
			end if;
			return new;
		end $$;
		create trigger found_person_merge before insert on person_merge
			for each row execute function found_person_merge();
		alter table person_merge enable always trigger found_person_merge;
		call keep_append_only('person_merge');
		-- And nobody is merged, or taken apart, without a record that says by whom and why.
		create function require_person_merge() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if not exists (
				select from person_merge m
				where m.absorbed = new.id and m.transaction = pg_current_xact_id()
					and case when new.merged_into is null then m.kind = 'undo' and m.kept = old.merged_into
						else m.kind = 'merge' and m.kept = new.merged_into end
			) then
				raise exception 'nobody recorded this merge' using errcode = 'WP015';
			end if;
			return null;
		end $$;
		create constraint trigger require_person_merge after update of merged_into on person
			deferrable initially deferred
			for each row when (old.merged_into is distinct from new.merged_into)
			execute function require_person_merge();

		-- Who somebody is now: the record that theirs was merged into, or their own. For files that still name the other.
		create function waypost_survivor(record uuid) returns uuid language plpgsql volatile
			security definer set search_path = public, pg_temp as $$
		declare
			scope_before text := current_setting('waypost.scope', true);
			survivor uuid;
		begin
			perform set_config('waypost.scope', 'system:people', true);
			with recursive chain as (
				select id, merged_into from person where id = record
				union all
				select p.id, p.merged_into from chain c join person p on p.id = c.merged_into
			)
			select id into survivor from chain where merged_into is null;
			perform set_config('waypost.scope', coalesce(scope_before, ''), true);
			return survivor;
		end $$;
		revoke execute on function waypost_survivor(uuid) from public;

		-- A record that was merged into another is that other's: roles, evidence and all. It is not counted beside it, on
		-- earlier days neither. The function as it stands, with one condition more; what is not found stops here.
		create index person_merged on person (merged_into) where merged_into is not null;
		do $change$
		declare
			body text := pg_get_functiondef('completion_records'::regproc);
			named constant text := 'join person_identity i on i.person = coalesce(u.person, m.person)';
		begin
			if position(named in body) = 0 then
				raise exception 'completion_records does not hold %', named;
			end if;
			execute replace(body, named, named
				|| ' and i.person not in (select id from person where merged_into is not null)');
		end $change$;

		-- Looking at a person's record is logged. The kinds that are there stay, whatever they are by now.
		do $$
		declare
			kinds text[];
		begin
			select array_agg(kind[1]) into kinds
			from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([^'']+)''::text', 'g') kind
			where conrelid = 'access_log'::regclass and conname = 'access_log_kind_check';
			execute format('alter table access_log drop constraint access_log_kind_check,
				add constraint access_log_kind_check check (kind = any (%L::text[]))', kinds || text 'view');
		end $$;
		-- What is recorded about one person, of one learner, by one person, of one kind, on a day.
		drop index ledger_event_subject;
		create index ledger_event_subject on ledger_event (subject, recorded_at) where subject is not null;
		create index ledger_event_learner on ledger_event (learner, recorded_at) where learner is not null;
		create index ledger_event_actor on ledger_event (actor, recorded_at) where actor is not null;
		create index ledger_event_kind on ledger_event (kind, recorded_at);
		create index ledger_event_recorded on ledger_event (recorded_at, id);
		create index access_log_person on access_log ((detail ->> 'person'), recorded_at);
		create index access_log_actor on access_log (actor, recorded_at);
		create index access_log_recorded on access_log (recorded_at, id);

		call allow_app('person_presence', 'select');
		call allow_app('person_merge', 'select, insert');
		do $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function people_found(text, uuid, text, text, boolean, text, uuid, boolean, integer),
					district_administrators(timestamptz), end_grant(uuid), waypost_survivor(uuid) to waypost_app;
			end if;
		end $$;
	`.execute(db);
}
