/** Work that is done again and again while this process serves. */
export type Rounds = { stop(): Promise<void> };

/** How much longer to wait after a round that failed: what is away is not asked every moment. */
const AFTER_FAILURE = 10;

/**
 * Runs `work` every so many milliseconds after it has last ended, never twice at once. It keeps nothing between
 * rounds: what waits stands in tables of its own and is claimed there, so that any number of instances may do the
 * same. `failed` hears of a round that threw; the next one comes all the same, a little later. `stop` waits for the one
 * that runs.
 */
export function rounds(
	work: () => Promise<unknown>,
	{ everyMilliseconds, failed }: { everyMilliseconds: number; failed: (error: unknown) => void }
): Rounds {
	let stopped = false;
	let running: Promise<void> = Promise.resolve();
	let timer: NodeJS.Timeout | undefined;

	function wait(milliseconds: number) {
		if (stopped) return;
		timer = setTimeout(() => {
			running = work().then(
				() => wait(everyMilliseconds),
				(error: unknown) => {
					failed(error);
					wait(everyMilliseconds * AFTER_FAILURE);
				}
			);
		}, milliseconds);
		// A process that has nothing else to do may end.
		timer.unref();
	}
	wait(everyMilliseconds);
	return {
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await running;
		}
	};
}
