import { sql, type Kysely } from 'kysely';

/**
 * What signing in needs besides its tables: who a session belongs to in one statement, devices that an account's
 * person has used, and sessions that end with what they rest on. Sources: design.md sections 3 and 6,
 * data-model.md section 3, attacks 9 and 17.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A device on which this person has signed in before: its failures are counted apart, so that nobody can
		-- lock another out by typing wrong passwords.
		create table sign_in_device (
			person uuid not null references person on delete cascade,
			device_hash bytea not null,
			last_signed_in_at timestamptz(3) not null,
			primary key (person, device_hash)
		);
		call allow_app('sign_in_device', 'select, insert, update, delete');
		create index sign_in_failure_at on sign_in_failure (at);
		create index session_expires_at on session (expires_at);

		-- Everything a signed-in request has to know, for the price of one query. Names are under forced row-level
		-- security, for the owner as well: the scope is set for this statement and put back. It is set in the body
		-- because only a superuser may attach a setting of ours to a function.
		-- alive is false when the session is there and nobody may use it any more.
		create function session_actor(hash text) returns table (
			public_id uuid, person uuid, expires_at timestamptz, absolute_expires_at timestamptz, alive boolean,
			learner uuid, given_name text, family_name text, email text, affiliations jsonb, rights jsonb
		) language plpgsql volatile security definer set search_path = public, pg_temp as $$
		#variable_conflict use_column
		declare
			scope_before text := current_setting('waypost.scope', true);
			at timestamptz := waypost_now();
		begin
			-- "Last used" for the list of one's sessions; to five minutes, because it is a write.
			update session set last_seen_at = clock_timestamp()
			where id_hash = hash and last_seen_at < clock_timestamp() - interval '5 minutes'
				and expires_at > clock_timestamp();

			perform set_config('waypost.scope', 'system:sign-in', true);
			return query
				select s.public_id, s.person, s.expires_at::timestamptz, s.absolute_expires_at::timestamptz,
					coalesce(
						p.id is not null and i.person is not null and own.learner is not null and not exists (
							select from sign_in x where x.person = s.person and x.disabled_at is not null
						), false),
					own.learner, i.given_name, i.family_name, i.email,
					coalesce((
						select jsonb_agg(jsonb_build_object('organisation', a.organisation, 'organisationName', o.name,
							'role', a.role, 'band', a.band, 'since', lower(a.during)) order by lower(a.during), a.id)
						from affiliation a join organisation o on o.id = a.organisation
						where a.person = s.person and a.superseded_at is null and a.during @> at
					), '[]'),
					coalesce((
						select jsonb_agg(jsonb_build_object('right', g."right", 'organisation', g.organisation,
							'districtWide', o.kind = 'district') order by g.recorded_at, g.id)
						from scope_grant g join organisation o on o.id = g.organisation
						where g.person = s.person and g.during @> at
					), '[]')
				from session s
				left join person p on p.id = s.person and p.kind = 'human' and p.merged_into is null
					and (p.ended_at is null or p.ended_at > at)
				left join person_identity i on i.person = s.person
				-- A person's own learner; that of a former visitor where there is none.
				left join lateral (
					select lp.learner from learner_person lp join learner l on l.id = lp.learner
					where lp.person = s.person
					order by (l.kind = 'person') desc, lp.linked_at, lp.learner limit 1
				) own on true
				where s.id_hash = hash;
			perform set_config('waypost.scope', coalesce(scope_before, ''), true);
		end $$;
		revoke execute on function session_actor(text) from public;

		-- Sessions end in the transaction that ends what they rest on (attack 9).
		create function end_sessions_of_person() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			delete from session where person = new.id;
			return null;
		end $$;
		create trigger end_sessions after update of ended_at, merged_into on person
			for each row when (new.ended_at is not null or new.merged_into is not null)
			execute function end_sessions_of_person();
		create function end_sessions_of_sign_in() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			delete from session where person = new.person;
			return null;
		end $$;
		create trigger end_sessions after update of disabled_at on sign_in
			for each row when (new.disabled_at is not null) execute function end_sessions_of_sign_in();
		-- At commit, because a change of school ends one affiliation before it begins the next.
		create function end_sessions_without_affiliation() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			if not exists (
				select from affiliation
				where person = new.person and superseded_at is null and during @> waypost_now()
			) then
				delete from session where person = new.person;
			end if;
			return null;
		end $$;
		create constraint trigger end_sessions after insert or update on affiliation
			deferrable initially deferred
			for each row when (new.superseded_at is not null or not upper_inf(new.during))
			execute function end_sessions_without_affiliation();

		-- The serving role calls session_actor, and /readyz compares what was migrated with what was built.
		do $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function session_actor(text) to waypost_app;
				if to_regclass('kysely_migration') is not null then
					grant select on kysely_migration to waypost_app;
				end if;
			end if;
		end $$;
	`.execute(db);
}
