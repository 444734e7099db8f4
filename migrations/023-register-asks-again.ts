import { sql, type Kysely } from 'kysely';

/**
 * The register asks the gate again once the rules have changed under which it answered, and answers to other systems
 * are taken away after a while, as migration 004 says of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Hash of the rules that keep_until and keep_standing were answered under. Those of before are asked again.
		alter table registration_current add column keep_rules text;
		call allow_app('registration_current', 'update (keep_rules)');

		create or replace function project_registration() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			insert into registration_current (registration, state, n, revision)
			values (new.registration, new.to_state, new.n, new.revision)
			on conflict (registration) do update
				set state = excluded.state, n = excluded.n, revision = excluded.revision, updated_at = waypost_now(),
					keep_until = case when excluded.state in ('active', 'renewal_due') then registration_current.keep_until end,
					keep_standing = case when excluded.state in ('active', 'renewal_due') then registration_current.keep_standing end,
					keep_rules = case when excluded.state in ('active', 'renewal_due') then registration_current.keep_rules end;
			return new;
		end $$;

		create index gate_check_checked_at on gate_check (checked_at);
		call allow_app('gate_check', 'delete');
	`.execute(db);
}
