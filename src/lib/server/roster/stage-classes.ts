import type { Staging } from './staging-context.ts';

/** Classes with their term and band. A class of which no band is known is of no use here. */
export async function classes(staging: Staging): Promise<void> {
	const { id, run, tell, reading } = staging;
	const { modes, files } = reading;
	await tell(
		'id-twice',
		files.class,
		`select c.line, 'sourcedId', c.id, first.line::text, 1 from read_class c
		join (select distinct on (id) * from read_class order by id, line) first on first.id = c.id
		where c.line > first.line and (c.title, c.organisation, c.state)
			is distinct from (first.title, first.organisation, first.state)`
	);
	await run(`delete from read_class c using read_class first where first.id = c.id and first.line < c.line`);
	await tell(
		'organisation-unknown',
		files.class,
		`select c.line, 'schoolSourcedId', c.organisation, null, 1 from read_class c
		where c.state = 'listed' and not exists (select from place p where p.id = c.organisation and p.target is not null)`
	);
	if (modes.session === 'bulk')
		await tell(
			'session-unknown',
			files.class,
			`select c.line, 'termSourcedIds', t.id, null, 1
			from read_class c cross join lateral unnest(string_to_array(c.sessions, ',')) t(id)
			where c.state = 'listed' and not exists (select from read_session s where s.id = t.id)`
		);
	await run(
		`insert into roster_staged_class (import, line, sourced_id, organisation, title, band, from_day, until_day, state)
		select $1::uuid, c.line, c.id, p.target, c.title, coalesce(c.band, k.band, of_students.band), term.from_day,
			case when term.until_day > term.from_day then term.until_day end,
			case when c.state = 'listed' and p.target is null then 'left-out' else c.state end
		from read_class c
		left join place p on p.id = c.organisation
		left join (select distinct on (id) id, band from read_course order by id, line) k on k.id = c.course
		left join (
			select m.class, mode() within group (order by r.band) as band
			from read_member m join roster_staged_role r on r.import = $1 and r.person = m.person and r.role = 'student'
			where m.part = 'student' and m.state = 'listed' and r.band is not null
			group by m.class
		) of_students on of_students.class = c.id and c.band is null and k.band is null
		left join lateral (
			select min(s.from_day) as from_day, max(s.through_day) + 1 as until_day
			from read_session s where s.id = any (string_to_array(c.sessions, ','))
		) term on c.sessions is not null`,
		[id]
	);
	await tell(
		'class-without-band',
		files.class,
		`select s.line, '${reading.format === 'plain' ? 'grade' : 'grades'}', s.title, null, 1 from roster_staged_class s
		where s.import = $1 and s.state = 'listed' and s.band is null
			and not exists (select from class c where c.sourced_id = s.sourced_id)`,
		[id]
	);
	await run(
		`update roster_staged_class s set state = 'left-out'
		where import = $1 and state = 'listed' and band is null
			and not exists (select from class c where c.sourced_id = s.sourced_id)`,
		[id]
	);
	await run(`create temporary table class_known on commit drop as
		select sourced_id as id, state, organisation from roster_staged_class where import = '${id}'`);
	if (modes.class !== 'bulk')
		await run(`insert into class_known (id, state, organisation)
			select c.sourced_id, 'listed', o.sourced_id from class c join organisation o on o.id = c.organisation
			where c.sourced_id is not null and (upper_inf(c.during) or upper(c.during) > waypost_now())
				and not exists (select from class_known k where k.id = c.sourced_id)`);
	await run('create unique index on class_known (id)');
	await run('analyze class_known');
}

/** Who teaches and who attends which class, where their roles say the same. */
export async function members(staging: Staging): Promise<void> {
	const { id, run, tell, reading } = staging;
	const { files } = reading;
	const { rows } = await run(`select exists (select from read_member) as some`);
	if (!rows[0]?.some) return;
	// Each row with whom and what it speaks of, once: three checks and the staging ask for it.
	await run(`create temporary table member on commit drop as
		select m.*, k.state as class_state, w.state as person_state,
			case m.part when 'teacher' then i.is_staff else i.is_student end as is_so,
			case m.part when 'teacher' then t.is_staff else t.is_student end as is_so_there
		from read_member m
		left join class_known k on k.id = m.class
		left join who w on w.id = m.person
		left join is_what i on i.person = m.person
		left join role_at t on t.person = m.person and t.organisation = k.organisation`);
	await tell(
		'class-unknown',
		files.member,
		`select line, 'classSourcedId', class, null, 1 from member where state = 'listed' and class_state is null`
	);
	await tell(
		'person-unknown',
		files.member,
		`select line, 'userSourcedId', person, null, 1 from member where state = 'listed' and person_state is null`
	);
	const whole = `state = 'listed' and class_state = 'listed' and person_state = 'listed' and part is not null`;
	await tell(
		'member-differs',
		files.member,
		`select line, 'role', part, person, 1 from member where ${whole} and is_so is not true`
	);
	await tell(
		'member-elsewhere',
		files.member,
		`select line, 'classSourcedId', class, person, 1 from member
		where ${whole} and is_so and is_so_there is not true`
	);
	await run(
		`insert into roster_staged_member (import, line, sourced_id, class, person, part, from_day, until_day, state)
		select $1::uuid, line, id, class, person, part, from_day, until_day,
			case when state = 'listed' and (${whole} and is_so_there) is not true then
				case when part is null and class_state = 'listed' and person_state = 'listed' then 'gone' else 'left-out' end
			else state end
		from member`,
		[id]
	);
}
