/**
 * What the start script runs as the server: adapter-node's server, tied to the life of whoever started it. It ends
 * in order on SIGTERM (requests are answered first), and does the same when its parent is gone.
 */
import { pathToFileURL } from 'node:url';

/** How long an orphan may still answer; the next start waits about this long for the port. */
const ORPHAN_MILLISECONDS = 3_000;
/** How long the app may take to close its pools and jobs once the last request is answered. */
const CLOSING_MILLISECONDS = 5_000;

const [entry] = process.argv.slice(2);
if (!entry) throw new Error('serve.mjs needs the server to run');

process.once('disconnect', () => {
	process.emit('SIGTERM');
	setTimeout(() => process.exit(0), ORPHAN_MILLISECONDS).unref();
});
// Listening for it alone must not keep a server alive that has nothing left to do.
process.channel?.unref();

// adapter-node's own event: the last request is answered.
process.once('sveltekit:shutdown', () => {
	setTimeout(() => process.exit(0), CLOSING_MILLISECONDS).unref();
});

await import(pathToFileURL(entry).href);
