import { sql, type Kysely } from 'kysely';

/**
 * Whoever came by a roster is here as long as they have a role. One that ends on a day that was known before ends
 * without a file and without a change of any row, so that it is asked at each request: from then on there is no session
 * and no right, whatever the next file says.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A role of a roster was known of them, and nothing runs or is to come. Rows that a merge made and took back
		-- are void from their beginning, and nobody's history.
		create function waypost_roles_ran_out(somebody uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select not exists (
				select from affiliation a
				where a.person = somebody and a.superseded_at is null and (upper_inf(a.during) or upper(a.during) > at)
			) and exists (
				select from affiliation a
				where a.person = somebody and a.origin = 'roster'
					and (a.superseded_at is null or a.superseded_at > a.recorded_at)
			)
		$$;

		-- Whether rights rest for that. Not those of who administers the district while nobody else does: a district that
		-- nobody administers can't help itself, and no day brings it there, as no file does.
		create function waypost_rights_ran_out(somebody uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select case when not waypost_roles_ran_out(somebody, at) then false
				when exists (
					select from scope_grant g
					where g.person = somebody and g."right" = 'district-administrator' and g.during @> at
				) then exists (
					select from district_administrators(at) d where d <> somebody and not waypost_roles_ran_out(d, at)
				)
				else true end
		$$;

		-- Whether somebody may still have a session. Guardians are guardians by their link, with or without a role.
		create function waypost_may_come_in(somebody uuid, at timestamptz) returns boolean language sql stable
			security definer set search_path = public, pg_temp as $$
			select not waypost_rights_ran_out(somebody, at) or exists (
				select from guardian_link l where l.guardian = somebody and guardian_link_stands(l, at)
			)
		$$;
		revoke execute on function waypost_roles_ran_out(uuid, timestamptz), waypost_rights_ran_out(uuid, timestamptz),
			waypost_may_come_in(uuid, timestamptz) from public;

		-- session_actor as it stands, with these two asked; what is not found stops here.
		do $change$
		declare
			body text := pg_get_functiondef('session_actor(text)'::regprocedure);
			change text[];
		begin
			foreach change slice 1 in array array[
				['waypost_session_holds(s, at)', 'waypost_session_holds(s, at) and waypost_may_come_in(s.person, at)'],
				['where g.person = s.person and g.during @> at',
				'where g.person = s.person and g.during @> at and not waypost_rights_ran_out(s.person, at)']
			] loop
				if position(change[1] in body) = 0 then
					raise exception 'session_actor does not hold %', change[1];
				end if;
				body := replace(body, change[1], change[2]);
			end loop;
			execute body;
			if exists (select from pg_roles where rolname = 'waypost_app') then
				grant execute on function waypost_may_come_in(uuid, timestamptz) to waypost_app;
			end if;
		end $change$;
	`.execute(db);
}
