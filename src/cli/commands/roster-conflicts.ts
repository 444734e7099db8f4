import { parseArgs } from 'node:util';
import { openDatabase } from '../../lib/server/db/database.ts';
import * as conflicts from '../../lib/server/roster/conflicts.ts';
import type { DatabaseUrls } from './command.ts';

const refusals = {
	'not-open': 'No such conflict waits. `waypost roster conflicts` lists them.',
	'own-record': 'Nobody decides about their own record.'
};

/**
 * `waypost roster conflicts [--same ID | --different ID]`: lists records of the roster that may be another person's,
 * or decides one: the same person, or somebody else.
 */
export async function run(args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { values } = parseArgs({
		args,
		options: { same: { type: 'string' }, different: { type: 'string' } }
	});
	const id = values.same ?? values.different;
	if (values.same !== undefined && values.different !== undefined)
		return refuse('Decide for one of the two.');
	const { db } = openDatabase(appUrl, { max: 2 });
	try {
		if (id === undefined) return await list(db);
		if (!/^[0-9a-f-]{36}$/i.test(id)) return refuse(refusals['not-open']);
		const decided = await conflicts.decide(
			db,
			null,
			id,
			values.same === undefined ? 'different-person' : 'same-person'
		);
		if (!decided.ok) return refuse(refusals[decided.reason]);
		console.log('Decided. Classes and guardians follow with the next import.');
		return 0;
	} finally {
		await db.destroy();
	}
}

async function list(db: Parameters<typeof conflicts.open>[0]): Promise<number> {
	const { total, conflicts: open } = await conflicts.open(db, null, { limit: 200 });
	if (total === 0) console.log('Nothing waits to be decided.');
	for (const { id, kind, sourcedId, roster, person } of open)
		console.log(
			[
				id,
				`  the roster:  ${roster.familyName}, ${roster.givenName} (${sourcedId})${roster.email ? ` ${roster.email}` : ''}`,
				`  the record:  ${person.familyName}, ${person.givenName} (${person.sourcedId ?? 'no id'})${person.email ? ` ${person.email}` : ''}${person.endedAt ? ', has left' : ''}`,
				`  because      ${kind === 'other-name' ? 'the id comes with another name' : 'the e-mail comes back under another id'}`
			].join('\n')
		);
	if (total > open.length) console.log(`… and ${total - open.length} more.`);
	return 0;
}

function refuse(message: string): number {
	console.error(message);
	return 1;
}
