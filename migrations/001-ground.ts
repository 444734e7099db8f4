import { sql, type Kysely } from 'kysely';

/**
 * The ground everything stands on: one clock, the append-only guard, who is asking (for row-level security),
 * and the rights of the application's role. Sources: design.md section 3, data-model.md section 1.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create extension if not exists btree_gist;
		create extension if not exists pg_trgm;

		-- One clock. The offset is zero except in tests and embedded demos; only the owner can set it.
		create table clock_setting (
			id boolean primary key default true check (id),
			clock_offset interval not null default '0'
		);
		insert into clock_setting default values;

		create function waypost_now() returns timestamptz language sql volatile as $$
			select date_trunc('milliseconds', clock_timestamp() + (select clock_offset from clock_setting))
		$$;

		-- Who asks, and what they may see. Unset means nobody and nothing.
		create function waypost_actor() returns uuid language sql stable as $$
			select nullif(current_setting('waypost.actor', true), '')::uuid
		$$;
		create function waypost_scope() returns text language sql stable as $$
			select coalesce(nullif(current_setting('waypost.scope', true), ''), 'none')
		$$;
		create function waypost_scope_schools() returns uuid[] language sql stable as $$
			select case when waypost_scope() like 'schools:%'
				then string_to_array(nullif(substr(waypost_scope(), 9), ''), ',')::uuid[]
				else '{}'::uuid[] end
		$$;

		-- Evidence is inserted, never changed: the database itself refuses, for every role.
		create function refuse_change_of_evidence() returns trigger language plpgsql as $$
		begin
			raise exception '% is evidence and append-only: % is refused', tg_table_name, tg_op
				using errcode = 'WP001';
		end $$;

		create procedure keep_append_only(target regclass) language plpgsql as $$
		begin
			execute format('create trigger append_only_rows before update or delete on %s
				for each row execute function refuse_change_of_evidence()', target);
			execute format('create trigger append_only_table before truncate on %s
				for each statement execute function refuse_change_of_evidence()', target);
			execute format('alter table %s enable always trigger append_only_rows', target);
			execute format('alter table %s enable always trigger append_only_table', target);
		end $$;

		-- Rights of the serving role. Where a managed database gives one role only, there is nothing to grant.
		create procedure allow_app(target regclass, rights text) language plpgsql as $$
		begin
			if exists (select from pg_roles where rolname = 'waypost_app') then
				execute format('grant %s on %s to waypost_app', rights, target);
			end if;
		end $$;
		call allow_app('clock_setting', 'select');
		revoke create on schema public from public;
	`.execute(db);
}
