import { getContext, setContext } from 'svelte';
import type { Reader } from './reader.svelte.ts';

/** Where a page keeps its reader, who comes only to pages that are read aloud: the others don't load the code. */
export class Nearby {
	reader: Reader | undefined = $state.raw();
}

const KEY = Symbol('nearby');

/** The page's reader; nobody where the page has none, such as a class's wall or a sheet of paper. */
export function nearby(): Nearby {
	return getContext<Nearby | undefined>(KEY) ?? new Nearby();
}

export function provideNearby(given: Nearby): void {
	setContext(KEY, given);
}
