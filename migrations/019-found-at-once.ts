import { sql, type Kysely } from 'kysely';

/**
 * People are found in the same time whatever the planner takes their number for: right after an import, whose people
 * were unknown to it until autovacuum came by (a school's list took seconds among a million), and where those who are
 * meant stand together in the order of names (a school's students, the few who have left).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Only their owner may analyse tables; the app owns none.
		create function analyze_people() returns void language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			analyze organisation, person, person_identity, person_search, person_presence, standing, learner,
				learner_person, course_record, affiliation, affiliation_of_several, class, class_member, guardian_link;
		end $$;
		revoke execute on function analyze_people() from public;
		do $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function analyze_people() to waypost_app;
			end if;
		end $$;

		-- As in 014, without writing what stands there already: whoever got a name had their row written twice.
		create or replace function note_presence(people uuid[]) returns void language plpgsql
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
			where p.person = any (changed) and s.person = p.person and s.until <> p.until;
		end $$;
		create or replace function begin_person_search() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform note_presence(array(select person from named));
			insert into person_search (person, key, until)
				select n.person, n.search_key, t.until
				from named n join person p on p.id = n.person join person_presence t on t.person = n.person
				where p.kind = 'human' and p.merged_into is null;
			return null;
		end $$;

		-- Whether these schools have few enough people to collect before any is looked for. A district, to which its
		-- guardians belong, may have most of all.
		create function are_few_at(organisations uuid[]) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select count(*) <= 10000 from (
				select from affiliation where organisation = any (organisations) and superseded_at is null limit 10001
			) first_ones
		$$;
		revoke execute on function are_few_at(uuid[]) from public;

		-- people_found as it stands, with the few collected first. An array is looked up by id; "in (select …)" may also
		-- become a walk through all names that ends at the fiftieth of them.
		do $change$
		declare
			body text := pg_get_functiondef('people_found'::regproc);
			places text[];
		begin
			foreach places slice 1 in array array[
				['format(''s.person in (select a.person from affiliation a
					where a.organisation = any ($2) and %s)'', running)',
				'format(case when are_few_at(schools) then ''s.person = any (array(%1$s))'' else ''s.person in (%1$s)'' end,
					format(''select a.person from affiliation a
					where a.organisation = any ($2) and %s'', running))'],
				['format(''s.person in (select a.person from affiliation a
					where a.organisation = $3 and ($4::text is null or a.role = $4) and %s)'', known)',
				'format(case when are_few_at(array[wanted_school]) then ''s.person = any (array(%1$s))'' else ''s.person in (%1$s)'' end,
					format(''select a.person from affiliation a
					where a.organisation = $3 and ($4::text is null or a.role = $4) and %s'', known))'],
				['if state = ''left'' and words = ''{}'' then
				conditions := conditions || text ''s.person in (select t.person from person_presence t where t.until <= $1)'';',
				'if state = ''left'' and words = ''{}'' then
				conditions := conditions || text ''s.person in (select t.person from person_presence t where t.until <= $1)'';
			elsif state = ''left'' and (select count(*) from (
				select from person_presence t where t.until <= (select waypost_now()) limit few / 5 + 1) gone) <= few / 5 then
				conditions := conditions || text
					''s.person = any (array(select t.person from person_presence t where t.until <= $1))'';']
			] loop
				if position(places[1] in body) = 0 then
					raise exception 'people_found does not hold: %', places[1];
				end if;
				body := replace(body, places[1], places[2]);
			end loop;
			execute body;
		end $change$;
	`.execute(db);
}
