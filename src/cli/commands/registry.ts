import type { Command } from './command.ts';

/** Every `waypost` command. Each is loaded only when it is called. */
export const commands: Command[] = [
	{
		name: 'migrate',
		usage: '',
		summary: 'Bring the database up to date with the migrations.',
		database: true,
		load: () => import('./migrate.ts')
	},
	{
		name: 'content check',
		usage: '[folder] [--tables]',
		summary: 'Check the lessons, quizzes and settings in content/.',
		database: false,
		load: () => import('./content-check.ts')
	},
	{
		name: 'content translated',
		usage: '<course> <language>',
		summary: 'Note that a translation follows the course’s present text.',
		database: false,
		load: () => import('./content-translated.ts')
	},
	{
		name: 'content seal',
		usage: '[folder] [--again <course>]…',
		summary: 'Note the hash of each course’s present version, so that a published edition never changes.',
		database: false,
		load: () => import('./content-seal.ts')
	},
	{
		name: 'content publish',
		usage: '',
		summary: 'Store new versions of courses, policies and rules (the server does this when it starts, too).',
		database: true,
		load: () => import('./publish.ts')
	},
	{
		name: 'course new',
		usage: '<name> [--title <words>] [--audience staff|student|family|partner]',
		summary: 'Lay out a new course in content/courses, to be written over.',
		database: false,
		load: () => import('./course-new.ts')
	},
	{
		name: 'token create',
		usage: '--scope gate:check [--gate <id>]… [--name <system>] [--expires 90d]',
		summary: 'Make a bearer token for another system; it is shown once.',
		database: true,
		load: () => import('./token.ts')
	},
	{
		name: 'first-admin-link',
		usage: '',
		summary: 'Print a link that makes the first administrator, while there is none.',
		database: true,
		load: () => import('./first-admin-link.ts')
	},
	{
		name: 'roster import',
		usage: '<file> [--dry-run] [--confirm-ending <number>] [--problems <file>]',
		summary: 'Bring the district up to date with a roster: OneRoster as ZIP, or the plain CSV.',
		database: true,
		load: () => import('./roster-import.ts')
	},
	{
		name: 'roster conflicts',
		usage: '[--same <id> | --different <id>]',
		summary: 'List records that may be another person’s, or decide one.',
		database: true,
		load: () => import('./roster-conflicts.ts')
	},
	{
		name: 'roster watch',
		usage: '[--once]',
		summary: 'Import each night what lies in the folder ROSTER_DIR; --once does it now.',
		database: true,
		load: () => import('./roster-watch.ts')
	},
	{
		name: 'demo seed',
		usage: '',
		summary: 'Fill an empty database with the demo district.',
		database: true,
		load: () => import('./demo-seed.ts')
	}
];

/** Finds the command that the words begin with (the longest name wins) and the arguments that are left. */
export function findCommand(
	words: string[],
	table: Command[] = commands
): { command: Command; args: string[] } | null {
	const matches = table
		.map((command) => ({ command, length: command.name.split(' ').length }))
		.filter(({ command, length }) => words.slice(0, length).join(' ') === command.name)
		.sort((a, b) => b.length - a.length);
	const best = matches[0];
	return best ? { command: best.command, args: words.slice(best.length) } : null;
}

/** The help text: one line per command. */
export function helpText(table: Command[] = commands): string {
	const calls = table.map(({ name, usage }) => `${name} ${usage}`.trimEnd());
	const width = Math.max(...calls.map((call) => call.length));
	const lines = table.map(({ summary }, index) => `  ${(calls[index] ?? '').padEnd(width)}  ${summary}`);
	return ['Usage: npm run waypost -- <command>', '', ...lines].join('\n');
}
