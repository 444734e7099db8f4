import pino from 'pino';

/**
 * The server's log: one line of JSON per event on standard output. It holds routes, times and references, and no
 * names, addresses or bodies (design.md, invariant 3). In a terminal only what needs attention is shown.
 */
export const log = pino({
	level: process.env.LOG_LEVEL ?? (process.stdout.isTTY ? 'warn' : 'info'),
	base: null,
	timestamp: pino.stdTimeFunctions.isoTime
});
