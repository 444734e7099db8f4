import { sql, type Kysely } from 'kysely';

/**
 * What was published, what was learned, and what it earned. Constraints carry the invariants 2 to 6: a second
 * submit meets a primary key, a completion rests on a passed result of the same learner and version, periods of
 * one certification never overlap.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table policy_version (
			policy text not null,
			version text not null,
			hash text not null,
			title text not null,
			body text not null,
			published_at timestamptz(3) not null default waypost_now(),
			primary key (policy, version),
			unique (policy, hash)
		);
		create table course_version (
			id uuid primary key default uuidv7(),
			course text not null,
			version text not null,
			ordinal integer not null,
			change text not null check (change in ('patch', 'minor', 'major')),
			hash text not null,
			hash_scheme smallint not null default 1,
			body jsonb not null,
			languages jsonb not null default '{}',
			published_at timestamptz(3) not null default waypost_now(),
			unique (course, version),
			unique (course, hash),
			unique (course, ordinal)
		);
		create table rule_set (
			id uuid primary key default uuidv7(),
			hash text not null unique,
			body jsonb not null,
			published_at timestamptz(3) not null default waypost_now()
		);
		-- Who must take which course, as the newest content says; rewritten when content is published.
		create table requirement_rule (
			course text primary key,
			certification text not null,
			title text not null,
			roles text[] not null,
			bands text[],
			required boolean not null,
			within_days integer,
			minutes integer not null,
			pass_mark integer not null,
			version text not null,
			hash text not null
		);

		create table enrolment (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			course text not null,
			cycle integer not null check (cycle >= 1),
			course_version uuid not null references course_version,
			started_at timestamptz(3) not null default waypost_now(),
			unique (learner, course, cycle)
		);
		create table lesson_place (
			learner uuid not null references learner,
			course text not null,
			cycle integer not null,
			lesson text not null,
			section integer not null check (section >= 1),
			furthest integer not null check (furthest >= section),
			at timestamptz(3) not null default waypost_now(),
			primary key (learner, course, cycle, lesson)
		);
		create table exercise_worked (
			learner uuid not null references learner,
			course text not null,
			cycle integer not null,
			lesson text not null,
			exercise text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (learner, course, cycle, lesson, exercise)
		);
		create table lesson_done (
			learner uuid not null references learner,
			course_version uuid not null references course_version,
			lesson text not null,
			cycle integer not null check (cycle >= 1),
			lesson_hash text not null,
			path text not null,
			language text not null,
			assurance text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (learner, course_version, lesson, cycle)
		);

		create table attempt (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			course text not null,
			course_version uuid not null references course_version,
			cycle integer not null check (cycle >= 1),
			number integer not null check (number >= 1),
			path text not null,
			language text not null,
			draw jsonb not null,
			pass_mark integer not null check (pass_mark between 0 and 100),
			assurance text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			expires_at timestamptz(3) not null,
			unique (learner, course, cycle, number),
			unique (id, learner, course_version, cycle)
		);
		-- One open attempt per learner and course; deleting this row is closing it.
		create table attempt_open (
			attempt uuid primary key references attempt,
			learner uuid not null references learner,
			course text not null,
			expires_at timestamptz(3) not null,
			unique (learner, course)
		);
		create table attempt_step (
			attempt uuid not null references attempt,
			item text not null,
			rev integer not null check (rev >= 1),
			answer jsonb not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (attempt, item, rev)
		);
		create function refuse_step_of_closed_attempt() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			perform from attempt_open where attempt = new.attempt and expires_at > waypost_now() for share;
			if not found then
				raise exception 'attempt % is not open', new.attempt using errcode = 'WP002';
			end if;
			return new;
		end $$;
		create trigger open_attempts_only before insert on attempt_step
			for each row execute function refuse_step_of_closed_attempt();

		create table attempt_result (
			attempt uuid primary key references attempt,
			learner uuid not null,
			course_version uuid not null,
			cycle integer not null,
			outcome text not null check (outcome in ('submitted', 'abandoned', 'expired')),
			score integer not null check (score >= 0),
			total integer not null check (total >= score),
			critical_missed integer not null check (critical_missed >= 0),
			pass_mark integer not null check (pass_mark between 0 and 100),
			graded jsonb not null,
			passed boolean not null generated always as (
				outcome = 'submitted' and critical_missed = 0 and score * 100 >= pass_mark * total
			) stored,
			recorded_at timestamptz(3) not null default waypost_now(),
			foreign key (attempt, learner, course_version, cycle) references attempt (id, learner, course_version, cycle),
			unique (attempt, learner, course_version, cycle, passed)
		);

		-- After a missed critical item its lesson is asked for again before the next attempt.
		create table lesson_review (
			attempt uuid not null references attempt,
			learner uuid not null references learner,
			lesson text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (attempt, lesson)
		);

		create table acknowledgement (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			policy text not null,
			version text not null,
			language text not null,
			assurance text not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			foreign key (policy, version) references policy_version (policy, version),
			unique (learner, policy, version)
		);

		create table completion (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			course text not null,
			course_version uuid not null references course_version,
			content_hash text not null,
			cycle integer not null check (cycle >= 1),
			path text not null check (path in ('full', 'refresher', 'test-out', 'knowledge-check', 'teacher-led')),
			language text not null,
			pass_mark integer not null,
			rule_set uuid not null references rule_set,
			assurance text not null,
			attempt uuid,
			attempt_passed boolean generated always as (case when attempt is null then null else true end) stored,
			completed_at timestamptz(3) not null default waypost_now(),
			recorded_at timestamptz(3) not null default waypost_now(),
			foreign key (attempt, learner, course_version, cycle, attempt_passed)
				references attempt_result (attempt, learner, course_version, cycle, passed),
			check (path = 'teacher-led' or attempt is not null),
			unique (learner, course, cycle)
		);
		create table completion_annulment (
			completion uuid primary key references completion,
			annulled_by uuid not null references person,
			reason text not null check (length(trim(reason)) >= 10),
			recorded_at timestamptz(3) not null default waypost_now()
		);

		-- Training recorded from outside. It never looks like a completion.
		create table credit (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			certification text not null,
			during tstzrange not null,
			evidence text not null check (length(trim(evidence)) >= 5),
			granted_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create table waiver (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			course text not null,
			during tstzrange not null check (not upper_inf(during)),
			reason text not null check (length(trim(reason)) >= 10),
			granted_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create function refuse_grant_to_oneself() returns trigger language plpgsql
			security definer set search_path = public as $$
		declare
			giver uuid;
			receiver uuid;
		begin
			if tg_table_name = 'completion_annulment' then
				giver := new.annulled_by;
				select learner into receiver from completion where id = new.completion;
			elsif tg_table_name = 'period_change' then
				giver := new.changed_by;
				receiver := new.learner;
			else
				giver := new.granted_by;
				receiver := new.learner;
			end if;
			if exists (select from learner_person where learner = receiver and person = giver) then
				raise exception 'nobody grants, annuls or changes for themselves' using errcode = 'WP003';
			end if;
			return new;
		end $$;

		create table period (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			certification text not null,
			completion uuid not null unique references completion,
			during tstzrange not null check (not isempty(during) and not lower_inf(during)),
			completed_at timestamptz(3) not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			check (lower(during) >= completed_at)
		);
		create table period_change (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			certification text not null,
			kind text not null check (kind in ('revoked', 'restored')),
			changed_by uuid not null references person,
			reason text not null check (length(trim(reason)) >= 10),
			recorded_at timestamptz(3) not null default waypost_now()
		);
		-- The projection carries the rule that periods never overlap; evidence itself can't be shortened.
		create table period_current (
			period uuid primary key references period,
			learner uuid not null,
			certification text not null,
			during tstzrange not null,
			exclude using gist (learner with =, certification with =, during with &&)
		);
		create function project_period() returns trigger language plpgsql security definer set search_path = public as $$
		begin
			insert into period_current (period, learner, certification, during)
			values (new.id, new.learner, new.certification, new.during);
			return new;
		end $$;
		create trigger project_period after insert on period for each row execute function project_period();
		create function project_period_change() returns trigger language plpgsql
			security definer set search_path = public as $$
		begin
			if new.kind = 'revoked' then
				update period_current set during = during * tstzrange(null, new.recorded_at)
				where learner = new.learner and certification = new.certification;
			else
				update period_current c set during = p.during from period p
				where p.id = c.period and c.learner = new.learner and c.certification = new.certification
					and not exists (
						select from period_current later
						where later.period <> c.period and later.learner = c.learner
							and later.certification = c.certification and later.during && p.during
					);
			end if;
			return new;
		end $$;
		create trigger project_period_change after insert on period_change
			for each row execute function project_period_change();

		create trigger no_annulment_for_oneself before insert on completion_annulment
			for each row execute function refuse_grant_to_oneself();
		create trigger no_credit_for_oneself before insert on credit
			for each row execute function refuse_grant_to_oneself();
		create trigger no_waiver_for_oneself before insert on waiver
			for each row execute function refuse_grant_to_oneself();
		create trigger no_change_for_oneself before insert on period_change
			for each row execute function refuse_grant_to_oneself();

		create table certificate (
			id uuid primary key default uuidv7(),
			code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{16}$'),
			period uuid not null unique references period,
			learner uuid not null references learner,
			certification text not null,
			course text not null,
			course_version uuid not null references course_version,
			title text not null,
			audience text not null,
			language text not null,
			issued_at timestamptz(3) not null default waypost_now(),
			valid_from timestamptz(3) not null,
			valid_until timestamptz(3),
			valid_through date,
			holder_commitment text not null,
			recorded_at timestamptz(3) not null default waypost_now()
		);
		create index certificate_learner on certificate (learner);
		create table certificate_holder (
			certificate uuid primary key references certificate,
			name text not null,
			short_name text,
			salt text not null
		);
		alter table certificate_holder enable row level security;
		alter table certificate_holder force row level security;
		create policy holder_seen on certificate_holder for select using (
			(select waypost_scope() = 'district' or waypost_scope() like 'system:%')
			or exists (
				select from certificate c join learner_person lp on lp.learner = c.learner
				where c.id = certificate and (lp.person = (select waypost_actor())
					or ((select waypost_scope() like 'schools:%') and waypost_may_see(lp.person)))
			)
		);
		create policy holder_written on certificate_holder for insert with check ((select waypost_scope() like 'system:%'));
		create policy holder_deleted on certificate_holder for delete using ((select waypost_scope() like 'system:%'));

		call keep_append_only('policy_version');
		call keep_append_only('course_version');
		call keep_append_only('rule_set');
		call keep_append_only('lesson_done');
		call keep_append_only('attempt');
		call keep_append_only('attempt_step');
		call keep_append_only('attempt_result');
		call keep_append_only('lesson_review');
		call keep_append_only('acknowledgement');
		call keep_append_only('completion');
		call keep_append_only('completion_annulment');
		call keep_append_only('credit');
		call keep_append_only('waiver');
		call keep_append_only('period');
		call keep_append_only('period_change');
		call keep_append_only('certificate');

		call allow_app('policy_version', 'select, insert');
		call allow_app('course_version', 'select, insert');
		call allow_app('rule_set', 'select, insert');
		call allow_app('requirement_rule', 'select, insert, update, delete');
		call allow_app('enrolment', 'select, insert, update');
		call allow_app('lesson_place', 'select, insert, update');
		call allow_app('exercise_worked', 'select, insert');
		call allow_app('lesson_done', 'select, insert');
		call allow_app('attempt', 'select, insert');
		call allow_app('attempt_open', 'select, insert, update, delete');
		call allow_app('attempt_step', 'select, insert');
		call allow_app('attempt_result', 'select, insert');
		call allow_app('lesson_review', 'select, insert');
		call allow_app('acknowledgement', 'select, insert');
		call allow_app('completion', 'select, insert');
		call allow_app('completion_annulment', 'select, insert');
		call allow_app('credit', 'select, insert');
		call allow_app('waiver', 'select, insert');
		call allow_app('period', 'select, insert');
		call allow_app('period_change', 'select, insert');
		call allow_app('period_current', 'select');
		call allow_app('certificate', 'select, insert');
		call allow_app('certificate_holder', 'select, insert, delete');
	`.execute(db);
}
