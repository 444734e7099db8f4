/** npm and the terminal may both hand on one Ctrl-C; what comes this soon is still the first. */
const ECHO_MILLISECONDS = 1_000;

/**
 * Listens for Ctrl-C, SIGTERM and the closing of the terminal.
 * @returns {{ asked: Promise<NodeJS.Signals>, hurried: Promise<void> }} `hurried`: asked a second time
 */
export function stopSignal() {
	/** @type {PromiseWithResolvers<NodeJS.Signals>} */
	const asked = Promise.withResolvers();
	/** @type {PromiseWithResolvers<void>} */
	const hurried = Promise.withResolvers();
	let firstAt = 0;
	/** @param {NodeJS.Signals} signal */
	const listen = (signal) => {
		if (firstAt === 0) {
			firstAt = Date.now();
			asked.resolve(signal);
		} else if (Date.now() - firstAt > ECHO_MILLISECONDS) hurried.resolve();
	};
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, listen);
	return { asked: asked.promise, hurried: hurried.promise };
}
