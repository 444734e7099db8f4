import { sql, type Kysely } from 'kysely';

/**
 * "Who was required on 1 October?" beside "who did we think was?": completion records of an earlier day with the roles
 * that were known then, or with those that are known to have been held then since a later roster told of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- completion_records as it stands, with the instant whose knowledge of roles counts; what is not found stops here.
		do $change$
		declare
			body text := pg_get_functiondef('completion_records'::regproc);
			places text[];
		begin
			foreach places slice 1 in array array[
				['as_of timestamp with time zone, zone text', 'as_of timestamp with time zone, roles_known timestamp with time zone, zone text'],
				['during @> as_of and recorded_at <= as_of and (superseded_at is null or superseded_at > as_of)',
				'during @> as_of and recorded_at <= roles_known and (superseded_at is null or superseded_at > roles_known)']
			] loop
				if position(places[1] in body) = 0 then
					raise exception 'completion_records does not hold: %', places[1];
				end if;
				body := replace(body, places[1], places[2]);
			end loop;
			drop function completion_records(timestamptz, text, integer, uuid[], text, boolean);
			execute body;
		end $change$;
	`.execute(db);
}
