import type pg from 'pg';
import type { Problem, Severity } from './problem.ts';
import type { Reading } from './reading.ts';
import { classes, members } from './stage-classes.ts';
import { links } from './stage-guardians.ts';
import { notes } from './stage-notes.ts';
import { people, roles } from './stage-people.ts';
import { places } from './stage-places.ts';
import { analyzeReadTables } from './staging.ts';
import { stagingOf, type StagingDistrict } from './staging-context.ts';
import { partPlainRows } from './staging-plain.ts';

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
	const staging = stagingOf(client, id, reading, district);
	if (reading.format === 'plain') await partPlainRows(client, district.name);
	await analyzeReadTables(client);
	// The planner can't know yet how many rows there are: none of them is to be looked up one by one.
	await staging.run(`select set_config('enable_nestloop', 'off', true)`);
	const several = await places(staging);
	if (several) return { ok: false, problem: several };
	await people(staging);
	await roles(staging);
	await classes(staging);
	await members(staging);
	if (reading.namesGuardians) await links(staging);
	await notes(staging);
	await staging.run(
		`analyze roster_staged_organisation, roster_staged_person, roster_staged_role, roster_staged_class,
			roster_staged_member, roster_staged_link`
	);
	return { ok: true, problems: staging.found };
}
