import { createContext } from 'svelte';
import type { Picture, Scene } from './exercise.ts';

/**
 * The drawings that a page shows, as the markup inside their `<svg>`: the server draws them and sends those that are
 * shown, so that no browser loads the code that draws. Scenes are found by `sceneKey`.
 */
export type Drawings = {
	readonly scenes: Readonly<Record<string, string>>;
	readonly pictures: { readonly [Name in Picture]?: string };
};

/** A function, so that the drawings follow when the page shows something else. */
const [getDrawings, provideDrawings] = createContext<() => Drawings>();
export { getDrawings, provideDrawings };

/** A scene with the lines written in it: the same board with other words is another drawing. */
export function sceneKey(name: Scene, overlay: readonly string[] = []): string {
	return [name, ...overlay].join('\n');
}
