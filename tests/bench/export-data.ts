import type pg from 'pg';

/**
 * Fills an empty, migrated database with a large district's training, as plain SQL in the owner's hand: people of
 * twenty schools, of whom some have not started, some are under way, most hold the staff certification (one in
 * four for the second time), one in five also runs official accounts, and a few hold a credit or a waiver.
 * `people` staff give about 1.43 rows of the export each.
 */
export async function fillDistrict(owner: pg.Client, people: number): Promise<void> {
	// What reacts to evidence elsewhere (standings, projections) is no part of what is measured.
	for (const [table, trigger] of [
		['person', 'begin_standing'],
		['affiliation', 'bump_standing'],
		['learner_person', 'bump_standing'],
		['acknowledgement', 'bump_standing'],
		['credit', 'bump_standing'],
		['waiver', 'bump_standing'],
		['period', 'bump_standing'],
		['period', 'project_period'],
		['credit', 'no_credit_for_oneself'],
		['waiver', 'no_waiver_for_oneself'],
		// The projection is made once at the end, not at each step of each person.
		['enrolment', 'project_course_record'],
		['attempt', 'project_course_record'],
		['completion', 'project_course_record'],
		['period', 'project_course_record'],
		['certificate', 'project_course_record'],
		['acknowledgement', 'project_course_record'],
		['learner_person', 'project_course_record']
	])
		await owner.query(`alter table ${table} disable trigger ${trigger}`);
	await owner.query('begin');
	await owner.query("select set_config('waypost.scope', 'system:seed', true)");
	for (const statement of statements(people)) await owner.query(statement);
	await owner.query('analyze');
	await owner.query('select project_course_record(learner, course, cycle) from enrolment');
	await owner.query('commit');
	await owner.query('vacuum analyze');
}

