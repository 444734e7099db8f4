import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stateKinds } from '#lib/register/states.ts';
import { eventKinds } from './event-kinds.ts';

const server = path.resolve(import.meta.dirname, '..');

test('every kind of event that is recorded is listed, so that the audit can say it in plain words', async () => {
	const files = (await readdir(server, { recursive: true })).filter(
		(file) => /\.ts$/.test(file) && !/\.test\.ts$|testing/.test(file)
	);
	const recorded = files.flatMap((file) => kindsIn(readFileSync(path.join(server, file), 'utf8')));
	const moves = Object.keys(stateKinds).map((state) => `registration.${state}`);
	const all = new Set([...recorded, ...moves]);
	expect([...all].sort()).toEqual(Object.keys(eventKinds).sort());
});

/** The kinds that a source appends: the literals after `kind:` in a call of append, and those of plain statements. */
function kindsIn(source: string): string[] {
	const calls = [...source.matchAll(/\bappend\(\w+(?:\.\w+)?, \{([\s\S]*?)\n?\t*\}\)/g)].map(
		([, body]) => body ?? ''
	);
	const values = calls.flatMap((body) => {
		const [value = ''] = /kind: [\s\S]*?(?=,\s*(?:actor|learner|subject|detail)\b|$)/.exec(body) ?? [];
		return [...value.matchAll(/'([a-z-]+(?:[._][a-z_-]+)*)'/g)].map(([, kind]) => kind ?? '');
	});
	const statements = [...source.matchAll(/insert into ledger_event \([^)]*\) values \('([^']+)'/g)];
	return [...values.filter((kind) => !acts.includes(kind)), ...statements.map(([, kind]) => kind ?? '')];
}
/** Keys of the table from which sign-ins.ts takes its kinds. */
const acts = ['end-sessions'];
