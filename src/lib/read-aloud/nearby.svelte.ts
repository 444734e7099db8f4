import { createContext } from 'svelte';
import type { Reader } from './reader.svelte.ts';

/** Where a page keeps its reader, who comes only to pages that are read aloud: the others don't load the code. */
export class Nearby {
	reader: Reader | undefined = $state.raw();
}

const [nearby, provideNearby] = createContext<Nearby>();
export { nearby, provideNearby };
