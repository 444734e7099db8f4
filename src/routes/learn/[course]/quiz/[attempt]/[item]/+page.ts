import { drawingsFor } from '#lib/lesson/scenes/drawings.ts';
import { drawnIn } from '#lib/quiz/present.ts';
import { readAloudFor } from '#lib/read-aloud/read-aloud-for.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => {
	const [drawings, ReadAloud] = await Promise.all([
		drawingsFor([drawnIn(data.item.shown)]),
		readAloudFor(data.course)
	]);
	return { ...data, drawings, ReadAloud };
};
