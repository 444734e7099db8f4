/**
 * @typedef {{ title: string, run: () => Promise<number> }} Step gives an exit code
 */

/**
 * Runs steps in order and times them. Stops at the first that fails and gives its code.
 * @param {Step[]} steps
 * @param {{ print?: (line: string) => void, clock?: () => number }} [options] `clock` in milliseconds
 */
export async function runSteps(steps, { print = console.log, clock = () => performance.now() } = {}) {
	const began = clock();
	/** @param {number} from */
	const since = (from) => `${((clock() - from) / 1000).toFixed(1)} s`;
	for (const [index, { title, run }] of steps.entries()) {
		print(`\n▶ ${index + 1}/${steps.length} ${title}`);
		const from = clock();
		const code = await run();
		if (code !== 0) {
			print(`✗ ${title} failed after ${since(from)} (code ${code}); the steps after it did not run.`);
			return code;
		}
		print(`✓ ${title}: ${since(from)}`);
	}
	print(`\nAll of it took ${since(began)}.`);
	print(`${steps.length} steps passed`);
	return 0;
}
