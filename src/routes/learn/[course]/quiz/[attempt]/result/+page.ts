import { readAloudFor } from '#lib/read-aloud/read-aloud-for.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ data }) => ({
	...data,
	ReadAloud: await readAloudFor(data.course)
});
