/**
 * A failure that we expect and can put in plain words: what is wrong, and what to do. `start.mjs` prints it
 * without a stack.
 */
export class PlainError extends Error {
	/**
	 * @param {string} message what is wrong, one sentence
	 * @param {string} [advice] what to do next
	 * @param {string} [details] the last lines of a tool's own output
	 * @param {unknown} [cause] the failure behind it
	 */
	constructor(message, advice = '', details = '', cause = undefined) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = 'PlainError';
		this.advice = advice;
		this.details = details;
	}
}

export const DISK_FULL = [
	'The disk is full.',
	'Free at least 1 GB and start again. What was done so far is kept where it was complete, and redone where it was not.'
];

/**
 * Gives a failure in plain words where we know it (also when only a tool's output tells of it), else the failure.
 * @param {unknown} error
 * @returns {unknown}
 */
export function plain(error) {
	if (error instanceof PlainError && !tellsOfFullDisk(error.details)) return error;
	const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
	const text = error instanceof PlainError ? error.details : error instanceof Error ? error.message : '';
	// 53100 is PostgreSQL's disk_full.
	if (code === 'ENOSPC' || code === '53100' || tellsOfFullDisk(text)) {
		return new PlainError(DISK_FULL[0] ?? '', DISK_FULL[1]);
	}
	return error;
}

/** @param {string} text */
function tellsOfFullDisk(text) {
	return /ENOSPC|no space left on device/i.test(text);
}

/**
 * Prints a failure for a person: plain ones without a stack.
 * @param {unknown} thrown
 * @param {(text: string) => void} [print]
 */
export function report(thrown, print = console.error) {
	const error = plain(thrown);
	if (!(error instanceof PlainError)) {
		print(error instanceof Error ? (error.stack ?? error.message) : String(error));
		return;
	}
	if (error.details) print(`\n${error.details.trimEnd()}`);
	print(`\n${error.message}`);
	if (error.advice) print(error.advice);
}
