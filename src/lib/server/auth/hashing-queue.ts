import { availableParallelism } from 'node:os';

/**
 * Lets only so many run at once and only so many wait, so that a storm of sign-ins leaves a processor to everybody
 * else. `run` gives the work's result, or `null` at once when too many wait already.
 */
export type HashingQueue = { run<T>(work: () => Promise<T>): Promise<{ value: T } | null> };

export function hashingQueue({ slots, waiting }: { slots: number; waiting: number }): HashingQueue {
	let free = slots;
	const line: (() => void)[] = [];
	return {
		async run(work) {
			if (free > 0) free -= 1;
			else if (line.length >= waiting) return null;
			else await new Promise<void>((begin) => line.push(begin));
			try {
				return { value: await work() };
			} finally {
				// The slot goes straight to who waits longest.
				const next = line.shift();
				if (next) next();
				else free += 1;
			}
		}
	};
}

/** The process's own: one processor stays free, and never more than the four threads of libuv's pool. */
export const hashing = hashingQueue({
	slots: Math.max(1, Math.min(4, availableParallelism() - 1)),
	waiting: 1000
});
