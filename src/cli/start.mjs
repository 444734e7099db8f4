/**
 * The door of every npm script: `node src/cli/start.mjs <command> [arguments]`. Plain JavaScript without packages,
 * so that any Node from 20 on can run it: it brings a recent Node when this one is old, and goes on with that.
 */
import { fileURLToPath } from 'node:url';
import { bringNode, isNodeRecentEnough, rerunWith } from './node-runtime.mjs';
import { report } from './plain-error.mjs';

// When this is the second run, on a Node that was brought: the end of the first one is the end of this one.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

// npm hands a SIGTERM to its shell, and the shell does not hand it on: notice that they are gone.
const npmShell = process.ppid;
if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') {
	const watch = setInterval(() => {
		if (process.ppid === npmShell) return;
		clearInterval(watch);
		process.kill(process.pid, 'SIGTERM');
	}, 500);
	watch.unref();
}

try {
	const words = process.argv.slice(2);
	if (isNodeRecentEnough()) {
		// Here and not above: an old Node can't read all of it.
		const { runCommand } = await import('./commands.mjs');
		process.exitCode = await runCommand(words);
	} else {
		const node = await bringNode((text) => console.error(text));
		process.exitCode = await rerunWith(node, fileURLToPath(import.meta.url), words);
	}
} catch (error) {
	report(error);
	process.exitCode = 1;
}
// Nothing that was left open may keep a finished command waiting.
process.exit();
