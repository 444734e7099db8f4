import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';
import type { PageLoad } from './$types';

const open = dev ? () => import('./preview.ts') : () => error(404, 'Not Found');

export const load: PageLoad = async ({ data }) => ({
	...data,
	...(await (await open()).parts(data.lesson.file))
});
