import { sql, type Kysely } from 'kysely';

/**
 * A requirement is due after its days from the start in a role, but never from before it was asked: on the day a
 * district begins, nobody is late. `asked_since` is when the course was first published.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table requirement_rule add column asked_since timestamptz(3);
		update requirement_rule r set asked_since = (
			select min(published_at) from course_version v where v.course = r.course
		);
		alter table requirement_rule alter column asked_since set default waypost_now(),
			alter column asked_since set not null;

		-- The function as it stands, with the start of each term changed in two places; what is not found stops here.
		do $change$
		declare
			body text := pg_get_functiondef('completion_records'::regproc);
			change text[];
		begin
			foreach change slice 1 in array array[
				['(select distinct lower(during) as since from affiliation) begun',
					'(select distinct lower(during) as since from affiliation union select asked_since from requirement_rule) begun'],
				['t.since = h.since and', 't.since = greatest(h.since, r.asked_since) and']
			] loop
				if position(change[1] in body) = 0 then
					raise exception 'completion_records does not hold %', change[1];
				end if;
				body := replace(body, change[1], change[2]);
			end loop;
			execute body;
		end $change$;
	`.execute(db);
}
