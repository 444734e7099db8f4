import { pictureNames } from '#lib/lesson/pictures/names.ts';
import { drawingsFor } from '#lib/lesson/scenes/drawings.ts';
import { sceneNames } from '#lib/lesson/scenes/names.ts';
import type { PageLoad } from './$types';

/** Every drawing there is; each stays a file of its own, so that no other page carries them along. */
export const load: PageLoad = async () => ({
	drawings: await drawingsFor([{ pictures: pictureNames }, ...sceneNames.map((scene) => ({ scene }))])
});
