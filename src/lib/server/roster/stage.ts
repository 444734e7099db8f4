import type pg from 'pg';
import { problem, severityOf, type Problem, type ProblemCode, type Severity } from './problem.ts';
import type { Reading } from './reading.ts';
import { analyzeReadTables } from './staging.ts';
import { differingRows, isMadeId, partPlainRows } from './staging-plain.ts';

/** What staging has to know of the district. */
export type StagingDistrict = { name: string; emailDomains: readonly string[] };

/** Faults of one kind are kept up to this number, and counted beyond. */
const MOST_OF_A_KIND = 10_000;

const staff = `('teacher', 'principal', 'administrator', 'counselor', 'librarian', 'aide', 'coach', 'communications', 'technology')`;

/**
 * Brings what was read into the staged tables: references are followed, and those that lead nowhere are told with the
 * line where they stand. All of it in the transaction whose temporary tables hold the rows. Gives how many problems of
 * each severity were found here, or why the file as a whole can't be meant.
 */
export async function stage(
	client: pg.ClientBase,
	id: string,
	reading: Reading,
	district: StagingDistrict
): Promise<{ ok: true; problems: Record<Severity, number> } | { ok: false; problem: Problem }> {
	const found: Record<Severity, number> = { stop: 0, row: 0, value: 0, note: 0 };
	const run = (text: string, values: unknown[] = []) => client.query(text, values);
	/** Keeps what a query finds (line, column, value, detail, and times for notes) as problems of one kind. */
	const tell = async (code: ProblemCode, file: string, query: string, values: unknown[] = []) => {
		const severity = severityOf(code);
		const n = values.length;
		const { rows } = await client.query<{ count: string }>(
			`with found as (select line, "column", value, detail, times from (${query}) f(line, "column", value, detail, times)),
			kept as (
				insert into roster_problem (import, severity, code, file, line, "column", value, detail, times)
				select $${n + 1}, $${n + 2}, $${n + 3}, $${n + 4}, line, "column", left(value, 80), detail, times
				from found order by line limit ${MOST_OF_A_KIND}
			)
			select coalesce(sum(times), 0) as count from found`,
			[...values, id, severity, code, file]
		);
		found[severity] += Number(rows[0]?.count ?? 0);
	};
	const { modes, files } = reading;
	const isPlain = reading.format === 'plain';

	if (isPlain) await partPlainRows(client, district.name);
	await analyzeReadTables(client);
	const several = await places();
	if (several) return { ok: false, problem: several };
	await people();
	await roles();
	await classes();
	await members();
	if (reading.namesGuardians) await links();
	await notes();
	await run(
		`analyze roster_staged_organisation, roster_staged_person, roster_staged_role, roster_staged_class,
			roster_staged_member, roster_staged_link`
	);
	return { ok: true, problems: found };

	/** Schools and the district; departments stand for what they are part of. */
	async function places(): Promise<Problem | null> {
		await tell(
			'id-twice',
			files.organisation,
			`select o.line, 'sourcedId', o.id, first.line::text, 1 from read_organisation o
			join (select distinct on (id) * from read_organisation order by id, line) first on first.id = o.id
			where o.line > first.line and (o.name, o.kind) is distinct from (first.name, first.kind)`
		);
		await run(`delete from read_organisation o using read_organisation first
			where first.id = o.id and first.line < o.line`);
		const several = await severalDistricts();
		if (several) return several;
		await run(`create temporary table place on commit drop as
			with recursive up as (
				select id, id as target, kind, parent, 0 as depth from read_organisation where state = 'listed'
				union all
				select up.id, o.id, o.kind, o.parent, up.depth + 1
				from up join read_organisation o on o.id = up.parent and o.state = 'listed'
				where up.kind = 'department' and up.depth < 10
			)
			select id, min(target) filter (where kind in ('school', 'district')) as target from up group by id`);
		if (modes.organisation !== 'bulk')
			await run(`insert into place (id, target) select sourced_id, sourced_id from organisation o
				where sourced_id is not null and ended_at is null and not exists (select from place p where p.id = o.sourced_id)`);
		await run(`create unique index on place (id)`);
		await run('analyze place');
		await tell(
			'organisation-unused',
			files.organisation,
			`select min(line), 'type', kind, null, count(*)::integer from read_organisation
			where kind = 'other' and state = 'listed' group by kind`
		);
		await run(
			`insert into roster_staged_organisation (import, line, sourced_id, kind, name, named, state)
			select $1::uuid, line, id, kind, name, $2::boolean and ${isMadeId('id')}, state from read_organisation
			where kind in ('school', 'district')`,
			[id, isPlain]
		);
		return null;
	}

	/** One database is one district. A file of several can't say which people are meant. */
	async function severalDistricts(): Promise<Problem | null> {
		const { rows } = await run(
			`select r.id, o.id is not null as known from read_organisation r
			left join organisation o on o.sourced_id = r.id and o.kind = 'district'
			where r.kind = 'district' and r.state = 'listed'`
		);
		if (rows.length < 2) return null;
		if (rows.filter(({ known }) => known).length !== 1)
			return problem('several-districts', {
				file: files.organisation,
				detail: rows
					.map((row) => row.id)
					.slice(0, 5)
					.join(', ')
			});
		await run(
			`update read_organisation r set kind = 'other' where kind = 'district'
			and not exists (select from organisation o where o.sourced_id = r.id and o.kind = 'district')`
		);
		return null;
	}

	async function people() {
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

	async function roles() {
		if (reading.rolesFrom === 'people' && !isPlain) {
			// Guardians often stand without a school: theirs is the district.
			await run(`insert into read_role (line, person, organisation, role, state)
				select p.line, p.id, o.id, p.role, p.state
				from read_person p
				cross join lateral unnest(coalesce(string_to_array(p.organisations, ','), array[null])) o(id)
				where p.role is not null and p.state = 'listed'`);
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
			`select r.line, $1::text, coalesce(r.organisation, ''), null, 1 from read_role r
			join who w on w.id = r.person and w.state = 'listed'
			where r.state = 'listed' and not exists (select from place p where p.id = r.organisation and p.target is not null)`,
			[reading.rolesFrom === 'people' ? 'orgSourcedIds' : 'orgSourcedId']
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
		await tell(
			'person-without-role',
			files.person,
			`select s.line, 'sourcedId', s.sourced_id, null, 1 from roster_staged_person s
			where s.import = $1 and s.state = 'listed' and $2::boolean
				and not exists (select from roster_staged_role r where r.import = $1 and r.person = s.sourced_id)`,
			[id, modes.role === 'bulk' || reading.rolesFrom === 'people']
		);
		// Somebody without a role that can be taken stays as they are.
		if (modes.role === 'bulk' || reading.rolesFrom === 'people')
			await run(
				`with left_out as (
					update roster_staged_person s set state = 'left-out'
					where import = $1 and state = 'listed' and not exists (
						select from roster_staged_role r where r.import = $1 and r.person = s.sourced_id and r.state = 'listed'
					)
					returning sourced_id
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
			select person, organisation, bool_or(role in ${staff}) as is_staff, bool_or(role = 'student') as is_student
			from role_of group by person, organisation`);
		await run(`create temporary table is_what on commit drop as
			select person, bool_or(role in ${staff}) as is_staff, bool_or(role = 'student') as is_student,
				bool_or(role = 'guardian') as is_guardian
			from role_of group by person`);
		await run('analyze role_at, is_what');
	}

	async function classes() {
		await tell(
			'id-twice',
			files.class,
			`select c.line, 'sourcedId', c.id, first.line::text, 1 from read_class c
			join (select distinct on (id) * from read_class order by id, line) first on first.id = c.id
			where c.line > first.line and (c.title, c.organisation, c.state)
				is distinct from (first.title, first.organisation, first.state)`
		);
		await run(
			`delete from read_class c using read_class first where first.id = c.id and first.line < c.line`
		);
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
			`select s.line, 'grades', s.title, null, 1 from roster_staged_class s
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

	async function members() {
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

	/** Who is whose guardian, from whichever of the two says so. */
	async function links() {
		await run(`create temporary table agent on commit drop as
			select p.line, p.id as one, a.id as other, w.state as other_state,
				coalesce(i.is_student, false) as one_student, coalesce(i.is_guardian, false) as one_guardian,
				coalesce(o.is_student, false) as other_student, coalesce(o.is_guardian, false) as other_guardian
			from read_person p
			join who own on own.id = p.id and own.state = 'listed'
			cross join lateral unnest(string_to_array(p.agents, ',')) a(id)
			left join who w on w.id = a.id
			left join is_what i on i.person = p.id
			left join is_what o on o.person = a.id
			where p.state = 'listed' and a.id <> ''`);
		const column = isPlain ? 'guardian_of' : 'agentSourcedIds';
		await tell(
			'agent-unknown',
			files.person,
			`select line, '${column}', other, null, 1 from agent where other_state is null`
		);
		await tell(
			'agent-no-guardian',
			files.person,
			`select line, '${column}', other, null, 1 from agent
			where other_state = 'listed' and one <> other
				and not (one_student and other_guardian) and not (one_guardian and other_student)`
		);
		await run(
			`insert into roster_staged_link (import, guardian, child)
			select distinct $1::uuid, case when one_student and other_guardian then other else one end,
				case when one_student and other_guardian then one else other end
			from agent where other_state = 'listed' and one <> other
				and ((one_student and other_guardian) or (one_guardian and other_student))`,
			[id]
		);
	}

	/** What is worth knowing before somebody says yes. */
	async function notes() {
		const students = `select distinct on (p.id) p.* from read_person p
			join roster_staged_role r on r.import = $1 and r.person = p.id and r.role = 'student' and r.state = 'listed'
			order by p.id, p.line`;
		const column = isPlain ? 'grade' : 'grades';
		for (const code of ['grade-unknown', 'grades-mixed'] as const)
			await tell(
				code,
				files.person,
				`select line, '${column}', grade, null, 1 from (${students}) s where grade_fault = '${code}'`,
				[id]
			);
		await tell(
			'grade-without-band',
			files.person,
			`select min(line), '${column}', grade, null, count(*)::integer from (${students}) s
			where grade_fault = 'grade-without-band' group by grade`,
			[id]
		);
		await tell(
			'grade-missing',
			files.person,
			`select min(line), '${column}', null, null, count(*)::integer from (${students}) s
			where band is null and grade_fault is null having count(*) > 0`,
			[id]
		);
		await tell(
			'same-person-twice',
			files.person,
			`select max(line), 'sourcedId', max(sourced_id), min(line)::text, 1 from roster_staged_person
			where import = $1 and state = 'listed' and email is not null
			group by email, roster_name_key(family_name), roster_name_key(given_name) having count(*) > 1`,
			[id]
		);
		await tell(
			'district-email-shared',
			files.person,
			`select min(line), 'email', email, null, count(*)::integer from roster_staged_person
			where import = $1 and state = 'listed' and split_part(email, '@', 2) = any ($2)
			group by email having count(distinct (roster_name_key(family_name), roster_name_key(given_name))) > 1`,
			[id, district.emailDomains.map((domain) => domain.toLowerCase())]
		);
		await tell(
			'sign-in-curtailed',
			files.person,
			`select min(line), 'enabledUser', 'false', null, count(*)::integer from roster_staged_person
			where import = $1 and state = 'listed' and not enabled having count(*) > 0`,
			[id]
		);
	}
}
