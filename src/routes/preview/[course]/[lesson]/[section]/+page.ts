import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

// Not `dev` of $app/environment: this one is a plain `false` when the build looks for what to carry.
const open = import.meta.env.DEV ? () => import('./preview.ts') : () => error(404, 'Not Found');

export const load: PageLoad = async ({ data }) => ({
	...data,
	...(await (await open()).parts(data.lesson.file))
});
