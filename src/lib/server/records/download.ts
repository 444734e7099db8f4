import { Readable } from 'node:stream';

/** An export holds a connection for as long as somebody takes it away; the rest of the pool is for everybody else. */
const PLACES = 4;
/** A second file beside the first is fine; a third is a button pressed in impatience. */
const PLACES_OF_ONE = 2;
/** Nobody takes a file away this slowly: a laptop was shut, or somebody holds the line. */
const STALLED_MILLISECONDS = 5 * 60_000;

const taken: string[] = [];

/** Takes a place for an export of this person, and gives the way to leave it; null when none is free. */
export function takePlace(person: string): (() => void) | null {
	if (taken.length >= PLACES || taken.filter((other) => other === person).length >= PLACES_OF_ONE)
		return null;
	taken.push(person);
	let left = false;
	return () => {
		if (left) return;
		left = true;
		taken.splice(taken.indexOf(person), 1);
	};
}

/**
 * Hands a stream over as the body of an answer. It is broken off when the asker goes away (`signal`) or takes nothing
 * for `stalled` milliseconds; `leave` is called when it has ended, however it did.
 */
export function handOver(
	stream: Readable,
	signal: AbortSignal,
	leave: () => void,
	stalled = STALLED_MILLISECONDS
): ReadableStream<Uint8Array> {
	const patience = setTimeout(() => stream.destroy(new Error('nobody took the file away')), stalled);
	patience.unref();
	stream.once('close', () => {
		clearTimeout(patience);
		leave();
	});
	signal.addEventListener('abort', () => stream.destroy(), { once: true });
	const watched = Readable.from(
		(async function* () {
			for await (const chunk of stream) {
				patience.refresh();
				yield chunk as Uint8Array;
			}
		})(),
		{ objectMode: false }
	);
	return Readable.toWeb(watched) as ReadableStream<Uint8Array>;
}
