import { deserialize } from '$app/forms';
import type { ActionResult } from '@sveltejs/kit';

/**
 * Posts a form to its action, and tells meanwhile how much of it has been sent, which `fetch` can't. Gives the action's
 * answer, for `applyAction`; a connection that breaks off is an answer of the type `error`.
 */
export function sendForm(
	action: URL,
	body: FormData,
	onSent: (bytes: number, total: number) => void
): Promise<ActionResult> {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		const fail = () => resolve({ type: 'error', error: new Error('the connection broke off') });
		request.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded, total));
		request.addEventListener('load', () => {
			try {
				resolve(deserialize(request.responseText));
			} catch {
				fail();
			}
		});
		request.addEventListener('error', fail);
		request.addEventListener('abort', fail);
		request.open('POST', action);
		request.setRequestHeader('accept', 'application/json');
		// So SvelteKit's own `enhance` asks for the action's answer instead of a page.
		request.setRequestHeader('x-sveltekit-action', 'true');
		request.send(body);
	});
}
