const REMINDER_MILLISECONDS = 10_000;

/**
 * Tells the person who waits what happens, with the seconds since the beginning. Steps may run side by side, so
 * each says when it begins and when it is done.
 * @param {{ print?: (line: string) => void, clock?: () => number }} [options] `clock` in milliseconds
 */
export function createProgress({ print = console.log, clock = () => performance.now() } = {}) {
	const began = clock();
	/** @param {string} text */
	const note = (text) => print(`${((clock() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

	return {
		note,
		/** Seconds since the beginning, for a closing line. */
		seconds: () => ((clock() - began) / 1000).toFixed(1),
		/**
		 * Runs one step and prints its beginning, a reminder every ten seconds, and its end.
		 * @template T
		 * @param {string} title
		 * @param {() => Promise<T>} work
		 * @returns {Promise<T>}
		 */
		async step(title, work) {
			const from = clock();
			note(`${title} …`);
			const reminder = setInterval(
				() => note(`${title}: still at it, ${Math.round((clock() - from) / 1000)} s`),
				REMINDER_MILLISECONDS
			);
			try {
				const result = await work();
				note(`${title}: done in ${((clock() - from) / 1000).toFixed(1)} s`);
				return result;
			} finally {
				clearInterval(reminder);
			}
		}
	};
}
