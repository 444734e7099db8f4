import { openDatabase } from './database.mjs';
import { report } from './plain-error.mjs';
import { readSettings } from './settings.mjs';
import type { Command } from './commands/command.ts';
import { findCommand, helpText } from './commands/registry.ts';

/** The `waypost` command. Exit codes: 0 done, 1 failed, 2 called wrongly. */
async function main(words: string[]): Promise<number> {
	if (words.length === 0 || words[0] === 'help' || words.includes('--help')) {
		console.log(helpText());
		return words.length === 0 ? 2 : 0;
	}
	const found = findCommand(words);
	if (!found) {
		console.error(`There is no command “${words.join(' ')}”.\n\n${helpText()}`);
		return 2;
	}
	return runCommand(found.command, found.args);
}

async function runCommand(command: Command, args: string[]): Promise<number> {
	if (!command.database) return (await command.load()).run(args);
	const database = await openDatabase(readSettings(process.env));
	// Ctrl-C must not leave a database behind that was started for this command alone.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void database.close().then(() => process.exit(130)));
	}
	try {
		return await (await command.load()).run(args, database);
	} finally {
		await database.close();
	}
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	report(error);
	process.exitCode = 1;
}
