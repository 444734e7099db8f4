import { sql, type Kysely } from 'kysely';

/**
 * Families: which guardian a child has, confirmed by the office and nobody else; what a guardian may see; and the
 * permissions that families and students give and take back. Who may sign is asked here, by the database's clock, so
 * that no page and no mistake in a page can let one person sign for another. Sources: design.md invariants 8 and 12,
 * data-model.md section 2.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- How the district reads its roster, as the newest content says; rewritten when content is published.
		create table family_rule (
			id boolean primary key default true check (id),
			links_shown text not null default 'confirmed' check (links_shown in ('confirmed', 'roster'))
		);
		insert into family_rule default values;

		-- Where a link comes from: the roster, an invitation, the office. It shows nothing before it is confirmed.
		alter table guardian_link
			alter column origin set default 'office',
			drop constraint guardian_link_origin_check,
			add check (origin in ('waypost', 'roster', 'office', 'invitation')),
			add column relation text check (relation in ('parent', 'guardian', 'relative', 'other')),
			add column confirmed_at timestamptz(3),
			add column confirmed_by uuid references person,
			add column ended_at timestamptz(3),
			add column ended_by uuid references person,
			add check ((confirmed_at is null) = (confirmed_by is null)),
			add check (confirmed_by not in (guardian, child)),
			add check ((ended_at is null) = (ended_by is null)),
			add check (ended_by not in (guardian, child)),
			add check (not may_see_record or ended_at is null);
		create index guardian_link_child on guardian_link (child);
		create index guardian_link_waiting on guardian_link (recorded_at) where confirmed_at is null and ended_at is null;

		-- Stands: confirmed, not ended, and both of them are here. Where the district trusts its roster, a link of the
		-- roster stands from the beginning; the record stays shut until the office opens it.
		create function guardian_link_stands(l guardian_link, at timestamptz) returns boolean language sql stable as $$
			select l.during @> at and (l.ended_at is null or l.ended_at > at)
				and (l.confirmed_at <= at
					or (l.confirmed_at is null and l.origin = 'roster' and (select links_shown = 'roster' from family_rule)))
				and exists (select from standing where person = l.guardian and active)
				and exists (select from standing where person = l.child and active)
		$$;
		create function waypost_is_guardian(of_guardian uuid, of_child uuid, at timestamptz) returns boolean
			language sql stable security definer set search_path = public, pg_temp as $$
			select exists (
				select from guardian_link l
				where l.guardian = of_guardian and l.child = of_child and guardian_link_stands(l, at)
			)
		$$;
		create function waypost_reads_record(of_guardian uuid, of_child uuid, at timestamptz) returns boolean
			language sql stable security definer set search_path = public, pg_temp as $$
			select exists (
				select from guardian_link l
				where l.guardian = of_guardian and l.child = of_child and l.may_see_record and guardian_link_stands(l, at)
			)
		$$;

		-- The office of a child: an administrator of the district, or of a school where the child is a student now. Nobody
		-- for a child of their own, however the link stands, nor for themselves.
		create function waypost_family_office(office uuid, of_child uuid, at timestamptz) returns boolean
			language plpgsql volatile security definer set search_path = public, pg_temp as $$
		begin
			if office is null or same_person(office, of_child) or exists (
				select from guardian_link where child = of_child and same_person(office, guardian)
			) then
				return false;
			end if;
			return exists (
				select from scope_grant g
				join organisation o on o.id = g.organisation
				join standing s on s.person = g.person and s.active
				where g.person = office and g.during @> at and (
					g."right" = 'district-administrator'
					or (g."right" = 'school-administrator' and (o.kind = 'district' or exists (
						select from affiliation a
						where a.person = of_child and a.organisation = g.organisation and a.role = 'student'
							and a.superseded_at is null and a.during @> at
					)))
				)
			);
		end $$;

		-- What was done to a link, by whom and why; the link itself only follows.
		create table guardian_link_change (
			id uuid primary key default uuidv7(),
			guardian uuid not null references person,
			child uuid not null references person,
			kind text not null check (kind in ('confirmed', 'record-opened', 'record-closed', 'ended', 'reopened')),
			way text not null default 'office' check (way in ('office', 'invitation')),
			changed_by uuid not null references person,
			-- How the office made sure who asks.
			checked text check (checked in ('identity-card', 'known', 'papers', 'phone-on-file')),
			relation text check (relation in ('parent', 'guardian', 'relative', 'other')),
			-- Confirmed together with the right to see the child's record.
			opens_record boolean not null default false,
			reason text,
			recorded_at timestamptz(3) not null default waypost_now(),
			transaction xid8 not null default pg_current_xact_id(),
			check (changed_by not in (guardian, child)),
			check (kind = 'confirmed' or not opens_record),
			check (kind <> 'confirmed' or way = 'invitation' or checked is not null),
			check (kind = 'confirmed' or length(trim(coalesce(reason, ''))) >= 10),
			check (way = 'office' or kind = 'confirmed')
		);
		create index guardian_link_change_child on guardian_link_change (child, recorded_at);
		create function found_guardian_link_change() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			link guardian_link;
			at timestamptz;
		begin
			select * into link from guardian_link where guardian = new.guardian and child = new.child for update;
			at := waypost_now();
			new.recorded_at := at;
			new.transaction := pg_current_xact_id();
			if link.guardian is null then
				raise exception 'there is no such link' using errcode = 'WP030';
			end if;
			-- An invitation was made by the office and is used later, when its maker may have left: they held the right once.
			if new.way = 'invitation' then
				if waypost_scope() not like 'system:%' or same_person(new.changed_by, new.guardian) or not exists (
					select from scope_grant g join organisation o on o.id = g.organisation
					where g.person = new.changed_by and lower(g.during) <= at and (
						g."right" = 'district-administrator'
						or (g."right" = 'school-administrator' and (o.kind = 'district' or exists (
							select from affiliation a where a.person = new.child and a.organisation = g.organisation and a.role = 'student'
						)))
					)
				) then
					raise exception 'an invitation confirms a link only when the office made it' using errcode = 'WP030';
				end if;
			elsif waypost_actor() is distinct from new.changed_by
				or not waypost_family_office(new.changed_by, new.child, at) then
				raise exception 'only the office of the child changes a link, and nobody their own' using errcode = 'WP030';
			end if;
			if (new.kind = 'reopened') <> (link.ended_at is not null)
				or (new.kind = 'confirmed' and (link.confirmed_at is not null or not link.during @> at))
				or (new.kind = 'record-opened' and (link.may_see_record or not guardian_link_stands(link, at)))
				or (new.kind = 'record-closed' and not link.may_see_record) then
				raise exception 'the link does not stand so that it could be %', new.kind using errcode = 'WP030';
			end if;
			return new;
		end $$;
		create trigger found_guardian_link_change before insert on guardian_link_change
			for each row execute function found_guardian_link_change();
		alter table guardian_link_change enable always trigger found_guardian_link_change;
		create function follow_guardian_link_change() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			update guardian_link set
				relation = coalesce(new.relation, relation),
				confirmed_at = case new.kind when 'confirmed' then new.recorded_at when 'reopened' then null else confirmed_at end,
				confirmed_by = case new.kind when 'confirmed' then new.changed_by when 'reopened' then null else confirmed_by end,
				may_see_record = case new.kind when 'confirmed' then new.opens_record or may_see_record when 'record-opened' then true
					when 'record-closed' then false when 'ended' then false else may_see_record end,
				ended_at = case new.kind when 'ended' then new.recorded_at when 'reopened' then null else ended_at end,
				ended_by = case new.kind when 'ended' then new.changed_by when 'reopened' then null else ended_by end
			where guardian = new.guardian and child = new.child;
			return null;
		end $$;
		create trigger follow_guardian_link_change after insert on guardian_link_change
			for each row execute function follow_guardian_link_change();

		-- And nothing of it moves without such a record. What the roster ends and brings back, and what a merge shows to
		-- have been confirmed by oneself, is to be confirmed anew.
		create function keep_guardian_link() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if tg_op = 'INSERT' then
				if new.confirmed_at is not null or new.may_see_record or new.ended_at is not null then
					raise exception 'a link begins unconfirmed' using errcode = 'WP030';
				end if;
				return new;
			end if;
			if (new.confirmed_at, new.confirmed_by, new.may_see_record, new.ended_at, new.ended_by)
					is distinct from (old.confirmed_at, old.confirmed_by, old.may_see_record, old.ended_at, old.ended_by)
				and not exists (
					select from guardian_link_change c
					where c.guardian = new.guardian and c.child = new.child and c.transaction = pg_current_xact_id()
				) then
				raise exception 'nobody recorded this change of a link' using errcode = 'WP030';
			end if;
			if new.confirmed_by in (new.guardian, new.child)
				or (not old.during @> waypost_now() and new.during @> waypost_now()) then
				new.confirmed_at := null;
				new.confirmed_by := null;
				new.may_see_record := false;
			end if;
			return new;
		end $$;
		create trigger keep_guardian_link before insert or update on guardian_link
			for each row execute function keep_guardian_link();
		alter table guardian_link enable always trigger keep_guardian_link;

		-- A guardian sees the names of their own children, where the link stands; asked here, whoever sets the scope.
		create function waypost_may_see_in_family(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select waypost_is_guardian(waypost_actor(), subject, waypost_now())
		$$;
		create function waypost_may_read_in_family(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select waypost_reads_record(waypost_actor(), subject, waypost_now())
		$$;
		create policy person_seen_in_family on person for select using (
			(select waypost_scope() = 'family') and waypost_may_see_in_family(id)
		);
		create policy identity_seen_in_family on person_identity for select using (
			(select waypost_scope() = 'family') and waypost_may_see_in_family(person)
		);
		create policy holder_seen_in_family on certificate_holder for select using (
			(select waypost_scope() = 'family') and exists (
				select from certificate c join learner_person lp on lp.learner = c.learner
				where c.id = certificate and waypost_may_read_in_family(lp.person)
			)
		);
		-- A school's office sees its students and the guardians that are linked to them, wherever those belong.
		create function waypost_scope_offices() returns uuid[] language sql stable as $$
			select case when waypost_scope() like 'families:%'
				then string_to_array(nullif(substr(waypost_scope(), 10), ''), ',')::uuid[]
				else '{}'::uuid[] end
		$$;
		create function waypost_may_see_in_office(subject uuid) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select exists (
				select from affiliation a
				join scope_grant g on g.organisation = a.organisation and g.person = waypost_actor()
					and g."right" = 'school-administrator' and g.during @> waypost_now()
				where a.person in (select subject union all select child from guardian_link where guardian = subject)
					and a.organisation = any (waypost_scope_offices())
					and a.role = 'student' and a.superseded_at is null and a.during @> waypost_now()
			)
		$$;
		create policy person_seen_in_office on person for select using (
			(select waypost_scope() like 'families:%') and waypost_may_see_in_office(id)
		);
		create policy identity_seen_in_office on person_identity for select using (
			(select waypost_scope() like 'families:%') and waypost_may_see_in_office(person)
		);

		-- Flags of a student in place of a birth date: signs too (14, or grade 9), signs alone (18). The last word about a
		-- flag counts; an empty time takes it back.
		create table student_flag (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			flag text not null check (flag in ('student-signs-too', 'student-signs-alone')),
			n integer not null,
			during tstzrange not null,
			basis text not null check (basis in ('age', 'grade', 'court-order', 'correction')),
			set_by uuid not null references person,
			recorded_at timestamptz(3) not null default waypost_now(),
			unique (learner, flag, n)
		);
		create function student_flag_holds(of_student uuid, wanted text, at timestamptz) returns boolean
			language sql stable security definer set search_path = public, pg_temp as $$
			select coalesce((
				select f.during @> at from student_flag f join learner_person lp on lp.learner = f.learner
				where lp.person = of_student and f.flag = wanted and f.recorded_at <= at
				order by f.recorded_at desc, f.n desc limit 1
			), false)
		$$;
		create function found_student_flag() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			student uuid;
		begin
			select person into student from learner_person where learner = new.learner;
			-- One word after the other about one student.
			perform from standing where person = student for no key update;
			new.recorded_at := waypost_now();
			select coalesce(max(n), 0) + 1 into new.n from student_flag where learner = new.learner and flag = new.flag;
			if waypost_actor() is distinct from new.set_by
				or not coalesce(waypost_family_office(new.set_by, student, new.recorded_at), false) then
				raise exception 'only the office of a student sets their flags, and nobody their own child’s' using errcode = 'WP031';
			end if;
			if not exists (select from affiliation where person = student and role = 'student' and superseded_at is null) then
				raise exception 'this is no student' using errcode = 'WP031';
			end if;
			return new;
		end $$;
		create trigger found_student_flag before insert on student_flag for each row execute function found_student_flag();
		alter table student_flag enable always trigger found_student_flag;

		-- The words that somebody read before they signed, in each language, as they were.
		create table permission_text (
			hash text primary key,
			purpose text not null,
			version text not null,
			language text not null,
			reader text not null check (reader in ('guardian', 'student')),
			body jsonb not null,
			published_at timestamptz(3) not null default waypost_now(),
			unique (hash, purpose, version, language, reader)
		);
		create index permission_text_version on permission_text (purpose, version, language, reader);

		-- One word about one child, one purpose and one school year: a yes, a no, a yes taken back, or a no that the office
		-- lifted. Whose it is stands in signer (nobody: somebody of the family whom Waypost does not know); recorded_by is
		-- the office, where it came on paper or by phone.
		create table permission (
			id uuid primary key default uuidv7(),
			learner uuid not null references learner,
			purpose text not null,
			n integer not null,
			period text not null,
			during tstzrange not null check (not isempty(during)),
			act text not null check (act in ('given', 'refused', 'withdrawn', 'lifted')),
			relation text not null check (relation in ('guardian', 'student', 'office')),
			signer uuid references learner,
			recorded_by uuid references person,
			version text,
			text text,
			language text not null,
			reader text generated always as (case relation when 'student' then 'student' else 'guardian' end) stored,
			assurance text not null,
			reason text,
			recorded_at timestamptz(3) not null default waypost_now(),
			unique (learner, purpose, n),
			foreign key (text, purpose, version, language, reader)
				references permission_text (hash, purpose, version, language, reader),
			check ((relation = 'office') = (signer is null)),
			check ((recorded_by is not null) = (assurance = 'paper')),
			check ((text is null) = (version is null)),
			check (act not in ('given') or text is not null),
			check (act <> 'lifted' or length(trim(coalesce(reason, ''))) >= 10)
		);
		create index permission_signer on permission (signer) where signer is not null;
		create function found_permission() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		declare
			subject uuid;
			signing uuid;
			alone boolean;
			may boolean;
			own boolean := new.recorded_by is null;
		begin
			select person into subject from learner_person where learner = new.learner;
			select person into signing from learner_person where learner = new.signer;
			if subject is null or (new.signer is not null and signing is null) then
				raise exception 'nobody is behind this permission' using errcode = 'WP032';
			end if;
			-- One word after the other about one child; and the link that it rests on stays while it is written.
			perform from standing where person = subject for no key update;
			perform from guardian_link where guardian = signing and child = subject for share;
			new.recorded_at := waypost_now();
			select coalesce(max(n), 0) + 1 into new.n from permission where learner = new.learner and purpose = new.purpose;
			if not new.during @> new.recorded_at then
				raise exception 'a permission is for the school year that runs now' using errcode = 'WP032';
			end if;
			if own and waypost_actor() is distinct from signing then
				raise exception 'nobody signs for another' using errcode = 'WP032';
			end if;
			if not own and (waypost_actor() is distinct from new.recorded_by
				or not waypost_family_office(new.recorded_by, subject, new.recorded_at)) then
				raise exception 'only the office of the child records what was handed in, and nobody their own' using errcode = 'WP032';
			end if;
			if new.relation = 'student' and signing <> subject then
				raise exception 'a student signs for themselves alone' using errcode = 'WP032';
			end if;
			alone := student_flag_holds(subject, 'student-signs-alone', new.recorded_at);
			may := case new.relation
				when 'guardian' then not alone and waypost_is_guardian(signing, subject, new.recorded_at)
				when 'student' then alone or student_flag_holds(subject, 'student-signs-too', new.recorded_at)
				else false end;
			-- Through the office anybody's no counts; a yes, and a no on the site, are for those who may sign.
			if (new.act = 'given' or (own and new.act <> 'lifted')) and not may then
				raise exception 'this person may not sign for this child now' using errcode = 'WP032';
			end if;
			-- A no is its speaker's to take back, unless they can't any more.
			if new.act = 'lifted' and (own or may) then
				raise exception 'only the office lifts a no, and only of somebody who may not sign' using errcode = 'WP032';
			end if;
			return new;
		end $$;
		create trigger found_permission before insert on permission for each row execute function found_permission();
		alter table permission enable always trigger found_permission;

		-- What a gate's answer could rest on has changed.
		create function bump_standing_of_children() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			update standing set rev = rev + 1 where person in (select child from changed);
			return null;
		end $$;
		create trigger bump_standing_begun after insert on guardian_link
			referencing new table as changed for each statement execute function bump_standing_of_children();
		create trigger bump_standing_changed after update on guardian_link
			referencing new table as changed for each statement execute function bump_standing_of_children();
		create trigger bump_standing_gone after delete on guardian_link
			referencing old table as changed for each statement execute function bump_standing_of_children();
		create trigger bump_standing after insert on student_flag for each row execute function bump_standing_of_learner();
		create trigger bump_standing after insert on permission for each row execute function bump_standing_of_learner();

		call keep_append_only('guardian_link_change');
		call keep_append_only('student_flag');
		call keep_append_only('permission_text');
		call keep_append_only('permission');

		-- Whether somebody's look is logged already is asked at each look.
		create index if not exists access_log_actor on access_log (actor, recorded_at);

		revoke execute on function waypost_family_office(uuid, uuid, timestamptz) from public;
		call allow_app('family_rule', 'select');
		call allow_app('family_rule', 'update (links_shown)');
		call allow_app('guardian_link_change', 'select, insert');
		call allow_app('student_flag', 'select, insert');
		call allow_app('permission_text', 'select, insert');
		call allow_app('permission', 'select, insert');
		-- A link is ended, not deleted; and what the office decides about it has one way in.
		do $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				revoke update, delete on guardian_link from waypost_app;
				grant update (guardian, child, during, relation, origin, recorded_at) on guardian_link to waypost_app;
			end if;
		end $$;
	`.execute(db);
}
