import { staffRoles, type Staging } from './staging-context.ts';
import { differingRows } from './staging-plain.ts';

/** People, and who is known at all: in the file, or, where it holds changes alone, in the district. */
export async function people(staging: Staging): Promise<void> {
	const { id, run, tell, reading } = staging;
	const { modes, files } = reading;
	const isPlain = reading.format === 'plain';
	await run(`create temporary table differing (id text primary key) on commit drop`);
	if (isPlain) {
		await tell(
			'person-differs',
			files.person,
			`select line, "column", value, detail, 1 from (${differingRows}) d`
		);
		await run(`insert into differing select distinct person from (${differingRows}) d`);
	} else {
		await tell(
			'id-twice',
			files.person,
			`select p.line, 'sourcedId', p.id, first.line::text, 1 from read_person p
			join (select distinct on (id) * from read_person order by id, line) first on first.id = p.id
			where p.line > first.line and (p.state, p.family_name, p.given_name, p.email)
				is distinct from (first.state, first.family_name, first.given_name, first.email)`
		);
		await run(`insert into differing select id from read_person group by id
			having count(*) > 1 and count(distinct (state, family_name, given_name, email)) > 1`);
	}
	await run(
		`insert into roster_staged_person (import, line, sourced_id, family_name, given_name, email, employee_id,
			enabled, state)
		select distinct on (p.id) $1::uuid, p.line, p.id, p.family_name, p.given_name, p.email, p.employee_id, p.enabled,
			case when d.id is not null then 'left-out' else p.state end
		from read_person p left join differing d on d.id = p.id order by p.id, p.line`,
		[id]
	);
	// Who is known: in the file, or, where the file holds changes alone, in the district.
	await run(`create temporary table who on commit drop as
		select sourced_id as id, state, true as in_file from roster_staged_person where import = '${id}'`);
	if (modes.person !== 'bulk')
		await run(`insert into who (id, state, in_file)
			select i.sourced_id, 'listed', false from person_identity i join person p on p.id = i.person
			where i.sourced_id is not null and p.ended_at is null
				and not exists (select from who w where w.id = i.sourced_id)`);
	await run('create unique index on who (id)');
	await run('analyze who');
}

/** Roles, wherever the file names them, and with them who is what. */
export async function roles(staging: Staging): Promise<void> {
	const { id, run, tell, reading } = staging;
	const { modes, files } = reading;
	const isPlain = reading.format === 'plain';
	const organisationColumn = reading.rolesFrom === 'people' ? 'orgSourcedIds' : 'orgSourcedId';
	if (reading.rolesFrom === 'people' && !isPlain) {
		// Guardians often stand without a school: theirs is the district.
		await run(`insert into read_role (line, person, organisation, role, state)
			select p.line, p.id, o.id, p.role, case when p.unused then 'gone' else p.state end
			from read_person p
			cross join lateral unnest(coalesce(string_to_array(p.organisations, ','), array[null])) o(id)
			where (p.role is not null or p.unused) and p.state = 'listed'`);
	}
	const office =
		(
			await run(
				`select target from place p join (
			select sourced_id from roster_staged_organisation where import = $1 and kind = 'district' and state = 'listed'
			union select sourced_id from organisation where kind = 'district' and ended_at is null
		) d on d.sourced_id = p.target limit 1`,
				[id]
			)
		).rows[0]?.target ?? null;
	await run(
		`update read_role set organisation = $1::text where organisation is null and role = 'guardian' and $1::text is not null`,
		[office]
	);
	await tell(
		'person-unknown',
		files.role,
		`select r.line, 'userSourcedId', r.person, null, 1 from read_role r
		where r.state = 'listed' and not exists (select from who w where w.id = r.person)`
	);
	await tell(
		'organisation-unknown',
		files.role,
		`select r.line, $1::text, r.organisation, null, 1 from read_role r
		join who w on w.id = r.person and w.state = 'listed'
		where r.state = 'listed' and r.organisation is not null
			and not exists (select from place p where p.id = r.organisation and p.target is not null)`,
		[organisationColumn]
	);
	await tell(
		'reference-missing',
		files.role,
		`select r.line, $1::text, null, null, 1 from read_role r
		join who w on w.id = r.person and w.state = 'listed'
		where r.state = 'listed' and r.organisation is null`,
		[organisationColumn]
	);
	await run(
		`insert into roster_staged_role (import, line, sourced_id, person, organisation, role, band, from_day, until_day, state)
		select $1::uuid, r.line, r.id, r.person, p.target, r.role,
			case when r.role = 'student' then coalesce(s.band, case when not w.in_file then known.band end) end,
			r.from_day, r.until_day,
			case when r.state = 'listed' and p.target is null then 'left-out' else r.state end
		from read_role r
		join who w on w.id = r.person
		left join place p on p.id = r.organisation
		left join (select distinct on (id) id, band from read_person order by id, line) s on s.id = r.person
		left join lateral (
			select a.band from person_identity i join affiliation a on a.person = i.person
			where not w.in_file and r.role = 'student' and i.sourced_id = r.person and a.role = 'student'
				and a.superseded_at is null and a.during @> waypost_now() limit 1
		) known on true`,
		[id]
	);
	await run('analyze roster_staged_person, roster_staged_role');
	await tell(
		'person-without-role',
		files.person,
		`select s.line, 'sourcedId', s.sourced_id, null, 1 from roster_staged_person s
		where s.import = $1 and s.state = 'listed' and $2::boolean
			and not exists (select from roster_staged_role r where r.import = $1 and r.person = s.sourced_id)`,
		[id, modes.role === 'bulk' || reading.rolesFrom === 'people']
	);
	// Somebody without a role that can be taken stays as they are; whose roles all are over does not.
	if (modes.role === 'bulk' || reading.rolesFrom === 'people')
		await run(
			`with left_out as (
				update roster_staged_person s set state = 'left-out'
				from (
					select p.sourced_id from roster_staged_person p
					left join roster_staged_role r on r.import = $1 and r.person = p.sourced_id
					where p.import = $1 and p.state = 'listed' group by p.sourced_id
					having not coalesce(bool_or(r.state = 'listed'), false) and coalesce(bool_or(r.state = 'left-out'), true)
				) roleless
				where s.import = $1 and s.sourced_id = roleless.sourced_id
				returning s.sourced_id
			)
			update who w set state = 'left-out' from left_out l where l.sourced_id = w.id`,
			[id]
		);
	await run(`create temporary table role_of on commit drop as
		select person, organisation, role from roster_staged_role where import = '${id}' and state = 'listed'`);
	if (modes.person !== 'bulk' || modes.role !== 'bulk')
		await run(`insert into role_of (person, organisation, role)
			select i.sourced_id, o.sourced_id, a.role from affiliation a
			join person_identity i on i.person = a.person
			join organisation o on o.id = a.organisation
			where a.superseded_at is null and a.during @> waypost_now() and i.sourced_id is not null
				and not exists (select from read_person p where p.id = i.sourced_id and p.role is not null)`);
	await run(`create temporary table role_at on commit drop as
		select person, organisation, bool_or(role in ${staffRoles}) as is_staff, bool_or(role = 'student') as is_student
		from role_of group by person, organisation`);
	await run(`create temporary table is_what on commit drop as
		select person, bool_or(role in ${staffRoles}) as is_staff, bool_or(role = 'student') as is_student,
			bool_or(role = 'guardian') as is_guardian
		from role_of group by person`);
	await run('analyze role_at, is_what');
}
