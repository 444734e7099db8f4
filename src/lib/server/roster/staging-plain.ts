import type pg from 'pg';

/** Where somebody is who is at no school. */
const OFFICE = 'district:';
/** Ids that were made of a name: an organisation of that name is meant, whatever its own id. */
const BY_NAME = 'name:';

/** Whether an id of the plain file was made here. */
export function isMadeId(id: string): string {
	return `(${id} like '${BY_NAME}%' or ${id} = '${OFFICE}')`;
}

/**
 * Parts the rows of the plain file into what a OneRoster archive has a file each for. A school without an id is known
 * by its name, and a class by its school with its id or title. What rows of one person say differently is told, and
 * that person is left as they are. A class is as good as its rows: where all of them are left out, so is the class.
 */
export async function partPlainRows(client: pg.ClientBase, districtName: string): Promise<void> {
	await client.query(`
		create temporary table plain_row on commit drop as
		select p.*, case
			when p.school is null and p.school_id is null then '${OFFICE}'
			-- A school that stands with its id in some row is that school where the id is missing.
			else coalesce(p.school_id, of_name.id, '${BY_NAME}' || roster_name_key(p.school)) end as place
		from read_plain p
		left join (
			select roster_name_key(school) as key, min(school_id) as id from read_plain
			where school is not null and school_id is not null
			group by roster_name_key(school) having count(distinct school_id) = 1
		) of_name on p.school_id is null and of_name.key = roster_name_key(p.school)`);
	// Without, the planner takes nearly all rows for left out, and compares each with each.
	await client.query('analyze plain_row');
	await client.query(`
		create temporary table taken_row on commit drop as
		select *, state = 'listed' and person not in (select person from (${differingRows}) d) as taken from plain_row`);
	await client.query(
		`insert into read_organisation (line, id, kind, name, state)
		select line, place, case place when '${OFFICE}' then 'district' else 'school' end,
			case place when '${OFFICE}' then $1 else coalesce(school, school_id) end, 'listed'
		from (select distinct on (place) * from taken_row order by place, (school is null), (not taken), line) schools`,
		[districtName]
	);
	await client.query(`
		insert into read_person (line, id, family_name, given_name, email, employee_id, enabled, band, grade_fault, grade,
			agents, state)
		select min(line), person, (array_agg(family_name order by (state = 'left-out'), line))[1],
			(array_agg(given_name order by (state = 'left-out'), line))[1],
			(array_agg(email order by (state = 'left-out'), line) filter (where email is not null))[1],
			(array_agg(employee_id order by (state = 'left-out'), line) filter (where employee_id is not null))[1],
			true, min(band), min(grade_fault), min(grade), string_agg(children, ','),
			case when bool_and(state = 'left-out') then 'left-out' else 'listed' end
		from plain_row group by person`);
	await client.query(`
		insert into read_role (line, id, person, organisation, role, from_day, until_day, state)
		select line, null, person, place, role, from_day, until_day, state from plain_row`);
	await client.query(`
		insert into read_class (line, id, title, organisation, state)
		select min(line), place || '/' || key, (array_agg(class order by (not taken), line))[1], place,
			case when bool_or(taken) then 'listed' else 'left-out' end
		from (select *, coalesce(class_id, roster_name_key(class)) as key from taken_row where class is not null) named
		where state <> 'gone'
		group by place, key`);
	await client.query(`
		insert into read_member (line, id, class, person, part, state)
		select line, null, place || '/' || coalesce(class_id, roster_name_key(class)), person,
			case when role in ('teacher', 'student') then role end, state
		from plain_row where class is not null and state = 'listed'`);
}

/** Rows in which one person has several names or addresses. */
export const differingRows = `
	select p.line, case when p.email is distinct from first.email and p.email is not null and first.email is not null
		then 'email' else 'family_name' end as "column",
		case when p.email is distinct from first.email and p.email is not null and first.email is not null then p.email
		else concat_ws(', ', p.family_name, p.given_name) end as value, first.line::text as detail, p.person
	from plain_row p
	join (
		select person, min(line) as line, (array_agg(family_name order by line))[1] as family_name,
			(array_agg(given_name order by line))[1] as given_name,
			(array_agg(email order by line) filter (where email is not null))[1] as email
		from plain_row where state = 'listed' group by person having count(*) > 1
	) first on first.person = p.person
	where p.state = 'listed' and (p.family_name <> first.family_name or p.given_name <> first.given_name
		or (p.email is not null and p.email <> first.email))`;
