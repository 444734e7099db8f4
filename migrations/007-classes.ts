import { sql, type Kysely } from 'kysely';

/**
 * Classes, and lessons that a teacher led with one. The words of a teacher stand in for a quiz here, so the tables
 * carry what can be known without trusting anybody (data-model.md, attack 8): who teaches and who attends the class,
 * the database's own clock from beginning to end, and that the children named were named with the session.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table class (
			id uuid primary key default uuidv7(),
			organisation uuid not null references organisation,
			title text not null check (title <> ''),
			band text not null check (band in ('K-2', '3-5', '6-8', '9-12')),
			sourced_id text unique,
			during tstzrange not null check (not isempty(during)),
			recorded_at timestamptz(3) not null default waypost_now()
		);
		-- In the manner of affiliation: "true on D" is during, "known on D" is recorded_at and superseded_at.
		create table class_member (
			id uuid primary key default uuidv7(),
			class uuid not null references class,
			person uuid not null references person,
			part text not null check (part in ('teacher', 'student')),
			during tstzrange not null check (not isempty(during)),
			recorded_at timestamptz(3) not null default waypost_now(),
			superseded_at timestamptz(3),
			-- Nobody is in a class twice, nor its teacher and its student at once.
			exclude using gist (class with =, person with =, during with &&) where (superseded_at is null)
		);
		create index class_member_person on class_member (person) where superseded_at is null;
		create index class_member_class on class_member (class) where superseded_at is null;

		-- Teaches: is named as its teacher, and works at that school. A membership outlives nobody's employment.
		create function waypost_teaches(teacher uuid, of_class uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select exists (
				select from class_member m
				join class c on c.id = m.class and c.during @> at
				join affiliation a on a.person = m.person and a.organisation = c.organisation
					and a.role not in ('student', 'guardian', 'volunteer') and a.superseded_at is null and a.during @> at
				where m.class = of_class and m.person = teacher and m.part = 'teacher'
					and m.superseded_at is null and m.during @> at
			)
		$$;
		-- Attends: is named as its student, and is a student of that school. No adult attends a class.
		create function waypost_attends(student uuid, of_class uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select exists (
				select from class_member m
				join class c on c.id = m.class and c.during @> at
				join affiliation a on a.person = m.person and a.organisation = c.organisation
					and a.role = 'student' and a.superseded_at is null and a.during @> at
				where m.class = of_class and m.person = student and m.part = 'student'
					and m.superseded_at is null and m.during @> at
			)
		$$;

		-- Who is in which class comes from the roster, by named system work; nobody puts a person into a class by hand.
		alter table class enable row level security;
		alter table class force row level security;
		alter table class_member enable row level security;
		alter table class_member force row level security;
		create policy class_seen on class for select using (true);
		create policy class_written on class for insert with check ((select waypost_scope() like 'system:%'));
		create policy class_changed on class for update using ((select waypost_scope() like 'system:%'));
		create policy member_seen on class_member for select using (true);
		create policy member_written on class_member for insert with check ((select waypost_scope() like 'system:%'));
		create policy member_changed on class_member for update using ((select waypost_scope() like 'system:%'));

		-- The scope of one class shows the names of its students, to one who teaches it now. A scope that somebody else
		-- sets shows nobody: the teacher is asked for here, not only where the scope is chosen.
		create function waypost_scope_class() returns uuid language sql stable as $$
			select case when waypost_scope() like 'class:%' then nullif(substr(waypost_scope(), 7), '')::uuid end
		$$;
		create function waypost_may_see_in_class(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select waypost_teaches(waypost_actor(), waypost_scope_class(), waypost_now())
				and waypost_attends(subject, waypost_scope_class(), waypost_now())
		$$;
		create policy person_seen_in_class on person for select using (
			(select waypost_scope() like 'class:%') and waypost_may_see_in_class(id)
		);
		create policy identity_seen_in_class on person_identity for select using (
			(select waypost_scope() like 'class:%') and waypost_may_see_in_class(person)
		);

		-- The lesson that a teacher is leading now. When it began is the database's to say.
		create table led_open (
			teacher uuid primary key references person,
			class uuid not null references class,
			course text not null,
			lesson text not null,
			began_at timestamptz(3) not null default waypost_now()
		);
		create function stamp_led_open() returns trigger language plpgsql as $$
		begin
			new.began_at := waypost_now();
			return new;
		end $$;
		create trigger stamp_led_open before insert or update on led_open
			for each row execute function stamp_led_open();
		alter table led_open enable always trigger stamp_led_open;

		create table led_session (
			id uuid primary key default uuidv7(),
			class uuid not null references class,
			teacher uuid not null references person,
			course_version uuid not null references course_version,
			lesson text not null,
			language text not null,
			began_at timestamptz(3) not null,
			-- The civil day in the district's zone, as it is printed.
			held_on date not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			transaction xid8 not null default pg_current_xact_id(),
			check (held_on between (began_at at time zone 'UTC')::date - 1 and (began_at at time zone 'UTC')::date + 1),
			unique (teacher, began_at),
			unique (id, course_version, lesson)
		);
		create function found_led_session() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			opened led_open;
			edition course_version;
			minutes numeric;
		begin
			select * into opened from led_open where teacher = new.teacher for update;
			select * into edition from course_version where id = new.course_version;
			if opened.teacher is null or opened.class <> new.class or opened.course <> edition.course
				or opened.lesson <> new.lesson then
				raise exception 'this teacher is not leading that lesson with that class' using errcode = 'WP011';
			end if;
			if (edition.body ->> 'led') is distinct from 'true' then
				raise exception 'this edition of % is not one that a teacher may lead', edition.course using errcode = 'WP011';
			end if;
			select (entry ->> 'minutes')::numeric into minutes
				from jsonb_array_elements(edition.body -> 'lessons') entry where entry ->> 'slug' = new.lesson;
			if minutes is null then
				raise exception 'this edition of % has no such lesson', edition.course using errcode = 'WP011';
			end if;
			new.began_at := opened.began_at;
			new.recorded_at := waypost_now();
			new.transaction := pg_current_xact_id();
			if new.recorded_at - new.began_at < minutes * interval '30 seconds' then
				raise exception 'a lesson of % minutes was led in less than half of them', minutes using errcode = 'WP011';
			end if;
			if new.recorded_at - new.began_at > interval '12 hours' then
				raise exception 'this lesson was begun on another day' using errcode = 'WP011';
			end if;
			if not waypost_teaches(new.teacher, new.class, new.began_at)
				or not waypost_teaches(new.teacher, new.class, new.recorded_at) then
				raise exception 'only a teacher of the class leads a lesson with it' using errcode = 'WP011';
			end if;
			return new;
		end $$;
		create trigger found_led_session before insert on led_session
			for each row execute function found_led_session();
		alter table led_session enable always trigger found_led_session;

		create table led_participant (
			session uuid not null,
			learner uuid not null references learner,
			course_version uuid not null,
			lesson text not null,
			cycle integer not null,
			recorded_at timestamptz(3) not null default waypost_now(),
			primary key (session, learner),
			foreign key (session, course_version, lesson) references led_session (id, course_version, lesson),
			foreign key (learner, course_version, lesson, cycle)
				references lesson_done (learner, course_version, lesson, cycle)
		);
		create index led_participant_lesson on led_participant (learner, course_version, lesson, cycle);
		create function found_led_participant() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			held led_session;
		begin
			select * into held from led_session where id = new.session;
			if held.transaction is distinct from pg_current_xact_id() then
				raise exception 'who took part is recorded with the lesson, not later' using errcode = 'WP012';
			end if;
			if not exists (
				select from learner_person lp
				where lp.learner = new.learner and lp.person <> held.teacher
					and waypost_attends(lp.person, held.class, held.began_at)
			) then
				raise exception 'only students of the class take part in its lessons' using errcode = 'WP012';
			end if;
			return new;
		end $$;
		create trigger found_led_participant before insert on led_participant
			for each row execute function found_led_participant();
		alter table led_participant enable always trigger found_led_participant;

		-- And what rests on it: no lesson is “teacher-led”, and no course complete in that way, without a lesson that was led.
		create function require_led_participant() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if not exists (
				select from led_participant p join course_version v on v.id = p.course_version
				where p.learner = new.learner and p.cycle = new.cycle
					and case tg_table_name
						when 'lesson_done' then p.course_version = new.course_version and p.lesson = to_jsonb(new) ->> 'lesson'
						else v.course = to_jsonb(new) ->> 'course' end
			) then
				raise exception 'nobody led this lesson with this learner' using errcode = 'WP013';
			end if;
			return null;
		end $$;
		create constraint trigger require_led_participant after insert on lesson_done
			deferrable initially deferred for each row when (new.path = 'teacher-led')
			execute function require_led_participant();
		create constraint trigger require_led_participant after insert on completion
			deferrable initially deferred for each row when (new.path = 'teacher-led' and new.attempt is null)
			execute function require_led_participant();

		call keep_append_only('led_session');
		call keep_append_only('led_participant');

		call allow_app('class', 'select, insert');
		call allow_app('class', 'update (title, band, during)');
		call allow_app('class_member', 'select, insert');
		call allow_app('class_member', 'update (superseded_at)');
		call allow_app('led_open', 'select, delete');
		call allow_app('led_open', 'insert (teacher, class, course, lesson)');
		call allow_app('led_open', 'update (class, course, lesson)');
		call allow_app('led_session', 'select, insert');
		call allow_app('led_participant', 'select, insert');
	`.execute(db);
}
