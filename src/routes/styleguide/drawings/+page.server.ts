import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { pictureNames } from '#lib/lesson/pictures/names.ts';
import { sceneNames } from '#lib/lesson/scenes/names.ts';
import type { PageServerLoad } from './$types';

// All of them at once are for looking at: nothing here runs, and so nothing is sent twice.
export const csr = false;

export const load: PageServerLoad = () =>
	drawingsIn({ pictures: pictureNames, all: sceneNames.map((scene) => ({ scene })) });
