import { run } from './child.mjs';
import { inProject } from './project.mjs';

/**
 * Runs one `waypost` command (main.ts) in a process of its own. Gives its exit code and, unless shown, its output.
 * @param {string[]} args
 * @param {{ show?: boolean, database?: { ownerUrl: string, appUrl: string } }} [options]
 *   `database`: the one that is open already
 */
export function runWaypost(args, { show = false, database } = {}) {
	const env = { ...process.env };
	if (database) {
		env['DATABASE_URL'] = database.appUrl;
		env['WAYPOST_OWNER_URL'] = database.ownerUrl;
		// Already in the embedded database's clock, and refused beside a DATABASE_URL.
		delete env['WAYPOST_NOW'];
	}
	return run(process.execPath, [inProject('src', 'cli', 'main.ts'), ...args], { show, env });
}
