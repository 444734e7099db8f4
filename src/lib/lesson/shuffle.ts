/** A source of randomness: each call gives a number from 0 up to, not including, 1. */
export type Random = () => number;

/** A permutation of `0 … length-1`, every one equally likely (Fisher–Yates). */
export function shuffled(length: number, random: Random): number[] {
	const order = Array.from({ length }, (_, index) => index);
	for (let last = length - 1; last > 0; last--) {
		const other = Math.min(last, Math.floor(random() * (last + 1)));
		const moved = order[last] as number;
		order[last] = order[other] as number;
		order[other] = moved;
	}
	return order;
}

/**
 * A permutation that is never the plain `0, 1, 2 …`: the way to show steps whose plain order is the answer.
 * One step alone can only be shown as it is.
 */
export function disarranged(length: number, random: Random): number[] {
	if (length < 2) return shuffled(length, random);
	// A few throws keep the choice even; a source that only ever gives the plain order is turned by one.
	for (let attempt = 0; attempt < 20; attempt++) {
		const order = shuffled(length, random);
		if (order.some((value, place) => value !== place)) return order;
	}
	return Array.from({ length }, (_, index) => (index + 1) % length);
}

/** Randomness that is always the same for the same text, on the server and in the browser. Not for secrets. */
export function seededRandom(seed: string): Random {
	// FNV-1a turns the text into 32 bits; mulberry32 makes a stream of numbers of them.
	let state = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(seed)) state = Math.imul(state ^ byte, 0x01000193);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}
