import { problem, type Problem } from './problem.ts';
import type { Staging } from './staging-context.ts';
import { isMadeId } from './staging-plain.ts';

/** Schools and the district; departments stand for what they are part of. */
export async function places(staging: Staging): Promise<Problem | null> {
	const { id, run, tell, reading } = staging;
	const { modes, files } = reading;
	const isPlain = reading.format === 'plain';
	await tell(
		'id-twice',
		files.organisation,
		`select o.line, 'sourcedId', o.id, first.line::text, 1 from read_organisation o
		join (select distinct on (id) * from read_organisation order by id, line) first on first.id = o.id
		where o.line > first.line and (o.name, o.kind) is distinct from (first.name, first.kind)`
	);
	await run(`delete from read_organisation o using read_organisation first
		where first.id = o.id and first.line < o.line`);
	await run(`create temporary table other_district (line integer) on commit drop`);
	const several = await severalDistricts(staging);
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
		`select min(line), 'type', 'district', null, count(*)::integer from other_district having count(*) > 0`
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
async function severalDistricts(staging: Staging): Promise<Problem | null> {
	const { run, reading } = staging;
	const { files } = reading;
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
		`with other as (
			update read_organisation r set kind = 'other' where kind = 'district'
				and not exists (select from organisation o where o.sourced_id = r.id and o.kind = 'district')
			returning line
		)
		insert into other_district select line from other`
	);
	return null;
}
