import { sql, type Kysely } from 'kysely';

/**
 * Two places of `completion_records` that cost a sixth of an export. What is under way was looked for among everything
 * that was ever recorded; and of several roles that require a course, the one to name was chosen person by person.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- What has no completion yet, and what had none on an earlier day.
		create index course_record_recorded on course_record (recorded_at);

		-- completion_records as it stands, with the choice made once for all; what is not found stops here.
		do $change$
		declare
			body text := pg_get_functiondef('completion_records'::regproc);
			first constant integer := position('and case when m.person in (select person from affiliation_of_several)' in body);
			last constant text := ') else true end';
			length_of constant integer := position(last in substr(body, first)) + length(last) - 1;
		begin
			if first = 0 or length_of < length(last) or position('unit as not materialized (' in body) = 0 then
				raise exception 'completion_records does not hold the choice among several roles';
			end if;
			body := overlay(body placing
				'and (m.id is null or m.person not in (select person from affiliation_of_several)
					or (m.id, m.course) in (select id, course from chosen))'
				from first for length_of);
			execute replace(body, 'unit as not materialized (',
				'chosen as not materialized (
				select distinct on (h.person, r.course) h.id, r.course
				from held h join rule r on h.role = any (r.roles) and (r.bands is null or h.band = any (r.bands))
				where h.person in (select person from affiliation_of_several)
				order by h.person, r.course, h.school, h.id
			),
			unit as not materialized (');
		end $change$;
	`.execute(db);
}