function statements(people: number): string[] {
	// The same n gives the same person and learner, so that one statement can speak of another's rows.
	const id = (kind: string, n = 'n') => `('${kind}' || lpad(to_hex(${n}), 24, '0'))::uuid`;
	const person = id('aaaaaaaa');
	const learner = id('bbbbbbbb');
	const school = id('cccccccc', 'n % 20');
	const attempt = id('11111111', 'n * 8 + cycle * 2 + course');
	const completion = id('22222222', 'n * 8 + cycle * 2 + course');
	const period = id('33333333', 'n * 8 + cycle * 2 + course');
	const version = id('dddddddd', 'course');
	const slug = "(array['staff-initial', 'account-owner'])[course + 1]";
	const certification = "(array['staff', 'account-owner'])[course + 1]";
	const everybody = `generate_series(1, ${people}) as n`;
	// course 0 is staff-initial, 1 account-owner; a tenth has not started, a tenth only started.
	const enrolled = `(
		select n, 0 as course, 1 as cycle from ${everybody} where n % 10 <> 0
		union all select n, 0, 2 from ${everybody} where n % 10 in (2, 6) or n % 20 = 4
		union all select n, 1, 1 from ${everybody} where n % 5 = 3
	) as taken`;
	const completed = `(select * from ${enrolled} where n % 10 <> 1) as done`;
	const finished =
		"timestamptz '2025-09-01 12:00Z' + interval '377 seconds' * (n % 40000) + interval '362 days' * (cycle - 1)";
	return [
		`insert into organisation (id, kind, name) values (${id('eeeeeeee', '0')}, 'district', 'Wachusett Regional School District')`,
		`insert into organisation (id, kind, name) select ${id('cccccccc')}, 'school', 'School number ' || n from generate_series(0, 19) as n`,
		`insert into person (id) select ${person} from generate_series(0, ${people}) as n`,
		`insert into person_identity (person, family_name, given_name, email, sourced_id, employee_id)
			select ${person}, (array['Abara', 'Baptiste', 'Costa', 'Deng', 'Fontaine', 'García', 'O''Neil', 'Müller'])[n % 8 + 1] || '-' || n,
				(array['Chidi', 'Rose', 'Ana', 'Wei', 'Luc', 'Inés', 'Zoë'])[n % 7 + 1], 'person.' || n || '@wrsd.example', 'S' || n, 'E' || n
			from ${everybody}`,
		`insert into affiliation (person, organisation, role, during, recorded_at)
			select ${person}, ${school}, (array['teacher', 'counselor', 'aide', 'coach'])[n % 4 + 1], tstzrange('2025-08-25 04:00Z', null),
				timestamptz '2025-08-25 12:00Z' from ${everybody}`,
		// One in fifty works at a second school.
		`insert into affiliation (person, organisation, role, during, recorded_at)
			select ${person}, ${id('cccccccc', '(n + 7) % 20')}, 'coach', tstzrange('2025-08-25 04:00Z', null),
				timestamptz '2025-08-25 12:00Z' from ${everybody} where n % 50 = 0`,
		`insert into learner (id, kind, recorded_at) select ${learner}, 'person', timestamptz '2025-08-25 12:00Z' from ${everybody}`,
		`insert into learner_person (learner, person) select ${learner}, ${person} from ${everybody}`,
		`insert into policy_version (policy, version, hash, title, body) values ('6531-1', '1', 'hash', 'Policy', 'text')`,
		`insert into rule_set (id, hash, body) values (${id('ffffffff', '0')}, 'hash', '{}')`,
		`insert into course_version (id, course, version, ordinal, change, hash, body, published_at)
			select ${version}, ${slug}, '1.0.0', 1000000, 'major', repeat(course::text, 64), '{"minutes": 50, "acknowledges": "6531-1", "certification": "staff"}', timestamptz '2025-08-01 12:00Z'
			from generate_series(0, 1) as course`,
		`insert into requirement_rule (course, certification, title, roles, required, within_days, minutes, pass_mark, version, hash) values
			('staff-initial', 'staff', 'Staff', '{teacher,counselor,aide,coach}', true, 30, 50, 80, '1.0.0', repeat('0', 64)),
			('account-owner', 'account-owner', 'Owner', '{}', false, null, 45, 85, '1.0.0', repeat('1', 64))`,
		`insert into enrolment (learner, course, cycle, course_version, started_at)
			select ${learner}, ${slug}, cycle, ${version}, ${finished} - interval '1 day' from ${enrolled}`,
		`insert into attempt (id, learner, course, course_version, cycle, number, path, language, draw, pass_mark, assurance, recorded_at, expires_at)
			select ${attempt}, ${learner}, ${slug}, ${version}, cycle, 1, 'full', 'en', '{}', 80, 'password', ${finished} - interval '1 hour',
				${finished} + interval '14 days' from ${completed}`,
		`insert into attempt_result (attempt, learner, course_version, cycle, outcome, score, total, critical_missed, pass_mark, graded, recorded_at)
			select ${attempt}, ${learner}, ${version}, cycle, 'submitted', 10 + n % 3, 12, 0, 80, '{}', ${finished} from ${completed}`,
		`insert into acknowledgement (learner, policy, version, language, assurance, recorded_at)
			select distinct on (n) ${learner}, '6531-1', '1', 'en', 'password', ${finished} from ${completed} order by n, cycle`,
		`insert into completion (id, learner, course, course_version, content_hash, cycle, path, language, pass_mark, rule_set, assurance, attempt, completed_at, recorded_at)
			select ${completion}, ${learner}, ${slug}, ${version}, repeat(course::text, 64), cycle, 'full', 'en', 80, ${id('ffffffff', '0')},
				'password', ${attempt}, ${finished}, ${finished} from ${completed}`,
		`insert into period (id, learner, certification, completion, during, completed_at, recorded_at)
			select ${period}, ${learner}, ${certification}, ${completion},
				tstzrange(${finished}, date_trunc('day', ${finished}) + interval '365 days 4 hours'), ${finished}, ${finished}
			from ${completed}`,
		`insert into certificate (code, period, learner, certification, course, course_version, title, audience, language, issued_at, valid_from,
				valid_until, valid_through, holder_commitment, recorded_at)
			select translate(upper(lpad(to_hex(n * 8 + cycle * 2 + course), 16, '0')), 'ILOU', 'XXXX'), ${period}, ${learner}, ${certification}, ${slug},
				${version}, 'Staff', 'staff', 'en', ${finished}, ${finished}, ${finished} + interval '365 days', null, 'commitment', ${finished}
			from ${completed}`,
		`insert into credit (learner, certification, during, evidence, granted_by, recorded_at)
			select ${learner}, 'reviewer-admin', tstzrange('2026-01-10 05:00Z', '2028-01-10 05:00Z'), 'Trained by the county', ${id('aaaaaaaa', '0')},
				timestamptz '2026-01-10 12:00Z' from ${everybody} where n % 60 = 5`,
		`insert into waiver (learner, course, during, reason, granted_by, recorded_at)
			select ${learner}, 'staff-initial', tstzrange('2026-01-10 05:00Z', '2028-01-10 05:00Z'), 'On leave for the school year', ${id('aaaaaaaa', '0')},
				timestamptz '2026-01-10 12:00Z' from ${everybody} where n % 100 = 0`
	];
}
