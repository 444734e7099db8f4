import type { Staging } from './staging-context.ts';

/** What is worth knowing before somebody says yes. */
export async function notes(staging: Staging): Promise<void> {
	const { district, id, tell, reading } = staging;
	const { modes, files } = reading;
	const isPlain = reading.format === 'plain';
	for (const kind of isPlain
		? (['plain'] as const)
		: (['organisation', 'class', 'person', 'role', 'member'] as const))
		if (reading.unreadable[kind] > 0 && (isPlain || modes[kind] === 'bulk'))
			await tell('endings-suspended', files[kind], `select null::integer, null, null, null, 1`);
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
		`select max(line), '${isPlain ? 'person_id' : 'sourcedId'}', max(sourced_id), min(line)::text, 1 from roster_staged_person
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
