import type { Db } from '#lib/server/db/database.ts';
import { inWords } from './problem-words.ts';
import * as problems from './problems.ts';
import type { Plan } from './plan.ts';
import type { Imported } from './run.ts';

/**
 * What became of a file, for the terminal and for the report that lies beside a file of the watched folder. It names
 * nobody but in the values of problems, which came with the file.
 */
export async function reportOf(db: Db, name: string, done: Imported): Promise<string> {
	const lines = [headline(name, done), ''];
	if (done.plan) lines.push(...planLines(done.plan), ...newSchoolLines(done.plan), '');
	lines.push(...(await problemLines(db, done.import)));
	return `${lines.join('\n').trimEnd()}\n`;
}

/** How it ended, and what to do next. */
export function headline(name: string, { read, plan, applied }: Imported): string {
	if (!read.ok) {
		if (read.reason === 'put-away')
			return `${name}: not read to the end. It was put away meanwhile; import it again if it is still wanted.`;
		if (!read.problem) return `${name}: not read. Another roster is being read; try again when it is done.`;
		const { what, remedy } = inWords(read.problem, 'en');
		const { file, line } = read.problem;
		const where = line ? `${file}, line ${line}` : file;
		return `${name}: refused. ${where}: ${what} ${remedy}`;
	}
	if (!applied) return `${name}: a dry run. Nothing was changed.${plan ? stopsOf(plan) : ''}`;
	if (applied.ok) return `${name}: applied.`;
	const reasons = {
		'ending-guard': plan ? guardWords(plan) : '',
		'no-administrator': NO_ADMINISTRATOR,
		'moved-on': 'the district has changed since it was planned. Import it again.',
		'not-waiting': 'a newer file took its place.',
		'rows-lost': 'the database was restarted and its rows are gone. Import it again.'
	};
	return `${name}: not applied, because ${reasons[applied.reason]}`;
}

const NO_ADMINISTRATOR =
	'nobody would be left who administers the district. Give the right to somebody who stays, and import again.';

function guardWords({ people: { ended }, guard }: Plan): string {
	return `it would end ${counted(ended, 'person', 'people')}, which is ${guard.share} % of the roster, and more than ${guard.percent} % asks for a yes. If that is right, confirm the number: --confirm-ending ${ended}, or on the page /manage/roster.`;
}

/** What would keep a plan from being applied as it is. */
function stopsOf(plan: Plan): string {
	if (plan.leavesNoAdministrator) return ` It would not be applied: ${NO_ADMINISTRATOR}`;
	return plan.guard.asks ? ` It would not be applied: ${guardWords(plan)}` : '';
}

function planLines(plan: Plan): string[] {
	const { organisations, people, affiliations, classes, memberships, links } = plan;
	const rows: [string, Record<string, number>][] = [
		['Schools', { added: organisations.added, changed: organisations.changed, ended: organisations.ended }],
		[
			'People',
			{
				added: people.added,
				changed: people.changed,
				ended: people.ended,
				'come back': people.returned,
				held: people.held,
				'left as they are': people.leftOut,
				unchanged: people.unchanged
			}
		],
		['Roles', { begun: affiliations.begun, ended: affiliations.ended, changed: affiliations.changed }],
		['Classes', { added: classes.added, changed: classes.changed, ended: classes.ended }],
		['In classes', { begun: memberships.begun, ended: memberships.ended, changed: memberships.changed }],
		['Guardians', { linked: links.begun, unlinked: links.ended }]
	];
	return rows.map(([what, counts]) => {
		const some = Object.entries(counts).filter(([, count]) => count > 0);
		const told = some.map(([word, count]) => `${count.toLocaleString('en')} ${word}`).join(', ');
		return `  ${what.padEnd(11)} ${told || 'as they are'}`;
	});
}

/** New schools by name, for whoever would see that one is only misspelled. */
function newSchoolLines({ newSchools }: Plan): string[] {
	if (!newSchools || newSchools.count === 0) return [];
	const more = newSchools.count - newSchools.names.length;
	const rest = more > 0 ? [`and ${more.toLocaleString('en')} more`] : [];
	return [`  New schools: ${[...newSchools.names, ...rest].join('; ')}`];
}

async function problemLines(db: Db, id: string): Promise<string[]> {
	const counts = await problems.counts(db, null, id);
	if (counts.length === 0) return ['No problems were found.'];
	const lines = ['Problems:'];
	for (const { severity, code, count } of counts) {
		const [first] = await problems.page(db, null, id, { severity, code }, { limit: 1 });
		if (!first) continue;
		const { what, remedy } = inWords(first, 'en');
		const where = first.line ? `${first.file}, line ${first.line}` : first.file;
		const more = count > 1 ? `${count.toLocaleString('en')} times, first: ` : '';
		lines.push(`  ${problems.severityWord(severity, 'en')}: ${more}${where}: ${what} ${remedy}`);
	}
	return lines;
}

function counted(count: number, one: string, many: string): string {
	return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
