import { drawingsFor } from '#lib/lesson/scenes/drawings.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => ({
	...data,
	drawings: await drawingsFor(data.items.map(({ mock }) => ({ mock })))
});
