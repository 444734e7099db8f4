import { sql, type Kysely } from 'kysely';

/**
 * Completion records: one row per person, course and cycle, as they stood at any instant.
 *
 * An export of a large district is mostly copying, and is measured against copying. So what the evidence of one
 * learner, course and cycle amounts to is worked out when it is recorded, into `course_record`, with the cells of
 * the export written out beside it. Triggers make each row from the evidence alone; it can be thrown away and made
 * again, and it holds no names. (Joining the evidence afresh took three times as long as the copy itself.)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- One cell after RFC 4180, as a spreadsheet may open it: what would be read as a formula gets an apostrophe
		-- before it, and line breaks and other control characters become spaces.
		create function csv_cell(value text) returns text language sql immutable parallel safe as $$
			select case
				when value is null then ''
				when value ~ '[[:cntrl:]",]|^[-=+@]' then (
					select case when safe ~ '[",]' then '"' || replace(safe, '"', '""') || '"' else safe end
					from (select case when value ~ '^[-=+@[:cntrl:]]' then chr(39) else '' end
						|| regexp_replace(value, '[[:cntrl:]]', ' ', 'g') as safe) guarded
				)
				else value
			end
		$$;
		create function instant_cell(value timestamptz) returns text language sql stable parallel safe as $$
			select to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
		$$;
		-- Cells that stand beside each other in the export, without those that the day or the reader decides.
		create function taken_cells(course text, version text, hash text, path text, language text) returns text
			language sql stable parallel safe as $$
			select array_to_string(array[csv_cell(course), version, hash, path, language], ',', '')
		$$;
		create function earned_cells(started_at timestamptz, completed_at timestamptz, score_percent integer, pass_mark integer,
			attempts integer, minutes integer, policy_version text, acknowledged_at timestamptz, certificate_code text,
			valid_from timestamptz, valid_until timestamptz, source text) returns text
			language sql stable parallel safe as $$
			select array_to_string(array[
				instant_cell(started_at), instant_cell(completed_at), score_percent::text, pass_mark::text, attempts::text, minutes::text,
				csv_cell(policy_version), instant_cell(acknowledged_at), certificate_code, instant_cell(valid_from),
				instant_cell(valid_until), source
			], ',', '')
		$$;
		alter table person_identity add column export_cells text generated always as (
			person::text || ',' || csv_cell(sourced_id) || ',' || csv_cell(employee_id) || ',' || csv_cell(family_name)
				|| ',' || csv_cell(given_name) || ',' || csv_cell(email)
		) stored;
		alter table organisation add column export_cell text generated always as (csv_cell(name)) stored;

		create table course_record (
			learner uuid not null references learner,
			course text not null,
			cycle integer not null,
			-- Whose it is, while the learner is linked to a person; of two learners of one person, one row is shown.
			person uuid,
			shown boolean not null default true,
			course_version uuid not null references course_version,
			certification text,
			begun_at timestamptz(3) not null,
			started_at timestamptz(3),
			completion uuid unique references completion,
			completed_at timestamptz(3),
			recorded_at timestamptz(3),
			path text,
			language text,
			pass_mark integer,
			score_percent integer,
			attempts integer,
			policy_version text,
			acknowledged_at timestamptz(3),
			valid_from timestamptz(3),
			valid_until timestamptz(3),
			certificate_code text,
			-- End of the period that this cycle renews.
			renews_at timestamptz(3),
			-- The cells of the export as they are since the last of this was recorded.
			written_at timestamptz(3) not null,
			taken text not null,
			earned text not null,
			primary key (learner, course, cycle)
		);
		create index course_record_person on course_record (person, course, begun_at) where shown;
		create index course_record_renewal on course_record (person) where renews_at is not null;
		create index affiliation_of_person on affiliation (person, id);

		-- Few people have ever had more than one role; only for them one has to be chosen.
		create table affiliation_of_several (person uuid primary key references person on delete cascade);
		create function note_several_affiliations() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			insert into affiliation_of_several (person)
			select new.person where exists (select from affiliation where person = new.person and id <> new.id)
			on conflict do nothing;
			return new;
		end $$;
		create trigger note_several_affiliations after insert on affiliation
			for each row execute function note_several_affiliations();
		insert into affiliation_of_several select person from affiliation group by person having count(*) > 1;
		call allow_app('affiliation_of_several', 'select');
		create index period_learner on period (learner, certification);

		-- Of two learners of one person that both took the same cycle, the better one is shown.
		create function place_course_records(owner uuid) returns void language sql security definer set search_path = public as $$
			update course_record r set shown = ranked.first
			from (
				select learner, course, cycle, row_number() over (
					partition by course, cycle order by completion is null, valid_until desc nulls first, begun_at, learner
				) = 1 as first
				from course_record where person = owner
			) ranked
			where r.learner = ranked.learner and r.course = ranked.course and r.cycle = ranked.cycle and r.shown <> ranked.first
		$$;

		create function project_course_record(of_learner uuid, of_course text, of_cycle integer) returns void
			language plpgsql security definer set search_path = public as $$
		declare
			started enrolment;
			done completion;
			earned period;
			edition record;
			given acknowledgement;
			proof certificate;
			r course_record;
		begin
			select * into started from enrolment where learner = of_learner and course = of_course and cycle = of_cycle;
			select * into done from completion where learner = of_learner and course = of_course and cycle = of_cycle;
			select * into earned from period where completion = done.id;
			select id, version, hash, (body ->> 'minutes')::integer as minutes, (body -> 'quiz' ->> 'pass_mark')::integer as pass_mark,
				body ->> 'certification' as certification, body ->> 'acknowledges' as policy, body ->> 'path' as path
				into edition from course_version where id = coalesce(done.course_version, started.course_version);
			-- An attempt without enrolment or completion is no cycle yet.
			if edition.id is null then
				return;
			end if;
			select * into given from acknowledgement
				where learner = of_learner and policy = edition.policy and recorded_at <= coalesce(done.recorded_at, 'infinity')
				order by recorded_at desc limit 1;
			r.learner := of_learner;
			r.course := of_course;
			r.cycle := of_cycle;
			select person into r.person from learner_person where learner = of_learner;
			r.shown := true;
			r.course_version := edition.id;
			r.certification := coalesce(earned.certification, edition.certification);
			r.begun_at := least(started.started_at, done.recorded_at);
			r.started_at := started.started_at;
			r.completion := done.id;
			r.completed_at := done.completed_at;
			r.recorded_at := done.recorded_at;
			r.path := coalesce(done.path, edition.path);
			r.language := done.language;
			r.pass_mark := coalesce(done.pass_mark, edition.pass_mark);
			-- Rounded down: nobody reads a score that was not reached.
			select score * 100 / nullif(total, 0) into r.score_percent from attempt_result where attempt = done.attempt;
			select count(*), max(recorded_at) into r.attempts, r.written_at from attempt
				where learner = of_learner and course = of_course and cycle = of_cycle;
			r.policy_version := given.version;
			r.acknowledged_at := given.recorded_at;
			r.valid_from := lower(earned.during);
			r.valid_until := upper(earned.during);
			select * into proof from certificate where period = earned.id;
			r.certificate_code := proof.code;
			select max(upper(before.during)) into r.renews_at from period before
				where before.certification = r.certification and before.completion is distinct from done.id
					and before.completed_at < coalesce(done.completed_at, 'infinity')
					and before.learner in (select of_learner union all select learner from learner_person where person = r.person);
			r.written_at := greatest(r.begun_at, r.recorded_at, earned.recorded_at, proof.recorded_at, given.recorded_at, r.written_at);
			r.taken := taken_cells(r.course, edition.version, edition.hash, r.path, r.language);
			r.earned := earned_cells(r.started_at, r.completed_at, r.score_percent, r.pass_mark, r.attempts, edition.minutes,
				r.policy_version, r.acknowledged_at, r.certificate_code, r.valid_from, r.valid_until, 'waypost');
			insert into course_record values (r.*)
			on conflict (learner, course, cycle) do update set
				person = excluded.person, course_version = excluded.course_version, certification = excluded.certification,
				begun_at = excluded.begun_at, started_at = excluded.started_at, completion = excluded.completion,
				completed_at = excluded.completed_at, recorded_at = excluded.recorded_at, path = excluded.path,
				language = excluded.language, pass_mark = excluded.pass_mark, score_percent = excluded.score_percent,
				attempts = excluded.attempts, policy_version = excluded.policy_version,
				acknowledged_at = excluded.acknowledged_at, valid_from = excluded.valid_from,
				valid_until = excluded.valid_until, certificate_code = excluded.certificate_code, renews_at = excluded.renews_at,
				written_at = excluded.written_at, taken = excluded.taken, earned = excluded.earned;
			if exists (select from learner_person where person = r.person and learner <> of_learner) then
				perform place_course_records(r.person);
			end if;
		end $$;

		create function project_on_step() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			perform project_course_record(new.learner, new.course, new.cycle);
			return new;
		end $$;
		create function project_on_period() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			perform project_course_record(learner, course, cycle) from completion where id = new.completion;
			return new;
		end $$;
		create function project_on_certificate() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			perform project_course_record(c.learner, c.course, c.cycle)
			from period p join completion c on c.id = p.completion where p.id = new.period;
			return new;
		end $$;
		create function project_on_acknowledgement() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			perform project_course_record(learner, course, cycle) from course_record where learner = new.learner;
			return new;
		end $$;
		create function project_on_link() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			if tg_op <> 'INSERT' then
				update course_record set person = null, shown = true where learner = old.learner;
				perform place_course_records(old.person);
			end if;
			if tg_op <> 'DELETE' then
				update course_record set person = new.person where learner = new.learner;
				perform place_course_records(new.person);
			end if;
			return coalesce(new, old);
		end $$;
		create trigger project_course_record after insert or update on enrolment
			for each row execute function project_on_step();
		create trigger project_course_record after insert on attempt
			for each row execute function project_on_step();
		create trigger project_course_record after insert on completion
			for each row execute function project_on_step();
		create trigger project_course_record after insert on period for each row execute function project_on_period();
		create trigger project_course_record after insert on certificate for each row execute function project_on_certificate();
		create trigger project_course_record after insert on acknowledgement
			for each row execute function project_on_acknowledgement();
		create trigger project_course_record after insert or update or delete on learner_person
			for each row execute function project_on_link();
		select project_course_record(learner, course, cycle)
		from (select learner, course, cycle from enrolment union select learner, course, cycle from completion) as evidence;

		-- Completion records as they stood at an instant, with what was recorded by then. Who appears is decided by
		-- row-level security on person_identity (it runs with the rights of whoever calls). grace_days: as status.ts
		-- counts them; schools: only people who then had a role in one of them, null for everybody; wanted_course:
		-- null for all. What each status means stands in completion-records.ts. It is one plain statement because
		-- PostgreSQL takes such a function's text into the caller's query, where the planner sees the arguments and
		-- leaves out what is not asked for.
		create function completion_records(
			as_of timestamptz, zone text, grace_days integer, schools uuid[], wanted_course text, with_scores boolean
		) returns table (
			person uuid, sourced_id text, employee_id text, family_name text, given_name text, email text, search_key text,
			school text, role text, grade_band text, course text, status text, required boolean, due_at timestamptz,
			started_at timestamptz, completed_at timestamptz, valid_until timestamptz, source text, certification text, record text,
			person_cells text, place_cells text, taken_cells text, due_cell text, earned_cells text
		) language sql stable parallel safe as $$
			with role_then as not materialized (
				select id, person, organisation, role, band, lower(during) as since, ',' || role || ',' || coalesce(band, '') as cells
				from affiliation
				where during @> as_of and recorded_at <= as_of and (superseded_at is null or superseded_at > as_of)
					and (schools is null or organisation = any (schools))
			),
			held as not materialized (
				select h.id, h.person, h.role, h.band, h.since, o.name as school, o.export_cell || h.cells as cells
				from role_then h join organisation o on o.id = h.organisation
			),
			rule as materialized (
				select r.*, taken_cells(r.course, null, null, null, null) as taken,
					earned_cells(null, null, null, r.pass_mark, null, r.minutes, null, null, null, null, null, 'roster') as earned
				from requirement_rule r
				where r.required and (wanted_course is null or r.course = wanted_course)
					and exists (select from course_version v where v.course = r.course and v.published_at <= as_of)
			),
			-- Many begin on the same day; its end in the district's zone is worked out once.
			term as not materialized (
				select since, within_days, due_at, instant_cell(due_at) as cell
				from (
					select since, within_days,
						((since at time zone zone)::date + within_days + 1)::timestamp at time zone zone as due_at
					from (select distinct lower(during) as since from affiliation) begun,
						(select distinct within_days from requirement_rule where within_days is not null) allowed
				) terms
				offset 0
			),
			must as not materialized (
				select h.id, h.person, h.role, h.band, h.school, h.cells, t.due_at, t.cell as due_cell, r.course, r.certification
				from held h
				join rule r on h.role = any (r.roles) and (r.bands is null or h.band = any (r.bands))
				left join term t on t.since = h.since and t.within_days = r.within_days
			),
			-- What was taken back, and when: annulled, or revoked and not restored.
			taken_back as not materialized (
				select distinct on (completion) completion, at, annulled from (
					select completion, recorded_at as at, true as annulled from completion_annulment where recorded_at <= as_of
					union all
					select c.completion, last_word.at, false
					from (
						select distinct on (lp.person, pc.certification) lp.person, pc.certification, pc.kind, pc.recorded_at as at
						from period_change pc join learner_person lp on lp.learner = pc.learner
						where pc.recorded_at <= as_of
						order by lp.person, pc.certification, pc.recorded_at desc, pc.id desc
					) last_word
					join course_record c on c.person = last_word.person and c.certification = last_word.certification
						and c.completed_at <= last_word.at
					where last_word.kind = 'revoked'
				) either
				order by completion, annulled desc
			),
			waived as not materialized (
				select distinct on (lp.person, w.course) w.id, lp.person, w.course, lower(w.during) as valid_from, upper(w.during) as valid_until
				from waiver w join learner_person lp on lp.learner = w.learner
				where w.recorded_at <= as_of and w.during @> as_of and (wanted_course is null or w.course = wanted_course)
				order by lp.person, w.course, upper(w.during) desc, w.id
			),
			-- Renewals that keep a certification standing: the earlier period that they follow has not expired.
			renewal as not materialized (
				select n.person, n.certification
				from course_record n
				where n.renews_at is not null and n.recorded_at <= as_of and n.valid_from <= as_of
					and (n.valid_until is null or n.valid_until > as_of - interval '24 hours' * grace_days)
					and not exists (select from taken_back b where b.completion = n.completion)
			),
			-- A course's body is large: what is needed of it is read once for each version.
			edition as not materialized (
				select id, version, hash, (body ->> 'minutes')::integer as minutes,
					(body -> 'quiz' ->> 'pass_mark')::integer as pass_mark, body ->> 'path' as path, body ->> 'acknowledges' as policy
				from course_version offset 0
			),
			settled as not materialized (
				select c.person, c.course, c.certification, 'cycle ' || c.cycle as record, 'waypost' as source,
					case
						when c.valid_until is null or c.valid_until > as_of - interval '24 hours' * grace_days then 'completed'
						when (c.person, c.certification) in (select person, certification from renewal) then 'completed'
						else 'expired'
					end as status,
					c.renews_at as due_at, c.started_at, c.completed_at, c.valid_until, c.taken,
					case when with_scores and c.written_at <= as_of then c.earned else (
						select earned_cells(c.started_at, c.completed_at, case when with_scores then c.score_percent end, c.pass_mark,
							case when with_scores then c.attempts end, e.minutes, c.policy_version, c.acknowledged_at,
							c.certificate_code, c.valid_from, c.valid_until, 'waypost')
						from edition e where e.id = c.course_version
					) end as earned
				from course_record c
				where c.shown and c.person is not null and c.recorded_at <= as_of
					and (wanted_course is null or c.course = wanted_course)
					and c.completion not in (select completion from taken_back)
			),
			-- What was taken back ends then; a period that was to begin later is empty.
			undone as not materialized (
				select c.person, c.course, c.certification, 'cycle ' || c.cycle, 'waypost',
					case
						when b.annulled or c.valid_until is null or c.valid_until > b.at then 'revoked'
						when (c.person, c.certification) in (select person, certification from renewal) then 'completed'
						when c.valid_until > as_of - interval '24 hours' * grace_days then 'revoked'
						else 'expired'
					end,
					c.renews_at, c.started_at, c.completed_at, u.until, c.taken,
					earned_cells(c.started_at, c.completed_at, case when with_scores then c.score_percent end, c.pass_mark,
						case when with_scores then c.attempts end, e.minutes, c.policy_version, c.acknowledged_at,
						c.certificate_code, c.valid_from, u.until, 'waypost')
				from taken_back b
				join course_record c on c.completion = b.completion
				join edition e on e.id = c.course_version
				cross join lateral (select greatest(c.valid_from, least(c.valid_until, b.at)) as until) u
				where c.shown and c.person is not null and c.recorded_at <= as_of
					and (wanted_course is null or c.course = wanted_course)
			),
			underway as not materialized (
				select c.person, c.course, c.certification, 'cycle ' || c.cycle, case when w.id is null then 'waypost' else 'waiver' end,
					case when w.id is null then 'in_progress' else 'waived' end,
					c.renews_at, c.started_at, null::timestamptz, w.valid_until,
					case when c.written_at <= as_of then c.taken else taken_cells(c.course, e.version, e.hash, e.path, null) end,
					case when with_scores and c.written_at <= as_of and w.id is null then c.earned else earned_cells(
						c.started_at, null, null, e.pass_mark,
						case when with_scores then (
							select count(*)::integer from attempt a
							where a.learner = c.learner and a.course = c.course and a.cycle = c.cycle and a.recorded_at <= as_of
						) end,
						e.minutes,
						(select k.version from acknowledgement k
							where k.learner = c.learner and k.policy = e.policy and k.recorded_at <= as_of order by k.recorded_at desc limit 1),
						(select max(k.recorded_at) from acknowledgement k
							where k.learner = c.learner and k.policy = e.policy and k.recorded_at <= as_of),
						null, w.valid_from, w.valid_until, case when w.id is null then 'waypost' else 'waiver' end
					) end
				from course_record c
				join edition e on e.id = c.course_version
				left join waived w on w.person = c.person and w.course = c.course
				where c.shown and c.person is not null and c.begun_at <= as_of and (c.recorded_at is null or c.recorded_at > as_of)
					and (wanted_course is null or c.course = wanted_course)
			),
			-- A credit stands for the course of its certification; where there is none yet, for the certification.
			credited as not materialized (
				select lp.person, coalesce(r.course, k.certification), k.certification, 'credit ' || k.id, 'credit',
					case when upper_inf(k.during) or upper(k.during) > as_of then 'credited' else 'expired' end,
					null::timestamptz, null::timestamptz, null::timestamptz, upper(k.during),
					taken_cells(coalesce(r.course, k.certification), null, null, null, null),
					earned_cells(null, null, null, null, null, null, null, null, null, lower(k.during), upper(k.during), 'credit')
				from credit k
				join learner_person lp on lp.learner = k.learner
				left join (
					select distinct on (certification) certification, course from requirement_rule
					order by certification, required desc, course
				) r on r.certification = k.certification
				where k.recorded_at <= as_of and (wanted_course is null or coalesce(r.course, k.certification) = wanted_course)
			),
			excused as not materialized (
				select w.person, w.course, r.certification, 'waiver ' || w.id, 'waiver', 'waived',
					null::timestamptz, null::timestamptz, null::timestamptz, w.valid_until,
					taken_cells(w.course, null, null, null, null),
					earned_cells(null, null, null, null, null, null, null, null, null, w.valid_from, w.valid_until, 'waiver')
				from waived w
				left join requirement_rule r on r.course = w.course
				where not exists (
					select from course_record c
					where c.person = w.person and c.course = w.course and c.shown and c.begun_at <= as_of
						and (c.recorded_at is null or c.recorded_at > as_of)
				)
			),
			unit as not materialized (
				select * from settled union all select * from undone union all select * from underway
				union all select * from credited union all select * from excused
			)
			select i.person, i.sourced_id, i.employee_id, i.family_name, i.given_name, i.email, i.search_key,
				case when m.id is not null then m.school
					else (select (select name from organisation o where o.id = h.organisation) from role_then h where h.person = u.person order by h.id limit 1) end,
				case when m.id is not null then m.role else (select h.role from role_then h where h.person = u.person order by h.id limit 1) end,
				case when m.id is not null then m.band else (select h.band from role_then h where h.person = u.person order by h.id limit 1) end,
				coalesce(u.course, m.course), coalesce(u.status, 'not_started'), m.id is not null, coalesce(u.due_at, m.due_at),
				u.started_at, u.completed_at, u.valid_until,
				coalesce(u.source, 'roster'), coalesce(u.certification, m.certification), coalesce(u.record, 'cycle 1'),
				i.export_cells,
				case when m.id is not null then m.cells
					else coalesce((
						select (select export_cell from organisation o where o.id = h.organisation) || h.cells
						from role_then h where h.person = u.person order by h.id limit 1
					), ',,') end,
				case when u.person is null then (select r.taken from rule r where r.course = m.course) else u.taken end,
				case when u.due_at is null then m.due_cell else instant_cell(u.due_at) end,
				case when u.person is null then (select r.earned from rule r where r.course = m.course) else u.earned end
			from unit u
			full join must m on m.person = u.person and m.course = u.course
			join person_identity i on i.person = coalesce(u.person, m.person)
			where (schools is null or m.id is not null or exists (select from role_then h where h.person = u.person))
				-- Of several roles that require the course, the one of the first school is named (and of those that do
				-- not, the one that was recorded first).
				and case when m.person in (select person from affiliation_of_several) then m.id = (
					select h.id from held h join rule r on h.role = any (r.roles) and (r.bands is null or h.band = any (r.bands))
					where h.person = m.person and r.course = m.course
					order by h.school, h.id limit 1
				) else true end
		$$;

		-- Row-level security asks these for every export; without the mark no plan may use a second core.
		alter function waypost_actor() parallel safe;
		alter function waypost_scope() parallel safe;
		alter function waypost_scope_schools() parallel safe;
		alter function waypost_may_see(uuid) parallel safe;

		call allow_app('course_record', 'select');
	`.execute(db);
}
