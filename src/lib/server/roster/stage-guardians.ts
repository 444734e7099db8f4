import type { Staging } from './staging-context.ts';

/** Who is whose guardian, from whichever of the two says so. */
export async function links(staging: Staging): Promise<void> {
	const { id, run, tell, reading } = staging;
	const { files } = reading;
	const isPlain = reading.format === 'plain';
	await run(`create temporary table agent on commit drop as
		select p.line, p.id as one, a.id as other, w.state as other_state,
			coalesce(i.is_student, false) as one_student, coalesce(i.is_guardian, false) as one_guardian,
			coalesce(o.is_student, false) as other_student, coalesce(o.is_guardian, false) as other_guardian,
			i.person is not null and o.person is not null as have_roles
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
		// Whose role is one that nothing follows from was told of already.
		`select line, '${column}', other, case when other_student and not one_student then one else other end, 1 from agent
		where other_state = 'listed' and one <> other and have_roles
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
