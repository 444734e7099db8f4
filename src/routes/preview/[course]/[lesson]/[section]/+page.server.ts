import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';
import type { Actions, PageServerLoad } from './$types';

// An author's tool: `dev` is false in a build, which then carries nothing of what is imported here.
const preview = dev ? () => import('./preview.server.ts') : () => error(404, 'Not Found');

export const load: PageServerLoad = async ({ params }) => (await preview()).previewPage(params);

export const actions: Actions = {
	/** Answers an exercise as the lesson's page does, and notes nothing. */
	exercise: async ({ params, request }) => (await preview()).answer(params, await request.formData()),
	worked: async () => {
		await preview();
	}
};
