import { drawingsFor } from '#lib/lesson/scenes/drawings.ts';
import { drawnIn } from '#lib/quiz/present.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => ({
	...data,
	drawings: await drawingsFor([drawnIn(data.item.shown)])
});
