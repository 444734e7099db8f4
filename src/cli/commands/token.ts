import { parseArgs } from 'node:util';
import { catalogue } from '../../lib/server/catalogue/catalogue.ts';
import * as tokens from '../../lib/server/auth/tokens.ts';
import { now } from '../../lib/server/db/clock.ts';
import { openDatabase } from '../../lib/server/db/database.ts';
import type { DatabaseUrls } from './command.ts';

const knownScopes = ['gate:check'];
const longestDays = 366;
const problems = {
	'no-name': 'Give the token a name with --name, such as the name of the system that uses it.',
	'no-scope': `Say what it may do with --scope ${knownScopes[0]}.`,
	'no-gate': 'Name at least one gate after --gate, or leave --gate out for all gates.',
	'already-over': 'It would have ended already. Give --expires a number of days, such as 90d.',
	'too-long': `A token lasts ${longestDays} days at the most. Give --expires fewer days.`
};

/** `waypost token create`: makes a bearer token for another system and prints it, once. */
export async function run(args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { values } = parseArgs({
		args,
		options: {
			scope: { type: 'string', multiple: true },
			gate: { type: 'string', multiple: true },
			name: { type: 'string' },
			expires: { type: 'string', default: '90d' }
		}
	});
	const scopes = values.scope ?? [];
	const unknownScope = scopes.find((scope) => !knownScopes.includes(scope));
	if (unknownScope) return refuse(`There is no scope “${unknownScope}”. Known: ${knownScopes.join(', ')}.`);
	const unknownGate = values.gate?.find((gate) => !(gate in catalogue().gates));
	if (unknownGate)
		return refuse(`There is no gate “${unknownGate}”. Known: ${Object.keys(catalogue().gates).join(', ')}.`);
	const days = /^(\d{1,4})d$/.exec(values.expires)?.[1];
	if (!days) return refuse('Give --expires as a number of days, such as 90d.');

	const { db } = openDatabase(appUrl, { max: 2 });
	try {
		const expiresAt = new Date((await now(db)).getTime() + Number(days) * 86_400_000);
		const made = await tokens.create(db, {
			name: values.name ?? scopes.join(' '),
			scopes,
			gates: values.gate ?? null,
			expiresAt
		});
		if (!made.ok) return refuse(problems[made.reason]);
		console.error(
			`Good until ${expiresAt.toISOString().slice(0, 10)}. It is shown this once and kept nowhere; store it safely.`
		);
		console.log(made.token);
		return 0;
	} finally {
		await db.destroy();
	}
}

function refuse(message: string): number {
	console.error(message);
	return 1;
}
