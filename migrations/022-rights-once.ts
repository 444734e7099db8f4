import { sql, type Kysely } from 'kysely';

/**
 * A right is held once at a time, so that ending it ends it; and second factors go with the sign-in when two records of
 * one person are brought together, and back again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Asked of new rights from now on, under the lock of end_grant, and no constraint: rights that were given twice
		-- before this stay on record, and each is ended by itself.
		create function refuse_right_held_already() returns trigger language plpgsql
			security definer set search_path = public, pg_temp as $$
		begin
			perform pg_advisory_xact_lock(hashtextextended('end_grant', 0));
			if exists (
				select from scope_grant g
				where g.person = new.person and g."right" = new."right" and g.organisation = new.organisation
					and g.during * new.during && tstzrange(waypost_now(), null)
			) then
				raise exception 'this right is held already' using errcode = 'WP033';
			end if;
			return new;
		end $$;
		create trigger refuse_held_already before insert on scope_grant
			for each row execute function refuse_right_held_already();

		-- Whom a passkey calls its user, and whose id is hashed with a recovery code, once the row is another record's:
		-- neither can be written anew. Null while it is the row's own person.
		alter table second_factor_passkey add column made_for uuid;
		alter table second_factor_recovery_code add column made_for uuid;
		call allow_app('second_factor_passkey', 'update (person, made_for)');
		call allow_app('second_factor_authenticator', 'update (person, sealed_secret)');
		call allow_app('second_factor_recovery_code', 'update (person, made_for)');
	`.execute(db);
}
